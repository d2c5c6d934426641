import { createHmac, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { receiveWebhooks } from '#app/receive-webhooks.server.ts';
import { SERVER_LIMITS } from '#app/server-limits.server.ts';

const CURRENT = process.env.SHOPIFY_API_SECRET ?? '';

/** A webhook to send, with what Shopify would say of it unless told otherwise. */
export type Sent = {
  topic?: string;
  /** null leaves the header out */
  signature?: string | null;
  secret?: string;
  body?: string | Buffer;
  domain?: string;
  id?: string;
  /** epoch milliseconds, null leaves the header out */
  at?: number | null;
  /** how the headers begin */
  family?: 'x-shopify-' | 'shopify-';
};

/** The HMAC that Shopify would send with a body. */
export function signed(body: string | Buffer, secret = CURRENT): string {
  return createHmac('sha256', secret).update(body).digest('base64');
}

/** Method, headers and body of a webhook. */
export function webhookRequest(sent: Sent): {
  method: 'POST';
  headers: Record<string, string>;
  body: string | Uint8Array<ArrayBuffer>;
} {
  const {
    body = '{"id":1}',
    family = 'x-shopify-',
    domain = 'unknown.myshopify.com',
    at = Date.now(),
  } = sent;
  const { signature = signed(body, sent.secret), topic = 'orders/updated', id = randomUUID() } = sent;
  const headers: Record<string, string | null> = {
    [`${family}topic`]: topic,
    [`${family}shop-domain`]: domain,
    [`${family}api-version`]: '2026-10',
    [`${family}webhook-id`]: id,
    [`${family}triggered-at`]: at === null ? null : new Date(at).toISOString(),
    [`${family}hmac-sha256`]: signature,
  };
  const given = Object.entries(headers).filter((header): header is [string, string] => header[1] !== null);
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...Object.fromEntries(given) },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  };
}

/** The web process's way of receiving webhooks, on a port of its own. */
export type Receiver = {
  readonly port: number;
  readonly url: string;
  /** Sends a webhook and returns the status of the answer, whose body must be empty. */
  post(sent?: Sent): Promise<number>;
  close(): Promise<void>;
};

/** Starts it with this process's environment. */
export async function startReceiver(): Promise<Receiver> {
  const webhooks = receiveWebhooks();
  const server: Server = createServer(SERVER_LIMITS, webhooks.handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/webhooks`;
  return {
    port,
    url,
    post: async (sent = {}) => {
      const answer = await fetch(url, webhookRequest(sent));
      if ((await answer.text()) !== '') throw new Error('a webhook was answered with words');
      return answer.status;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await webhooks.close();
    },
  };
}
