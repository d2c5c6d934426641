import { describe, expect, it } from 'vitest';
import { sqlInShop } from '#app/db.server.ts';
import { enqueue } from '#app/jobs/queue.server.ts';
import { watchShop } from '#app/jobs/watch-shop.server.ts';
import { boughtIsDue } from '#app/models/bought.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { formatDay } from '#app/rfm/calendar.ts';
import { refundedOf, type FakeOrder } from '#tests/fake-shopify/store-orders.ts';
import type { FakeShop } from '#tests/fake-shopify/store.ts';
import { oracleDayOf } from '#tests/rfm/oracle.ts';
import { testDatabase } from '#tests/support/database.ts';
import { followed, live, receiving, settle } from './followed-shop.ts';
import { AT_ONCE, decide, drain, type Pipeline } from './pipeline.ts';

testDatabase();
const appUrl = receiving();

function counts(fake: FakeShop, order: FakeOrder): boolean {
  const paid = ['PAID', 'PARTIALLY_PAID', 'PARTIALLY_REFUNDED'].includes(order.financialStatus);
  const worth = order.total - refundedOf(order) > 0 && order.currency === fake.currency;
  return order.customerId !== null && !order.test && order.cancelledAt === null && paid && worth;
}

/** What each customer bought, and where from, looked for in Shopify's orders one by one. */
function expected(fake: FakeShop): Map<number, unknown> {
  const found = new Map<number, unknown>();
  for (const customer of fake.customers.keys()) {
    const orders = [...fake.orders.values()]
      .filter((order) => order.customerId === customer && counts(fake, order))
      .toSorted((a, b) => a.processedAt - b.processedAt || a.id - b.id);
    const [first] = orders;
    if (first === undefined) continue;
    const ids = orders.flatMap(({ lineItems }) => lineItems.map(({ productId }) => productId));
    const products = [...new Set(ids)].filter((id) => id !== null);
    const described = products.flatMap((id) => fake.products.get(id) ?? []);
    const texts = (list: (string | null | undefined)[]) => [...new Set(list.filter(Boolean))].toSorted();
    found.set(customer, {
      first: formatDay(oracleDayOf(first.processedAt, fake.timeZone)),
      products: products.toSorted((a, b) => a - b),
      types: texts(described.map(({ type }) => type)),
      vendors: texts(described.map(({ vendor }) => vendor)),
      channels: texts(orders.map(({ sourceName }) => sourceName)),
      firstSource: first.attribution,
      lastSource: orders.at(-1)!.attribution,
    });
  }
  return found;
}

/** The same as it is gathered; of nobody who has no counted order anything. */
async function gathered({ shop }: Pipeline): Promise<Map<number, unknown>> {
  const { rows } = await sqlInShop(shop.id, (client) =>
    client.query<{
      id: number;
      first: string | null;
      types: string[];
      vendors: string[];
      channels: string[];
    }>(
      `select customer_id as id, first_order_day::text as first, products, types, vendors, channels,
         first_source as "firstSource", last_source as "lastSource" from bought where shop_id = $1`,
      [shop.id],
    ),
  );
  return new Map(
    rows.flatMap(({ id, types, vendors, channels, ...rest }) =>
      rest.first === null
        ? []
        : [
            [
              id,
              {
                ...rest,
                types: types.toSorted(),
                vendors: vendors.toSorted(),
                channels: channels.toSorted(),
              },
            ] as const,
          ],
    ),
  );
}

const isDue = async ({ shop }: Pipeline) => boughtIsDue(shop.id, (await latestRun(shop.id))!.id);

describe('what customers bought', () => {
  it('given an imported shop, then it is gathered; after a lively hour it is due, and after the next look at the shop true again', async () => {
    const pipeline = await followed({ bulkPace: AT_ONCE, appUrl: appUrl() }, 90);
    expect(await isDue(pipeline)).toBe(false);
    const before = expected(pipeline.fake);
    expect(await gathered(pipeline)).toEqual(before);
    expect(before.size).toBeGreaterThan(30);

    live(pipeline, Date.now());
    await settle(pipeline);
    expect(await isDue(pipeline)).toBe(true);
    const look = async () => {
      const { id: shopId, generation } = pipeline.shop;
      await enqueue(watchShop, { shopId, generation });
      await drain();
    };
    await look();
    expect(await isDue(pipeline)).toBe(false);
    const after = expected(pipeline.fake);
    expect(after).not.toEqual(before);
    expect(await gathered(pipeline)).toEqual(after);

    // Other rules: everybody is gathered anew, after the run that follows them.
    await decide(pipeline.shop.id, { countUnpaid: true, countCancelled: true });
    await look();
    expect(await isDue(pipeline)).toBe(false);
    expect(await gathered(pipeline)).not.toEqual(after);
    await pipeline.close();
  });
});
