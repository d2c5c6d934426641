import { createHmac, randomUUID } from 'node:crypto';
import { waysOf } from './delivery.ts';
import { API_VERSION } from './schema.ts';
import type { FakeShop } from './store.ts';
import { struckBy } from './trouble.ts';
import type { World } from './stand-in-world.ts';
import type { Webhook } from './webhook-payloads.ts';

export type Webhooks = {
  /** Sends a webhook to every subscription of its topic, retried as Shopify does. */
  send(webhook: Webhook): void;
  /** Resolves when nothing is on its way any more. */
  settled(): Promise<void>;
};

/** Seconds before each of the eight retries: doubling, four hours together. */
const RETRIES = [60, 120, 240, 480, 960, 1920, 3840, 6780];
/** Real milliseconds the app has for its answer. */
const PATIENCE = 5_000;
/** Webhooks of a shop on their way at the same time. */
const AT_ONCE = 100;

type Delivery = {
  readonly url: string;
  readonly topic: string;
  readonly body: string;
  readonly headers: Record<string, string>;
};

export function createWebhooks(world: World, shop: FakeShop): Webhooks {
  const underWay = new Set<Promise<void>>();
  const waiting: (() => void)[] = [];
  let sending = 0;

  const turn = async <T>(work: () => Promise<T>): Promise<T> => {
    if (sending >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
    sending++;
    try {
      return await work();
    } finally {
      sending--;
      waiting.shift()?.();
    }
  };

  const deliver = async (delivery: Delivery, lateSeconds: number): Promise<void> => {
    if (lateSeconds > 0) await world.clock.wait(lateSeconds * 1000);
    for (const pause of [...RETRIES, null]) {
      if (await turn(() => attempt(world, shop, delivery))) return;
      if (pause !== null) await world.clock.wait(pause * 1000);
    }
  };

  return {
    send: ({ topic, payload }) => {
      for (const subscription of world.app.subscriptions.filter((one) => one.topic === topic)) {
        const url = address(subscription.uri, world.appUrl);
        if (url === null) continue;
        const kept = subscription.includeFields;
        const shown =
          kept === null
            ? payload
            : Object.fromEntries(Object.entries(payload).filter(([name]) => kept.includes(name)));
        const body = JSON.stringify(shown);
        const struck = world.trouble.at({
          shop: shop.domain,
          path: new URL(url).pathname,
          ops: ['webhook', topic],
          body,
        });
        if (struckBy(struck, 'drop') !== undefined) continue;
        const headers = signedHeaders({
          topic,
          body,
          shop: shop.domain,
          secret: world.apiSecret,
          name: subscription.name,
          family: struckBy(struck, 'eventHeaders') === undefined ? 'x-shopify-' : 'shopify-',
          at: world.clock.now(),
        });
        const { faults, random } = world.delivery;
        const ways = waysOf(faults, random, world.clock.now());
        const late = struckBy(struck, 'late')?.seconds ?? 0;
        const copies = struckBy(struck, 'duplicate')?.copies ?? 1;
        for (const way of Array.from({ length: copies }, () => ways).flat()) {
          const delivery = deliver({ url, topic, body, headers }, late + way)
            .catch((error: unknown) => {
              if (!(error instanceof Error && error.name === 'AbortError')) throw error;
            })
            .finally(() => underWay.delete(delivery));
          underWay.add(delivery);
        }
      }
    },
    settled: async () => {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}

/** Whether the app took it: only an answer of 2xx counts, a redirect is a failure. */
async function attempt(
  world: World,
  shop: FakeShop,
  { url, topic, body, headers }: Delivery,
): Promise<boolean> {
  const signal = AbortSignal.timeout(PATIENCE);
  const status = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal }).then(
    async (response) => {
      await response.arrayBuffer();
      return response.status;
    },
    () => 0,
  );
  world.calls.add({ at: world.clock.now(), kind: 'webhook', shop: shop.domain, op: topic, status });
  return status >= 200 && status < 300;
}

/** The headers of a webhook, in the family named; signed over the raw body with the app's secret. */
function signedHeaders(webhook: {
  readonly topic: string;
  readonly body: string;
  readonly shop: string;
  readonly secret: string;
  readonly name?: string | null;
  readonly at: number;
  readonly family: 'x-shopify-' | 'shopify-';
}): Record<string, string> {
  const { topic, body, shop, secret, name, at, family } = webhook;
  const values = {
    topic,
    'hmac-sha256': createHmac('sha256', secret).update(body, 'utf8').digest('base64'),
    'shop-domain': shop,
    'api-version': API_VERSION,
    'webhook-id': randomUUID(),
    'event-id': randomUUID(),
    'triggered-at': new Date(at).toISOString(),
    ...(typeof name === 'string' && { name }),
  };
  const headers = Object.entries(values).map(([key, value]) => [family + key, value] as const);
  return { 'content-type': 'application/json', ...Object.fromEntries(headers) };
}

function address(uri: string, appUrl: string | null): string | null {
  if (/^https?:\/\//.test(uri)) return uri;
  return appUrl === null ? null : new URL(uri, appUrl).href;
}
