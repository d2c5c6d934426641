import { describe, expect, it } from 'vitest';
import { directory, sqlInShop } from '#app/db.server.ts';
import { enqueue } from '#app/jobs/queue.server.ts';
import { watchShop } from '#app/jobs/watch-shop.server.ts';
import { askedAsOf, audiencePage } from '#app/models/audience.server.ts';
import { boughtIsDue } from '#app/models/bought.server.ts';
import { customerDues } from '#app/models/customer-dues.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { chosenCycle, readSettings } from '#app/models/settings.server.ts';
import { formatDay } from '#app/rfm/calendar.ts';
import type { Tree } from '#app/rfm/conditions.ts';
import { cycleInForce, suggestCycle } from '#app/rfm/purchase-cycle.ts';
import type { RunSummary } from '#app/rfm/run-summary.ts';
import { channelOf } from '#app/rfm/preferences.ts';
import { placeOrder, refundedOf, type FakeOrder } from '#tests/fake-shopify/store-orders.ts';
import type { FakeShop } from '#tests/fake-shopify/store.ts';
import { oracleDayOf } from '#tests/rfm/oracle.ts';
import { testDatabase } from '#tests/support/database.ts';
import { followed, live, receiving, settle } from './followed-shop.ts';
import { AT_ONCE, decide, drain, lookAgain, type Pipeline } from './pipeline.ts';

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
      days: orders.map((order) => formatDay(oracleDayOf(order.processedAt, fake.timeZone))),
      products: products.toSorted((a, b) => a - b),
      types: texts(described.map(({ type }) => type)),
      vendors: texts(described.map(({ vendor }) => vendor)),
      channels: texts(orders.map(({ attribution, sourceName }) => channelOf(attribution, sourceName))),
      firstSource: orders.find(({ visits }) => visits?.first != null)?.visits?.first ?? null,
      lastSource: orders.findLast(({ visits }) => visits?.last != null)?.visits?.last ?? null,
    });
  }
  return found;
}

/** The same as it is gathered; of nobody who has no counted order anything. */
async function gathered({ shop }: Pipeline): Promise<Map<number, unknown>> {
  const { rows } = await sqlInShop(shop.id, (client) =>
    client.query<{
      id: number;
      days: string[];
      types: string[];
      vendors: string[];
      channels: string[];
    }>(
      `select customer_id as id, order_days::text[] as days, products, types, vendors, channels,
         first_source as "firstSource", last_source as "lastSource" from bought where shop_id = $1`,
      [shop.id],
    ),
  );
  return new Map(
    rows.flatMap(({ id, types, vendors, channels, ...rest }) =>
      rest.days.length === 0
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

/**
 * Whom the conditions about due days find, day by day, beside the days that pages tell of each customer from the orders
 * themselves: with and without a window, by the shop's own gap and by a cycle in months.
 */
async function duesAgree({ shop: { id } }: Pipeline): Promise<void> {
  const [shop, run, settings] = await Promise.all([directory.shopById(id), latestRun(id), readSettings(id)]);
  const { rows } = await sqlInShop(id, (client) =>
    client.query<{ customerId: number; lastOrderDay: number }>(
      `select customer_id as "customerId", last_order_day as "lastOrderDay" from scores
       where shop_id = $1 and last_order_day is not null`,
      [id],
    ),
  );
  const inMonths = { cycleLength: 5, cycleUnit: 'months' as const };
  const whoseGaps = (gaps: NonNullable<RunSummary['gaps']>) => ({
    ...run!,
    summary: { ...run!.summary, gaps },
  });
  const days = { quarter: 20, median: 33, threeQuarters: 50, from: 30, to: 40 };
  const measured = whoseGaps({ customers: 50, history: 400, days });
  for (const [as, chosen] of [
    [measured, settings],
    [measured, { ...settings, windowDays: 90 }],
    [whoseGaps({ customers: 0, history: 400, days: null }), { ...settings, windowDays: 200, ...inMonths }],
  ] as const) {
    const suggested = suggestCycle(as.summary.gaps);
    const cycle = cycleInForce(chosenCycle(chosen), suggested);
    const dues = await customerDues(shop!, as, chosen, { suggested, cycle }, rows);
    const told = Map.groupBy(rows, ({ customerId }) => dues.get(customerId)!.due!.on - as.asOf);
    expect(told.size).toBeGreaterThan(5);
    const asked = askedAsOf(as, chosen);
    for (const [days, those] of told) {
      const what = days < 0 ? 'overdue' : 'due-in';
      const tree: Tree = {
        match: 'all',
        parts: [{ what, from: Math.abs(days), to: Math.abs(days) }],
      };
      const { members } = await audiencePage(id, { trees: [tree], ids: null, asked }, 'monetary', null, 500);
      expect([days, members.map(({ customerId }) => customerId).toSorted()]).toEqual([
        days,
        those.map(({ customerId }) => customerId).toSorted(),
      ]);
    }
  }
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
    await duesAgree(pipeline);

    // Shopify finds out what brought a visit after the order was read, and the order stays in its version.
    const [customerId = 0] = [...pipeline.fake.ordersByCustomer.keys()];
    const late = placeOrder(pipeline.fake, { customerId, total: 5_000, createdAt: Date.now() });
    await lookAgain(pipeline);
    late.visits = { first: 'a late newsletter', last: 'a late newsletter' };
    await lookAgain(pipeline);
    await look();
    expect(await gathered(pipeline)).toEqual(expected(pipeline.fake));
    expect(await gathered(pipeline)).not.toEqual(after);

    // Other rules: everybody is gathered anew, after the run that follows them.
    await decide(pipeline.shop.id, { countUnpaid: true, countCancelled: true });
    await look();
    expect(await isDue(pipeline)).toBe(false);
    expect(await gathered(pipeline)).not.toEqual(expected(pipeline.fake));
    await pipeline.close();
  });
});
