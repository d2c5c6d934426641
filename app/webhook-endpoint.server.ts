import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { ReceivedWebhook } from './models/inbox-intake.server.ts';
import { aboutWhat } from './shopify/webhook-payloads.ts';
import { isSignedByShopify } from './shopify/webhook-signature.ts';

/** The largest body read; Shopify's own are far smaller. */
const LARGEST_BODY = 10 * 1024 * 1024;
/** Bytes of unfinished bodies held at once; beyond that senders are asked to come again. */
const MOST_HELD = 64 * 1024 * 1024;
/** The largest body read while more than half of that is held: a few huge ones must not keep the ordinary ones out. */
const LARGEST_WHEN_CROWDED = 1024 * 1024;
/** How long a body may take to arrive, in milliseconds. Shopify itself waits five seconds for the answer. */
const BODY_MS = 5_000;
/** How long the rest of a body that is too large is let in, in milliseconds, so that the sender hears the answer. */
const LINGER_MS = 1_000;
const SIGNATURE = /^[A-Za-z0-9+/]{43}=$/;
const TOPIC = /^[a-z_./]{1,80}$/;
const WEBHOOK_ID = /^[\x21-\x7e]{1,100}$/;
/** Beyond these the header is no date of a webhook (2000 and 2100, epoch milliseconds). */
const [EARLIEST, LATEST] = [946_684_800_000, 4_102_444_800_000];

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Takes Shopify's webhooks: the signature of the raw body is checked before anything is read from it, and a 200 says
 * that the webhook is kept. No session is loaded and no call is made, because after an uninstall the token is dead.
 * 401 not signed by Shopify, 405 not a POST, 408 too slow, 413 too large, 400 signed but no webhook, 503 come again.
 * @param secrets client secrets that may have signed
 * @param keep stores a webhook; when it rejects the answer is 503
 */
export function webhookEndpoint(
  secrets: string[],
  keep: (webhook: ReceivedWebhook) => Promise<void>,
): Handler {
  let held = 0;

  const take = async (body: Buffer, headers: IncomingHttpHeaders, response: ServerResponse) => {
    const family = familyOf(headers);
    if (!isSignedByShopify(body, family('hmac-sha256'), secrets)) return answer(response, 401);
    const webhook = read(body, family);
    if (webhook === null) return answer(response, 400);
    await keep(webhook).then(
      () => answer(response, 200),
      () => answer(response, 503),
    );
  };

  return (request, response) => {
    const { method, headers } = request;
    if (method !== 'POST') return answer(response, 405, { allow: 'POST' });
    if (Number(headers['content-length'] ?? 0) > LARGEST_BODY) return refuseLarge(request, response);
    if (!SIGNATURE.test(familyOf(headers)('hmac-sha256') ?? '')) return answer(response, 401);
    const parts: Buffer[] = [];
    let size = 0;
    let open = true;
    /** Ends the reading of this body once, however it ends. */
    const end = (): boolean => {
      if (!open) return false;
      open = false;
      clearTimeout(slow);
      held -= size;
      return true;
    };
    const slow = setTimeout(() => {
      end();
      hangUp(response, 408);
    }, BODY_MS);
    request.on('data', (part: Buffer) => {
      if (!open) return;
      size += part.length;
      held += part.length;
      const crowded = held > MOST_HELD / 2 && size > LARGEST_WHEN_CROWDED;
      if (size > LARGEST_BODY || crowded || held > MOST_HELD) {
        end();
        if (size > LARGEST_BODY) refuseLarge(request, response);
        else hangUp(response, 503);
        return;
      }
      parts.push(part);
    });
    request.on('end', () => {
      if (end()) void take(parts.length === 1 ? parts[0]! : Buffer.concat(parts), headers, response);
    });
    // The sender went away before the end: there is nobody to answer.
    request.on('close', end);
    request.on('error', end);
  };
}

/** Shopify names its headers in two ways; a webhook uses one of them throughout. */
function familyOf(headers: IncomingHttpHeaders): (name: string) => string | null {
  const prefix = headers['x-shopify-hmac-sha256'] === undefined ? 'shopify-' : 'x-shopify-';
  return (name) => {
    const value = headers[prefix + name];
    return typeof value === 'string' ? value : null;
  };
}

/** What to keep of a genuine webhook, or null when it lacks what every webhook has. */
function read(body: Buffer, header: (name: string) => string | null): ReceivedWebhook | null {
  const topic = header('topic') ?? '';
  const domain = header('shop-domain');
  const webhookId = header('webhook-id') ?? '';
  if (!TOPIC.test(topic) || domain === null || !WEBHOOK_ID.test(webhookId)) return null;
  let payload: unknown;
  try {
    payload = JSON.parse(body.toString('utf8'));
  } catch {
    return null;
  }
  const at = Date.parse(header('triggered-at') ?? '');
  const triggeredAt = at > EARLIEST && at < LATEST ? at : null;
  return { domain, webhookId, topic, ...aboutWhat(topic, payload), triggeredAt };
}

function answer(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'content-length': '0', ...headers }).end();
}

/** Answers and takes nothing more from this connection: Node closes it once the answer is out. */
function hangUp(response: ServerResponse, status: number): void {
  answer(response, status, { connection: 'close' });
}

/** Answers at once, but lets the sender finish for a moment: a connection closed on it could swallow the answer. */
function refuseLarge(request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(413, { 'content-length': '0', connection: 'close' }).flushHeaders();
  const end = (): void => {
    clearTimeout(patience);
    response.end();
  };
  const patience = setTimeout(end, LINGER_MS);
  // Emitted when all of the request came, and when the sender went away.
  request.once('close', end).resume();
}
