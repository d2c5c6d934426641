import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bodyOf } from '#tests/fake-shopify/exchange.ts';
import { editOrder, placeOrder } from '#tests/fake-shopify/store-orders.ts';
import { API_SECRET, smallShop, type SmallShop } from './small-shop.ts';

type Received = { readonly headers: IncomingHttpHeaders; readonly body: string };

let small: SmallShop;
let app: Server;
let received: Received[];
let statuses: number[];

beforeEach(async () => {
  received = [];
  statuses = [];
  app = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      received.push({ headers: request.headers, body: body.toString('utf8') });
      const status = statuses.shift() ?? 200;
      response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end();
    });
  });
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
  const { port } = app.address() as AddressInfo;
  small = await smallShop({ appUrl: `http://127.0.0.1:${port}`, timeScale: 1_000_000 });
});
afterEach(async () => {
  await small.standIn.close();
  app.close();
});

const order = (): void => {
  placeOrder(small.shop, { id: 900, total: 100, createdAt: small.standIn.clock.now(), customerId: 1 });
};
const topics = (): unknown[] => received.map(({ headers }) => headers['x-shopify-topic']);

describe('a webhook', () => {
  it('is signed over its raw body with the secret of the app', async () => {
    order();
    await small.office.webhooks.settled();
    const [first] = received;
    expect(first?.headers).toMatchObject({
      'x-shopify-topic': 'orders/create',
      'x-shopify-shop-domain': 'small.myshopify.com',
      'x-shopify-api-version': '2026-10',
      'x-shopify-hmac-sha256': createHmac('sha256', API_SECRET)
        .update(first?.body ?? '')
        .digest('base64'),
    });
    expect(first?.headers['x-shopify-webhook-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(JSON.parse(first?.body ?? '')).toMatchObject({
      id: 900,
      total_price: '1.00',
      customer: { id: 1 },
    });
  });

  it('carries only the fields its subscription includes, and only subscribed topics are sent', async () => {
    const { updatedAt } = editOrder(small.shop, 101, { total: 1 }, small.standIn.clock.now());
    await small.office.webhooks.settled();
    expect(topics()).toEqual(['orders/updated']);
    const updated_at = `${new Date(updatedAt).toISOString().slice(0, 19)}Z`;
    expect(JSON.parse(received[0]?.body ?? '')).toEqual({ id: 101, updated_at });
  });

  it('is tried again as it was until it is taken; a redirect is no answer', async () => {
    statuses = [500, 302];
    order();
    await small.office.webhooks.settled();
    expect(received).toHaveLength(3);
    expect(
      new Set(received.map(({ headers, body }) => `${String(headers['x-shopify-webhook-id'])}${body}`)).size,
    ).toBe(1);
  });

  it('is given up after eight retries', async () => {
    statuses = Array.from({ length: 20 }, () => 503);
    order();
    await small.office.webhooks.settled();
    expect(received).toHaveLength(9);
  });

  it('comes with the headers of events on demand', async () => {
    small.standIn.trouble.add({ op: 'orders/create', action: 'eventHeaders' });
    order();
    await small.office.webhooks.settled();
    expect(received[0]?.headers).toMatchObject({ 'shopify-topic': 'orders/create' });
    expect(received[0]?.headers['x-shopify-topic']).toBeUndefined();
  });

  it('is doubled, late or lost on demand', async () => {
    small.standIn.trouble.add({ op: 'orders/create', action: 'duplicate', copies: 3 });
    order();
    await small.office.webhooks.settled();
    expect(new Set(received.map(({ headers }) => headers['x-shopify-webhook-id'])).size).toBe(1);
    expect(received).toHaveLength(3);
    received = [];
    small.standIn.trouble.add({ op: 'orders/updated', action: 'late', seconds: 100_000 });
    small.standIn.trouble.add({ op: 'orders/updated', nth: 2, action: 'drop' });
    editOrder(small.shop, 101, { total: 1 }, small.standIn.clock.now());
    editOrder(small.shop, 102, { total: 1 }, small.standIn.clock.now());
    editOrder(small.shop, 103, { total: 1 }, small.standIn.clock.now());
    await small.office.webhooks.settled();
    expect(received.map(({ body }) => (JSON.parse(body) as { id: number }).id)).toEqual([103, 101]);
  });

  it('tells the end of a bulk operation, and of the app being removed', async () => {
    await small.bulk('{ orders { edges { node { id } } } }');
    small.office.uninstall();
    order();
    await small.office.webhooks.settled();
    expect(topics()).toEqual(['bulk_operations/finish', 'app/uninstalled']);
    expect(JSON.parse(received[0]?.body ?? '')).toMatchObject({
      status: 'completed',
      type: 'query',
      error_code: null,
    });
  });
});
