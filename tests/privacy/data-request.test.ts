import { afterAll, expect, it } from 'vitest';
import { inShop } from '#app/db.server.ts';
import { makeDataFile } from '#app/jobs/make-data-file.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { dataRequests, takeFile } from '#app/models/data-requests.server.ts';
import { formatDecimal } from '#app/rfm/money.ts';
import { loggedAccess } from '#tests/support/access-log.ts';
import { addCustomer } from '#tests/fake-shopify/store-customers.ts';
import { placeOrder, refundedOf, refundOrder } from '#tests/fake-shopify/store-orders.ts';
import type { FakeShop } from '#tests/fake-shopify/store.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';
import { decide, installed, runPipeline, smallShop } from '#tests/jobs/pipeline.ts';

testDatabase();
afterAll(() => closeQueue(1));

const HOUR = 3_600_000;
/** A tag that would break out of a file that is not escaped. */
const TAG = '"},"x":{"</script>\u2028';

const VISITS = { first: 'Google', last: 'direct' };

/** A customer of the shop with so many orders, every seventh of them refunded. */
function customerWith(fake: FakeShop, orders: number): number {
  const { id } = addCustomer(fake, { createdAt: Date.now() - 90 * 24 * HOUR, tags: [TAG] });
  for (let i = 0; i < orders; i += 1) {
    const at = Date.now() - (orders - i + 2) * HOUR;
    const order = placeOrder(fake, { customerId: id, createdAt: at, total: 1000 + i, visits: VISITS });
    if (i % 7 === 0) refundOrder(fake, order.id, 100 + i, at + 60_000);
  }
  return id;
}

type File = {
  customer: { tags: string[] } | null;
  scores: { r: number } | null;
  writtenToShopify: { segment: string } | null;
  orders: {
    id: number;
    total: string;
    refunded: string;
    firstSource: string;
    lastSource: string;
    refunds: { amount: string }[];
    lineItems: object[];
  }[];
  writes: object[];
  segmentHistory: object[];
};

it('W14: given requests about customers with 0, 1 and 50 orders, then each file is whole, and is logged and made once', async () => {
  const fake = smallShop({ customers: 20 });
  const customers = [0, 1, 50].map((orders) => ({ orders, id: customerWith(fake, orders) }));
  const pipeline = await installed(fake);
  const { shop } = pipeline;
  await decide(shop.id, { writeBack: 'on' });
  await runPipeline(pipeline);
  for (const { orders, id } of customers) {
    const theirs = [...fake.orders.values()].filter(({ customerId }) => customerId === id);
    const question = {
      webhookId: `request-${id}`,
      customerId: id,
      orderIds: theirs.map((order) => order.id),
    };
    await makeDataFile(shop.id, question);
    await makeDataFile(shop.id, question);
    const [request, ...others] = (await dataRequests(shop.id, 50)).filter(
      ({ customerId }) => customerId === id,
    );
    expect(others).toEqual([]);
    expect(request).toMatchObject({ hasFile: true, downloadedAt: null });
    const stranger = await testShop();
    expect(await takeFile(stranger.id, 1001, request!.id)).toBeNull();
    const file = (await takeFile(shop.id, 1001, request!.id))!.file as File;
    expect(
      (await dataRequests(shop.id, 50)).find((one) => one.id === request!.id)?.downloadedAt,
    ).not.toBeNull();
    // What was stored of the customer's tags, the awkward one and ours, comes back letter by letter.
    expect(file.customer?.tags).toContain(TAG);
    expect(file.orders.map(({ id: orderId, total, refunded }) => [orderId, total, refunded])).toEqual(
      theirs.map((o) => [o.id, formatDecimal(o.total, 'EUR'), formatDecimal(refundedOf(o), 'EUR')]),
    );
    for (const order of theirs) {
      const filed = file.orders.find((one) => one.id === order.id);
      expect([filed?.firstSource, filed?.lastSource]).toEqual(['Google', 'direct']);
      expect(filed?.lineItems).toHaveLength(order.lineItems.length);
      expect(filed?.refunds.map(({ amount }) => amount)).toEqual(
        order.refunds.map(({ amount }) => formatDecimal(amount, 'EUR')),
      );
    }
    expect(file.scores === null).toBe(orders === 0);
    expect(file.writtenToShopify === null).toBe(orders === 0);
    expect(file.writes.length > 0).toBe(orders > 0);
    expect(file.segmentHistory).toEqual([]);
  }
  const log = await loggedAccess(shop.id);
  expect(log.map(({ what, userId, customerIds }) => [what, userId, customerIds])).toEqual(
    customers
      .flatMap(({ id }) => [
        ['data-request', null, [id]],
        ['data-file', 1001, [id]],
      ])
      .toReversed(),
  );
  expect(await inShop(shop.id, (db) => db.dataRequest.count())).toBe(3);
  await pipeline.close();
});
