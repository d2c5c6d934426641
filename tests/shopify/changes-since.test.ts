import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCustomersSince } from '#app/shopify/customers-since.server.ts';
import { readOrdersSince } from '#app/shopify/orders-since.server.ts';
import { readShop } from '#app/shopify/shop.server.ts';
import { addCustomer, addTags } from '#tests/fake-shopify/store-customers.ts';
import type { AdminClient } from '#app/shopify/admin.server.ts';
import { placeOrder, refundOrder, type FakeOrder } from '#tests/fake-shopify/store-orders.ts';
import { takeId, type FakeShop } from '#tests/fake-shopify/store.ts';
import { connectShop, emptyShop, type ConnectedShop } from './connected-shop.ts';

const DAY = 86_400_000;
const START = Date.UTC(2025, 0, 1);
let app: ConnectedShop;
let shop: FakeShop;

beforeEach(async () => {
  shop = emptyShop();
  const customer = addCustomer(shop, { createdAt: START });
  for (let i = 0; i < 130; i++) {
    const lineItems = Array.from({ length: i === 0 ? 320 : 1 }, () => ({
      id: takeId(shop),
      productId: null,
      title: 'Tea',
      vendor: null,
      quantity: 1,
      amount: 100,
    }));
    placeOrder(shop, { customerId: customer.id, total: 1000 + i, createdAt: START + i * DAY, lineItems });
  }
  app = await connectShop(shop);
});
afterEach(() => app.close());

const from = (since: number) => ({ since, withinSecondAfter: null });

async function changedSince(since: number) {
  const seen: { id: number; refunded: number; updatedAt: number }[] = [];
  let lineItems = 0;
  const refunds: number[] = [];
  let pages = 0;
  for (let cursor: string | null = null; ;) {
    const page = await readOrdersSince(app.admin, from(since), cursor);
    pages++;
    lineItems += page.lineItems.length;
    refunds.push(...page.refunds.amount.subarray(0, page.refunds.length));
    for (let i = 0; i < page.orders.length; i++) {
      const { id, refunded, updatedAt } = page.orders;
      seen.push({ id: id[i]!, refunded: refunded[i]!, updatedAt: updatedAt[i]! });
    }
    if (page.cursor === null) return { seen, lineItems, refunds, pages };
    cursor = page.cursor;
  }
}

describe('what changed since an instant', () => {
  it('comes in pages, oldest change first, with every line item of every order', async () => {
    const { seen, lineItems, pages } = await changedSince(START);
    expect(seen.map(({ id }) => id)).toEqual([...shop.orders.keys()]);
    expect(lineItems).toBe(320 + 129);
    expect(pages).toBe(3);
    expect(Math.max(...app.shopify.calls.all.map((call) => call.requested))).toBeLessThan(1000);
  });

  it('holds the instant itself and nothing before it', async () => {
    const { seen } = await changedSince(START + 100 * DAY);
    expect(seen).toHaveLength(30);
  });

  it('brings an old order again when it is refunded', async () => {
    const [first] = shop.orders.values();
    refundOrder(shop, first!.id, 300, START + 200 * DAY);
    const { seen, refunds } = await changedSince(START + 200 * DAY);
    expect(seen).toEqual([{ id: first!.id, refunded: 300, updatedAt: START + 200 * DAY }]);
    expect(refunds).toEqual([300]);
  });

  it('can be read within one second by id, for orders too many to page through', async () => {
    const at = START + 300 * DAY;
    const ids = [];
    for (let i = 0; i < 60; i++) ids.push(placeOrder(shop, { total: 1, createdAt: at + 999 - i }).id);
    placeOrder(shop, { total: 1, createdAt: at + 1000 });
    const within = (after: number) => ({ since: at + 500, withinSecondAfter: after });
    const first = await readOrdersSince(app.admin, within(0), null);
    const second = await readOrdersSince(app.admin, within(0), first.cursor);
    const rest = await readOrdersSince(app.admin, within(ids[54]!), null);
    const read = [first, second].flatMap(({ orders }) => [...orders.id.subarray(0, orders.length)]);
    expect([read, second.cursor]).toEqual([ids, null]);
    expect([...rest.orders.id.subarray(0, rest.orders.length)]).toEqual(ids.slice(55));
  });

  it('holds customers with the tags they have now', async () => {
    const [customer] = shop.customers.values();
    addTags(shop, customer!.id, ['VIP'], START + 300 * DAY);
    addCustomer(shop, { createdAt: START + 1 * DAY });
    const { customers, cursor } = await readCustomersSince(app.admin, from(START + 300 * DAY), null);
    expect([customers.length, customers.tags[0], cursor]).toEqual([1, ['VIP'], null]);
  });

  it('holds every line item of a page, however many there are', async () => {
    const lineItems = Array.from({ length: 200 }, () => ({
      id: takeId(shop),
      productId: null,
      title: 'Tea',
      vendor: null,
      quantity: 1,
      amount: 100,
    }));
    const since = START + 400 * DAY;
    for (let i = 0; i < 50; i++) placeOrder(shop, { total: 1, createdAt: since + i, lineItems });
    expect(await changedSince(since)).toMatchObject({ lineItems: 10_000, pages: 1 });
  }, 20_000);

  it('counts a refund without its own day from the order’s day, so it is not stored as dated', async () => {
    const [first] = shop.orders.values();
    const at = START + 200 * DAY;
    refundOrder(shop, first!.id, 300, at);
    const admin: AdminClient = {
      ...app.admin,
      run: async <T>(...asked: Parameters<AdminClient['run']>) => {
        const text = JSON.stringify(await app.admin.run<T>(...asked));
        return JSON.parse(text.replace(/(Refund\/\d+","createdAt":)"[^"]+"/, '$1null')) as T;
      },
    };
    const page = await readOrdersSince(admin, from(at), null);
    expect([page.orders.refunded[0], page.refunds.length, page.unread]).toEqual([300, 0, []]);
  });

  it('is told apart from what cannot be read, which comes with its reason', async () => {
    const [odd, next] = [...shop.orders.values()] as [FakeOrder, FakeOrder];
    const unknown = 'SETTLED' as FakeOrder['financialStatus'];
    const admin: AdminClient = {
      ...app.admin,
      run: async <T>(...asked: Parameters<AdminClient['run']>) => {
        const answer = await app.admin.run<T>(...asked);
        const text = JSON.stringify(answer);
        const at = text.indexOf(`Order/${odd.id}"`);
        return JSON.parse(text.slice(0, at) + text.slice(at).replace('"PAID"', `"${unknown}"`)) as T;
      },
    };
    const page = await readOrdersSince(admin, from(START), null);
    expect(page.unread).toMatchObject([
      { id: odd.id, reason: 'unknown financial status SETTLED', excerpt: expect.stringContaining('gid') },
    ]);
    expect([page.orders.id[0], page.orders.length, page.details.length]).toEqual([next.id, 49, 49]);
    expect(page.lineItems.length).toBe(49);
  });

  it('is counted beforehand, with the shop’s money and zone', async () => {
    expect(await readShop(app.admin)).toMatchObject({
      shopifyId: shop.shopifyId,
      currency: 'EUR',
      timeZone: 'Europe/Berlin',
      shopCreatedAt: shop.createdAt,
      orders: 130,
      customers: 1,
    });
  });
});
