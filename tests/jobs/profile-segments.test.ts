import { describe, expect, it } from 'vitest';
import { sqlInShop } from '#app/db.server.ts';
import { profileSegments } from '#app/jobs/profile-segments.server.ts';
import { enqueue, openQueue, prepareQueue } from '#app/jobs/queue.server.ts';
import { scoreCustomers } from '#app/jobs/score-customers.server.ts';
import { watchShop } from '#app/jobs/watch-shop.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import {
  keepProfiles,
  moneyAtStake,
  profiledRun,
  segmentProfile,
} from '#app/models/segment-profiles.server.ts';
import { TEN_SEGMENTS } from '#app/rfm/schemes.ts';
import { byIndex, byOrders } from '#app/rfm/segment-profile.ts';
import { editOrder, placeOrder, refundOrder, type FakeOrder } from '#tests/fake-shopify/store-orders.ts';
import type { FakeShop } from '#tests/fake-shopify/store.ts';
import { oracleDayOf } from '#tests/rfm/oracle.ts';
import { testDatabase } from '#tests/support/database.ts';
import { scoredDay } from './expected.ts';
import { decide, drain, installed, lookAgain, runPipeline, smallShop, type Pipeline } from './pipeline.ts';

testDatabase();

/** What an order is worth today, null when it does not count: the words of PRODUCT, order by order. */
function worth(fake: FakeShop, order: FakeOrder): number | null {
  const amount =
    order.total - order.refunds.reduce((sum, refund) => sum + refund.amount, order.extraRefunded);
  const paid = ['PAID', 'PARTIALLY_PAID', 'PARTIALLY_REFUNDED'].includes(order.financialStatus);
  const counts = order.customerId !== null && !order.test && order.cancelledAt === null && paid && amount > 0;
  return counts && order.currency === fake.currency ? amount : null;
}

/** Every segment's profile from what Shopify holds, each figure looked for in all orders again. */
async function expected({ shop, fake }: Pipeline, windowDays: number | null) {
  const { rows } = await sqlInShop(shop.id, (client) =>
    client.query<{ id: number; segment: string }>(
      'select customer_id as id, segment from scores where shop_id = $1 and segment is not null',
      [shop.id],
    ),
  );
  const segmentOf = new Map(rows.map(({ id, segment }) => [id, segment]));
  const dayOf = (instant: number): number => oracleDayOf(instant, fake.timeZone);
  const today = await scoredDay(fake);
  const orders = [...fake.orders.values()].flatMap((order) => {
    const amount = worth(fake, order);
    const segment = segmentOf.get(order.customerId ?? -1);
    if (amount === null || segment === undefined) return [];
    const products = order.lineItems.map(({ productId }) => productId).filter((id) => id !== null);
    const types = products.map((id) => fake.products.get(id)?.type).filter((type) => type !== undefined);
    const one = { customer: order.customerId, segment, amount, day: dayOf(order.processedAt) };
    return [{ ...one, products, types }];
  });
  const windowed = orders.filter(({ day }) => windowDays === null || day > today - windowDays);
  const bought = (segment: string, kind: 'products' | 'types') => {
    const here = windowed.filter((order) => order.segment === segment);
    const whats = new Set(here.flatMap((order) => order[kind] as (number | string)[]));
    const having = (some: typeof windowed, what: number | string) =>
      some.filter((order) => (order[kind] as (number | string)[]).includes(what));
    return [...whats].map((what) => ({
      what,
      here: having(here, what).length,
      buyers: new Set(having(here, what).map(({ customer }) => customer)).size,
      shop: having(windowed, what).length,
    }));
  };
  return TEN_SEGMENTS.segments.map((slug) => {
    const mine = orders.filter(({ segment }) => segment === slug);
    const last = new Map<number | null, number>();
    for (const { customer, day } of mine) last.set(customer, Math.max(last.get(customer) ?? day, day));
    return {
      segment: slug,
      asOf: today,
      customers: last.size,
      atStake: mine
        .filter(({ customer, day }) => day > last.get(customer)! - 365)
        .reduce((sum, { amount }) => sum + amount, 0),
      known: windowed.filter(({ segment }) => segment === slug).length,
      knownInShop: windowed.length,
      products: bought(slug, 'products'),
      types: bought(slug, 'types'),
    };
  });
}

/** Compares what is stored with the slow count. */
async function expectTrue(pipeline: Pipeline, windowDays: number | null = null): Promise<void> {
  const { id } = pipeline.shop;
  expect(await profiledRun(id)).toBe((await latestRun(id))?.id);
  const stakes = await moneyAtStake(id);
  for (const { products, types, ...figures } of await expected(pipeline, windowDays)) {
    const told = await segmentProfile(id, figures.segment);
    const { products: topProducts, types: topTypes, titles, ...rest } = told!;
    expect(rest).toEqual(figures);
    expect(byOrders<unknown>(topProducts)).toEqual(byOrders<unknown>(products));
    expect(byIndex<unknown>(topProducts, figures)).toEqual(byIndex<unknown>(products, figures));
    expect(byOrders<unknown>(topTypes)).toEqual(byOrders<unknown>(types));
    expect(byIndex<unknown>(topTypes, figures)).toEqual(byIndex<unknown>(types, figures));
    for (const { what } of topProducts) expect(titles[what]).toBe(pipeline.fake.products.get(what)?.title);
    expect(stakes.get(figures.segment)).toEqual({ atStake: figures.atStake, asOf: figures.asOf });
  }
}

const payloadOf = ({ shop }: Pipeline) => ({ shopId: shop.id, generation: shop.generation });

/** Whether counting is queued. */
async function isQueued(): Promise<boolean> {
  const boss = await openQueue();
  await prepareQueue(boss, profileSegments);
  return (await boss.findJobs(profileSegments.name)).some(({ state }) => state === 'created');
}

describe('given a shop whose history is imported and scored', () => {
  it('then money at stake, top products and top types of each segment are those of a slow count of Shopify’s orders', async () => {
    for (const seed of [3, 11]) {
      const pipeline = await installed(smallShop({ customers: 260, seed }));
      await runPipeline(pipeline);
      await expectTrue(pipeline);
      const stored = await segmentProfile(pipeline.shop.id, 'hibernating');
      expect(stored!.products.length).toBeGreaterThan(3);
      expect(stored!.types.length).toBeGreaterThan(1);
      await pipeline.close();
    }
  });

  it('when orders come, change and are refunded, and everyone is scored anew, then they are those of the orders as they are now', async () => {
    const pipeline = await installed(smallShop({ customers: 120 }));
    await runPipeline(pipeline);
    const { fake } = pipeline;
    const at = Date.now();
    const [first, second, third] = [...fake.orders.values()].filter(
      (order) => worth(fake, order) !== null && order.lineItems.length > 1,
    );
    editOrder(fake, first!.id, { total: first!.total, lineItems: first!.lineItems.slice(0, 1) }, at);
    refundOrder(fake, second!.id, Math.floor(second!.total / 2), at + 60);
    placeOrder(fake, {
      total: 12_345,
      createdAt: at + 120,
      customerId: third!.customerId,
      lineItems: third!.lineItems,
    });
    await lookAgain(pipeline);
    await decide(pipeline.shop.id, { countTest: true });
    await decide(pipeline.shop.id, { countTest: false, windowDays: 120 });
    await enqueue(scoreCustomers, payloadOf(pipeline));
    await drain();
    await expectTrue(pipeline, 120);
    await pipeline.close();
  });

  it('when nothing was scored anew since, then nothing is counted again; when it was never counted, then whoever watches the shop has it counted', async () => {
    const pipeline = await installed(smallShop());
    await runPipeline(pipeline);
    const { id } = pipeline.shop;
    await enqueue(watchShop, payloadOf(pipeline));
    await drain({ until: isQueued });
    expect(await isQueued()).toBe(false);
    await sqlInShop(id, (client) => client.query('delete from segment_profiles where shop_id = $1', [id]));
    await enqueue(watchShop, payloadOf(pipeline));
    await drain();
    await expectTrue(pipeline);
    await pipeline.close();
  });

  it('when a count of an earlier run comes late, then the later one stays', async () => {
    const pipeline = await installed(smallShop());
    await runPipeline(pipeline);
    const { id } = pipeline.shop;
    const run = (await latestRun(id))!;
    const stale = { segment: 'champions' as const, customers: 1, atStake: 1, known: 1, knownInShop: 1 };
    await keepProfiles(id, run.id - 1, run.asOf - 7, [{ ...stale, products: [], types: [] }]);
    await expectTrue(pipeline);
    await pipeline.close();
  });
});
