import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseNow, sqlInShop } from '#app/db.server.ts';
import { forgetCustomers } from '#app/jobs/forget-customers.server.ts';
import { closeQueue, enqueue } from '#app/jobs/queue.server.ts';
import { scoreCustomers } from '#app/jobs/score-customers.server.ts';
import { removeOrders } from '#app/models/gone.server.ts';
import { countPopulations } from '#app/models/populations.server.ts';
import type { FakeShop } from '#tests/fake-shopify/store.ts';
import {
  cancelOrder,
  deleteOrder,
  placeOrder,
  refundedOf,
  refundOrder,
} from '#tests/fake-shopify/store-orders.ts';
import { testDatabase } from '#tests/support/database.ts';
import { decide, drain, installed, lookAgain, runPipeline, smallShop, type Pipeline } from './pipeline.ts';
import { payload } from './written-shop.ts';

testDatabase();
let pipeline: Pipeline;
let company: number;

beforeAll(async () => {
  const fake = smallShop({ customers: 120, shares: { company: 0.3 } });
  pipeline = await installed(fake);
  await runPipeline(pipeline);
  company = [...fake.companies.keys()][0]!;
}, 60_000);
afterAll(async () => {
  await pipeline.close();
  await closeQueue(1);
});

const PAID = new Set(['PAID', 'PARTIALLY_PAID', 'PARTIALLY_REFUNDED']);

/** Who buys for a company, order by order as the words have it. */
function expected({ orders, currency }: FakeShop, since = -Infinity): Map<number, string> {
  const bought = new Map<number, Set<boolean>>();
  for (const order of orders.values()) {
    const counts =
      order.customerId !== null &&
      !order.test &&
      order.cancelledAt === null &&
      PAID.has(order.financialStatus) &&
      order.currency === currency &&
      order.total - refundedOf(order) > 0 &&
      order.processedAt >= since;
    if (!counts || order.customerId === null) continue;
    const kinds = bought.get(order.customerId) ?? new Set();
    bought.set(order.customerId, kinds.add(order.companyId !== null));
  }
  const found = [...bought].filter(([, kinds]) => kinds.has(true));
  return new Map(
    found.map(([id, kinds]) => [id, kinds.size === 1 ? 'b2b' : 'mixed'] as const).sort(([a], [b]) => a - b),
  );
}

async function stored({ shop } = pipeline): Promise<Map<number, string>> {
  const { rows } = await sqlInShop(shop.id, (client) =>
    client.query<{ id: number; population: string }>(
      'select customer_id as id, population from customer_populations where shop_id = $1 order by 1',
      [shop.id],
    ),
  );
  return new Map(rows.map(({ id, population }) => [id, population]));
}

/** A customer all of whose orders are of one kind. */
function someone(kind: 'b2b' | 'mixed' | 'b2c', skip = 0): number {
  const { fake } = pipeline;
  const known = expected(fake);
  const ids = [...fake.ordersByCustomer.keys()].filter((id) => (known.get(id) ?? 'b2c') === kind);
  return ids[skip] ?? 0;
}

describe('given a shop with company purchases', () => {
  it('when it is imported, then who buys for a company is stored, and the counts are of those who are scored', async () => {
    const found = await stored();
    expect(found).toEqual(expected(pipeline.fake));
    expect(new Set(found.values())).toEqual(new Set(['b2b', 'mixed']));
    const counts = { b2b: 0, mixed: 0, pos: 0 };
    for (const population of found.values()) counts[population as 'b2b' | 'mixed'] += 1;
    expect(await countPopulations(pipeline.shop.id)).toEqual(counts);
  });

  it('when orders come, are cancelled, refunded and deleted, then it follows them', async () => {
    const { fake, shop } = pipeline;
    const createdAt = await databaseNow();
    const [self, both, firm] = [someone('b2c'), someone('b2b'), someone('b2b', 1)];
    placeOrder(fake, { customerId: self, total: 500, createdAt, companyId: company });
    placeOrder(fake, { customerId: both, total: 500, createdAt });
    for (const id of fake.ordersByCustomer.get(firm) ?? []) cancelOrder(fake, id, createdAt);
    await lookAgain(pipeline);
    const found = await stored();
    expect([found.get(self), found.get(both), found.has(firm)]).toEqual(['mixed', 'mixed', false]);
    expect(found).toEqual(expected(fake));

    const later = await databaseNow();
    for (const id of fake.ordersByCustomer.get(self) ?? []) {
      const order = fake.orders.get(id)!;
      const left = order.total - refundedOf(order);
      if (order.companyId !== null && left > 0) refundOrder(fake, id, left, later);
    }
    await lookAgain(pipeline);
    expect((await stored()).has(self)).toBe(false);
    expect(await stored()).toEqual(expected(fake));

    const gone = (fake.ordersByCustomer.get(both) ?? []).find(
      (id) => fake.orders.get(id)?.companyId === null,
    );
    deleteOrder(fake, gone ?? 0, later);
    await sqlInShop(shop.id, (client) => removeOrders(client, shop.id, [gone ?? 0]));
    await enqueue(scoreCustomers, payload(pipeline));
    await drain();
    expect((await stored()).get(both)).toBe('b2b');
    expect(await stored()).toEqual(expected(fake));
  });

  it('when a window is set, then only orders in it decide, and without one all do again', async () => {
    const { fake, shop } = pipeline;
    for (const windowDays of [60, null]) {
      await decide(shop.id, { windowDays });
      await enqueue(scoreCustomers, payload(pipeline));
      await drain();
      const since = windowDays === null ? -Infinity : Date.now() - windowDays * 86_400_000;
      const [found, all] = [await stored(), expected(fake, since)];
      // Of the day on which the window begins the hour decides here, and the day there.
      const near = [...fake.orders.values()].filter(
        ({ processedAt }) => Math.abs(processedAt - since) < 172_800_000,
      );
      for (const { customerId } of near) for (const map of [found, all]) map.delete(customerId ?? 0);
      expect(found).toEqual(all);
    }
  });

  it('when a customer is gone, then nothing of it is left', async () => {
    const { shop } = pipeline;
    const id = someone('b2b', 2);
    expect((await stored()).has(id)).toBe(true);
    expect(await forgetCustomers(shop.id, [id])).toBe(true);
    expect((await stored()).has(id)).toBe(false);
  });
});
