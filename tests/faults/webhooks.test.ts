import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { directory, inShop, sqlInShop } from '#app/db.server.ts';
import { applyInbox } from '#app/jobs/apply-inbox.server.ts';
import { closeQueue, enqueue } from '#app/jobs/queue.server.ts';

import { installShop } from '#app/models/shops.server.ts';
import { readAppConfig } from '#tests/fake-shopify/app-config.ts';
import { drain, installed, smallShop, type Pipeline } from '#tests/jobs/pipeline.ts';
import { testDatabase } from '#tests/support/database.ts';
import { handledNow, waitingNow } from '#tests/support/inbox.ts';
import { signed, startReceiver, webhookRequest, type Receiver } from './webhook-sender.ts';

const FORMER = vi.hoisted(
  () => (process.env.SHOPIFY_API_SECRET_PREVIOUS = 'former-client-secret-0123456789'),
);
testDatabase();
const { subscriptions } = await readAppConfig();
const TOPICS = subscriptions.map(({ topic }) => topic);
const BODY = JSON.stringify({ id: 1, name: 'Größe' });
let receiver: Receiver;
let pipeline: Pipeline;
let domain: string;
let shopId: number;

beforeAll(async () => {
  receiver = await startReceiver();
  pipeline = await installed(smallShop({ customers: 20 }));
  ({ domain, id: shopId } = pipeline.shop);
});
afterAll(async () => {
  await receiver.close();
  await pipeline.close();
  await closeQueue(1);
});
beforeEach(async () => {
  await sqlInShop(shopId, (client) => client.query('delete from inbox'));
});

const inbox = () => waitingNow(shopId, 1_000);
/** Lets the worker handle what waits. */
async function handled(): Promise<void> {
  const { generation } = (await directory.shopById(shopId))!;
  await enqueue(applyInbox, { shopId, generation });
  await drain({ until: async () => (await inbox()).length === 0 });
}
const isInstalled = async () => (await directory.shopById(shopId))?.uninstalledAt === null;

describe('W2: given a webhook', () => {
  const forgeries: [string, Parameters<typeof webhookRequest>[0]][] = [
    ['without a signature', { signature: null }],
    ['with an empty signature', { signature: '' }],
    ['with a signature that is no base64', { signature: '%%%' }],
    ['with a shortened signature', { signature: signed(BODY).slice(0, 20) }],
    ['signed with a secret nobody has', { signature: signed(BODY, 'some-other-secret-of-nobody') }],
    [
      'whose signature differs by one character',
      { signature: signed(BODY).replace(/^./, (c) => (c === 'A' ? 'B' : 'A')) },
    ],
    ['whose body differs by one byte', { signature: signed(BODY), body: BODY.replace('1', '2') }],
  ];

  it.each(forgeries)('%s, then it is refused whatever its topic and headers are', async (_, forged) => {
    expect(TOPICS).toHaveLength(24);
    for (const family of ['x-shopify-', 'shopify-'] as const) {
      for (const topic of TOPICS) {
        const status = await receiver.post({ body: BODY, ...forged, topic, domain, family });
        expect([topic, family, status]).toEqual([topic, family, 401]);
      }
    }
    expect(await inbox()).toEqual([]);
  });

  it.each(['x-shopify-', 'shopify-'] as const)(
    'signed, with headers that begin with %s, then each topic is kept once with the id it is about',
    async (family) => {
      for (const topic of TOPICS) {
        expect(await receiver.post({ body: BODY, topic, domain, family, id: `${family}${topic}` })).toBe(200);
      }
      const kept = await inbox();
      expect(kept.map(({ topic }) => topic).sort()).toEqual([...TOPICS].sort());
      const about = new Map(kept.map(({ topic, resourceId }) => [topic, resourceId]));
      expect(about.get('orders/create')).toBe(1);
      expect(JSON.stringify(kept)).not.toContain('Größe');
    },
  );

  it.each([
    ['without a topic', { topic: '' }],
    ['with a topic that is none', { topic: 'Orders Create' }],
    ['without an id', { id: '' }],
    ['whose body is no JSON', { body: '{"id":' }],
  ])('%s but signed, then it is refused with 400', async (_, odd) => {
    expect(await receiver.post({ body: BODY, domain, ...odd })).toBe(400);
    expect(await inbox()).toEqual([]);
  });

  it('with headers of both families, then they are not mixed', async () => {
    const { body, headers } = webhookRequest({ body: BODY, domain, signature: signed('other') });
    const others = webhookRequest({ body: BODY, domain, family: 'shopify-' }).headers;
    const answer = await fetch(receiver.url, { method: 'POST', body, headers: { ...others, ...headers } });
    expect(answer.status).toBe(401);
  });

  it.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('asked by %s, then 405', async (method) => {
    const answer = await fetch(receiver.url, { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('POST');
  });

  it.each([
    ['current', undefined],
    ['former', FORMER],
  ])('T6: signed with the %s secret, then it is believed', async (_, secret) => {
    expect(await receiver.post({ domain, ...(secret && { secret }) })).toBe(200);
    expect(await inbox()).toHaveLength(1);
  });

  it('with ids and dates nobody could mean, then it is kept without them and others with it', async () => {
    const odd = '{"id":9007199254740993,"updated_at":"yesterday"}';
    const bodies = ['null', '[]', '7', '{"id":-1}', '{"id":"x"}', '{"__proto__":{"id":3}}', odd];
    const at = Date.UTC(9999, 0);
    const statuses = bodies.map((body) => receiver.post({ body, domain, at }));
    expect(await Promise.all([...statuses, receiver.post({ domain, at: null })])).not.toContain(503);
    const kept = await inbox();
    expect(kept.map(({ resourceId }) => resourceId).sort()).toEqual([1, ...bodies.map(() => null)]);
    expect(kept.every(({ triggeredAt }) => triggeredAt === null)).toBe(true);
  });
});

describe('W3: given every webhook three times in any order', () => {
  it('then the inbox is the same as if each had come once', async () => {
    const webhooks = TOPICS.flatMap((topic, t) =>
      [1, 2, 3].map((n) => ({
        topic,
        domain,
        id: `w3-${t}-${n}`,
        at: 1_790_000_000_000 + t,
        body: `{"id":${n}}`,
      })),
    );
    const dump = async () =>
      (await inbox())
        .map((webhook) => ({ ...webhook, receivedAt: 0 }))
        .sort((a, b) => a.webhookId.localeCompare(b.webhookId));
    for (const webhook of webhooks) expect(await receiver.post(webhook)).toBe(200);
    const once = await dump();
    expect(once).toHaveLength(webhooks.length);
    await sqlInShop(shopId, (client) => client.query('delete from inbox'));
    const rank = (sent: { id: string }, copy: number) =>
      createHash('sha256').update(`${sent.id} ${copy}`).digest('hex');
    const shuffled = [1, 2, 3]
      .flatMap((copy) => webhooks.map((sent) => ({ sent, rank: rank(sent, copy) })))
      .sort((a, b) => a.rank.localeCompare(b.rank));
    // Side by side, so that copies meet in one commit and in several.
    const statuses = await Promise.all(shuffled.map(({ sent }) => receiver.post(sent)));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(await dump()).toEqual(once);
    await handledNow(
      shopId,
      webhooks.map(({ id }) => id),
    );
    // A copy that comes after the webhook was handled is not handled again.
    expect(await receiver.post(webhooks[0])).toBe(200);
    expect(await inbox()).toEqual([]);
  });
});

describe('given a shop', () => {
  beforeEach(async () => {
    shopId = (await installShop(domain, ['read_orders'])).shop.id;
  });

  it('W1: whose token is dead, when it uninstalls and the law asks, then all is taken without a call to Shopify', async () => {
    const office = pipeline.shopify.shop(domain);
    office.tokens.revokeAll();
    pipeline.shopify.sendWebhooksTo(receiver.url);
    const calls = () => pipeline.shopify.calls.all.filter(({ kind }) => kind !== 'webhook').length;
    const before = calls();
    office.requestData(1001);
    office.redactCustomer(1001);
    office.uninstall();
    office.redactShop();
    await office.webhooks.settled();
    const sent = pipeline.shopify.calls.all.filter(({ kind }) => kind === 'webhook');
    expect(sent.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    await handled();
    expect(calls()).toBe(before);
    expect(await isInstalled()).toBe(false);
    expect(await inShop(shopId, (db) => db.session.count())).toBe(0);
  });

  it('W9: when it installed again since the uninstall, then that is ignored', async () => {
    expect(await receiver.post({ topic: 'app/uninstalled', domain, at: Date.now() - 60_000 })).toBe(200);
    await handled();
    expect(await isInstalled()).toBe(true);
    expect(await receiver.post({ topic: 'app/uninstalled', domain })).toBe(200);
    await handled();
    expect(await isInstalled()).toBe(false);
  });

  it('W15: that nobody knows, then it is answered with 200 and no shop appears', async () => {
    const unknown = 'never-seen.myshopify.com';
    for (const topic of TOPICS) expect(await receiver.post({ topic, domain: unknown })).toBe(200);
    expect(await directory.shopByDomain(unknown)).toBeNull();
    expect(await inbox()).toEqual([]);
  });
});
