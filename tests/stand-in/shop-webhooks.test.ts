import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readAppConfig } from '#tests/fake-shopify/app-config.ts';
import { bodyOf } from '#tests/fake-shopify/exchange.ts';
import { setConsent } from '#tests/fake-shopify/store-customers.ts';
import { smallShop, type SmallShop } from './small-shop.ts';

let small: SmallShop;
let app: Server;
let received: { topic: unknown; payload: Record<string, unknown> }[];

beforeEach(async () => {
  received = [];
  app = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const payload = JSON.parse(body.toString('utf8')) as Record<string, unknown>;
      received.push({ topic: request.headers['x-shopify-topic'], payload });
      response.end();
    });
  });
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
  const { port } = app.address() as AddressInfo;
  small = await smallShop({ appUrl: `http://127.0.0.1:${port}`, app: await readAppConfig() });
});
afterEach(async () => {
  await small.standIn.close();
  app.close();
});

describe('the stand-in', () => {
  it('sends what the law asks for, also to an app that was removed', async () => {
    small.office.requestData(1);
    small.office.redactCustomer(1);
    await small.office.webhooks.settled();
    small.office.uninstall();
    await small.office.webhooks.settled();
    small.office.redactShop();
    await small.office.webhooks.settled();
    const { shopifyId: shop_id, domain: shop_domain, ordersByCustomer } = small.shop;
    const orders = ordersByCustomer.get(1);
    const find = (topic: string) => received.find((webhook) => webhook.topic === topic)?.payload;
    expect(find('customers/data_request')).toMatchObject({
      shop_id,
      shop_domain,
      orders_requested: orders,
      customer: { id: 1 },
    });
    expect(find('customers/redact')).toMatchObject({ orders_to_redact: orders, customer: { id: 1 } });
    expect(find('app/uninstalled')).toMatchObject({ id: shop_id });
    expect(received.at(-1)).toEqual({ topic: 'shop/redact', payload: { shop_id, shop_domain } });
  });

  it('tells of other scopes, another zone and of consent by its channel', async () => {
    small.office.grant(['read_orders']);
    expect([...small.office.scopes]).toEqual(['read_orders']);
    small.office.change({ timeZone: 'Asia/Tokyo' });
    setConsent(small.shop, 1, { smsState: 'SUBSCRIBED' }, small.standIn.clock.now());
    setConsent(small.shop, 2, { emailState: 'SUBSCRIBED' }, small.standIn.clock.now());
    await small.office.webhooks.settled();
    const topics = received.map(({ topic }) => topic).filter((topic) => topic !== 'customers/update');
    expect(topics.sort()).toEqual([
      'app/scopes_update',
      'customers_email_marketing_consent/update',
      'customers_marketing_consent/update',
      'shop/update',
    ]);
  });
});
