import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { directory, inShop } from '#app/db.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { installShop } from '#app/models/shops.server.ts';
import { builtPages, type BuiltPages } from '#tests/routes/built-pages.ts';
import { testDatabase } from '#tests/support/database.ts';

testDatabase();
const CURRENT = 'test-client-secret-0123456789';
const FORMER = 'former-client-secret-0123456789';
let pages: BuiltPages;
let shop: string;

beforeAll(async () => {
  // The build reads its environment when it is loaded.
  process.env.SHOPIFY_API_SECRET_PREVIOUS = FORMER;
  pages = await builtPages();
  shop = pages.shops[0];
});
afterAll(async () => {
  await pages.close();
  await closeQueue(1);
});
beforeEach(async () => void (await installShop(shop, ['read_orders'])));

const BODY = JSON.stringify({ id: 1, name: 'Größe' });
const signed = (body: string | Uint8Array, secret = CURRENT): string =>
  createHmac('sha256', secret).update(body).digest('base64');

/** Posts a webhook as Shopify does; a null signature leaves the header out. */
async function post(
  signature: string | null,
  {
    topic = 'app/uninstalled',
    body = BODY as string | Uint8Array<ArrayBuffer>,
    domain = shop,
    at = Date.now(),
  } = {},
): Promise<number> {
  const answer = await pages.ask('/webhooks', {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-shopify-topic': topic,
      'x-shopify-shop-domain': domain,
      'x-shopify-triggered-at': new Date(at).toISOString(),
      ...(signature !== null && { 'x-shopify-hmac-sha256': signature }),
    },
  });
  expect(await answer.text()).toBe('');
  return answer.status;
}

const uninstalled = async (): Promise<boolean> =>
  (await directory.shopByDomain(shop))?.uninstalledAt !== null;

describe('given a webhook', () => {
  it.each([
    ['without a signature', null],
    ['with an empty signature', ''],
    ['with one that is no base64', '%%%'],
    ['with a shortened one', signed(BODY).slice(0, 20)],
    ['signed with a secret nobody has', signed(BODY, 'some-other-secret-of-nobody')],
    ['whose signature differs by one character', signed(BODY).replace(/^./, (c) => (c === 'A' ? 'B' : 'A'))],
    ['whose body differs by one byte', signed(BODY.replace('1', '2'))],
  ])('%s, then it is refused with 401 and nothing happens', async (_, signature) => {
    expect(await post(signature)).toBe(401);
    expect(await uninstalled()).toBe(false);
  });

  it.each([
    ['current', CURRENT],
    ['former', FORMER],
  ])('T6: signed with the %s secret, then it is believed', async (_, secret) => {
    expect(await post(signed(BODY, secret))).toBe(200);
    expect(await uninstalled()).toBe(true);
  });

  it.each(['customers/data_request', 'customers/redact', 'shop/redact', 'orders/create'])(
    'of the topic %s, then it is answered with 200 and the shop stays',
    async (topic) => {
      expect(await post(signed(BODY), { topic })).toBe(200);
      expect(await uninstalled()).toBe(false);
    },
  );

  it('W9: of an uninstall that happened before the shop installed again, then it is ignored', async () => {
    expect(await post(signed(BODY))).toBe(200);
    const { fresh } = await installShop(shop, ['read_orders']);
    expect(fresh).toBe(true);
    expect(await post(signed(BODY), { at: Date.now() - 60_000 })).toBe(200);
    expect(await uninstalled()).toBe(false);
    expect(await post(signed(BODY))).toBe(200);
    expect(await uninstalled()).toBe(true);
  });

  it('W15: of a shop nobody knows, then it is answered with 200 and no shop appears', async () => {
    const domain = 'never-seen.myshopify.com';
    expect(await post(signed(BODY), { domain })).toBe(200);
    expect(await post(signed(BODY), { domain, topic: 'shop/redact' })).toBe(200);
    expect(await directory.shopByDomain(domain)).toBeNull();
  });

  it('C17: of more than ten megabytes, then it is refused with 413 before its signature is looked at', async () => {
    const limit = 10 * 1024 * 1024;
    const atLimit = new Uint8Array(limit);
    expect(await post(signed(atLimit), { body: atLimit, topic: 'orders/create' })).toBe(200);
    const above = new Uint8Array(limit + 1);
    expect(await post(signed(above), { body: above })).toBe(413);
    expect(await uninstalled()).toBe(false);
  });

  it.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'])(
    'asked by %s, then the answer is 405',
    async (method) => {
      const answer = await pages.ask('/webhooks', { method });
      expect(answer.status).toBe(405);
      expect(answer.headers.get('allow')).toBe('POST');
      expect(await uninstalled()).toBe(false);
    },
  );

  it('W1: of an uninstall, then the sessions are gone and no call is made to Shopify', async () => {
    const { id } = (await directory.shopByDomain(shop))!;
    expect((await pages.askAs(shop, '/app/settings')).status).toBe(200);
    expect(await inShop(id, (db) => db.session.count())).toBeGreaterThan(0);
    const calls = pages.calls().length;
    expect(await post(signed(BODY))).toBe(200);
    expect(await inShop(id, (db) => db.session.count())).toBe(0);
    expect(pages.calls()).toHaveLength(calls);
  });
});
