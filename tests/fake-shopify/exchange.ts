import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as realDelay } from 'node:timers/promises';
import { API_VERSION } from './schema.ts';
import type { World } from './stand-in-world.ts';
import { struckBy, type Mischief } from './trouble.ts';

/** A request as far as it has been read. */
export type Exchange = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  /** Domain of the shop it is for; for the file server, its host. */
  readonly host: string;
  readonly body: Buffer;
};

export type Reply = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
};

/** Bodies Shopify sends with these; the words of 402 and 423 are from memory. */
const REFUSALS = {
  401: { errors: '[API] Invalid API key or access token (unrecognized login or wrong password)' },
  402: { errors: 'This shop is currently frozen' },
  403: { errors: 'Forbidden' },
  423: { errors: 'This shop is unavailable' },
} as const;

/** A refusal for the whole shop. */
export function refusal(status: keyof typeof REFUSALS): Reply {
  return json(status, REFUSALS[status]);
}

export function json(status: number, body: unknown): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
  };
}

/** What trouble makes of a request before anything is carried out: another reply, a cut, or nothing. */
export function before(struck: readonly Mischief[], { url }: Exchange): Reply | 'cut' | null {
  const plain = struckBy(struck, '5xx');
  if (plain !== undefined) return { status: plain.status ?? 503, body: 'Service Unavailable' };
  if (struckBy(struck, 'html') !== undefined) {
    const body = '<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>';
    return { status: 502, headers: { 'content-type': 'text/html' }, body };
  }
  const status = struckBy(struck, '401', '402', '403', '423')?.action;
  if (status !== undefined) return refusal(Number(status) as 401);
  const redirect = struckBy(struck, 'redirect');
  if (redirect !== undefined) {
    const location = `https://${redirect.to}${url.pathname}${url.search}`;
    return { status: 301, headers: { location }, body: '' };
  }
  return struckBy(struck, 'resetBeforeCommit') === undefined ? null : 'cut';
}

/**
 * Carries out a request unless trouble forbids it, and answers unless trouble cuts the answer off. Returns the
 * HTTP status that arrived, 0 when none did.
 */
export async function carryOut(
  exchange: Exchange,
  struck: readonly Mischief[],
  commit: () => Reply | Promise<Reply>,
): Promise<number> {
  const delay = struckBy(struck, 'delay');
  if (delay !== undefined) await realDelay(delay.ms);
  const instead = before(struck, exchange);
  if (instead === 'cut') return cut(exchange);
  const reply = instead ?? (await commit());
  const lost = struckBy(struck, 'timeoutAfterCommit');
  if (lost !== undefined) {
    if (lost.ms !== undefined) await realDelay(lost.ms);
    return cut(exchange);
  }
  const version = struckBy(struck, 'wrongVersion')?.version ?? API_VERSION;
  exchange.response.writeHead(reply.status, { 'x-shopify-api-version': version, ...reply.headers });
  exchange.response.end(reply.body);
  return reply.status;
}

export function cut({ request }: Exchange): 0 {
  request.socket.destroy();
  return 0;
}

/** The whole body of a request. */
export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** What strikes at a request. */
export function troubleFor(world: World, { host, url, body }: Exchange, ops: readonly string[]): Mischief[] {
  // Uploads are the one large body; nobody looks for words in them.
  const text = body.length > 1_000_000 ? '' : body.toString('utf8');
  return world.trouble.at({ shop: host, path: url.pathname, ops, body: text });
}
