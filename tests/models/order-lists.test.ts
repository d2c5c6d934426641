import { describe, expect, it } from 'vitest';
import { sqlInShop } from '#app/db.server.ts';
import { customerTimeline } from '#app/models/customer-timeline.server.ts';
import { mergeCustomers, removeCustomers, removeOrders } from '#app/models/gone.server.ts';
import { applyOrders, loadOrders } from '#app/models/orders.server.ts';
import { ordersNaming } from '#app/models/stored-ids.server.ts';
import { orderBatch, type OrderBatch } from '#app/rfm/batches.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';

testDatabase();

/** Orders by id: whose they are, null = a guest's. */
type Orders = Record<number, number | null>;

function batchOf(orders: Orders, updatedAt: number): OrderBatch {
  const entries = Object.entries(orders);
  const batch = orderBatch(entries.length);
  for (const [id, customer] of entries) {
    const i = batch.length++;
    batch.id[i] = Number(id);
    batch.customerId[i] = customer ?? Number.NaN;
    batch.updatedAt[i] = updatedAt;
    batch.cancelledAt[i] = Number.NaN;
    batch.financialStatus[i] = 2;
    batch.currency[i] = 'EUR';
  }
  return batch;
}

async function load(shopId: number, orders: Orders | Orders[], updatedAt = 1000): Promise<void> {
  await sqlInShop(shopId, async (client) => {
    const table = await loadOrders(client, shopId);
    for (const batch of [orders].flat()) await table.add(batchOf(batch, updatedAt));
    await table.finish();
  });
}

/** The order ids that the lists of a shop hold, and those of the orders that are marked as listed. */
async function listed(shopId: number): Promise<{ lists: number[]; marked: number[] }> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ lists: number[]; marked: number[] }>(
      `select array(select unnest(order_ids) from order_lists order by 1) as lists,
         array(select id from orders where listed order by id) as marked`,
    );
    return rows[0]!;
  });
}

const LARGEST = Number.MAX_SAFE_INTEGER;

describe('the orders of a customer', () => {
  it('are found after a first load, of these customers only and of no other shop', async () => {
    const [shop, other] = [await testShop(), await testShop()];
    await load(shop.id, { 1: 7, 2: LARGEST, 3: 7, 4: null, 5: 8, [LARGEST]: 7 });
    await load(other.id, { 1: 7, 9: 7 });
    expect(await ordersNaming(shop.id, [7])).toEqual([1, 3, LARGEST]);
    expect(await ordersNaming(shop.id, [LARGEST, 8, 1234])).toEqual([2, 5]);
    const { entries } = await customerTimeline(shop.id, 7, 'orders', null, 2);
    expect(entries.map((entry) => entry.what === 'order' && entry.order.id)).toEqual([LARGEST, 3]);
    expect(await listed(shop.id)).toMatchObject({ lists: [1, 2, 3, 5, LARGEST] });
  });

  it('are found when thousands of customers share lists', async () => {
    const shop = await testShop();
    const ids = Array.from({ length: 60_000 }, (_, i) => 5_000_000_000_000 + i);
    await load(shop.id, Object.fromEntries(ids.map((id, i) => [id, 1 + (i % 20_000)])));
    const wanted = ids.filter((_, i) => i % 20_000 < 3);
    expect(await ordersNaming(shop.id, [1, 2, 3])).toEqual(wanted);
  });

  it('are found when they came one by one, came to somebody else, and lost or gained a customer', async () => {
    const shop = await testShop();
    await load(shop.id, { 1: 7, 2: 7, 3: 7, 4: null, 5: 9 });
    await sqlInShop(shop.id, (client) =>
      applyOrders(client, shop.id, batchOf({ 1: 8, 2: null, 4: 7, 6: 7 }, 2000)),
    );
    expect(await ordersNaming(shop.id, [7])).toEqual([3, 4, 6]);
    expect(await ordersNaming(shop.id, [8])).toEqual([1]);
    await load(shop.id, { 3: 8, 5: 9, 6: 9, 7: 7 }, 3000);
    expect(await ordersNaming(shop.id, [7])).toEqual([4, 7]);
    expect(await ordersNaming(shop.id, [8])).toEqual([1, 3]);
    expect(await ordersNaming(shop.id, [9])).toEqual([5, 6]);
    expect((await listed(shop.id)).marked).toEqual([]);
  });

  it('are found when a load meets an order that is stored already, and no list grows by what did not go straight in', async () => {
    const shop = await testShop();
    await load(shop.id, { 1: 7 });
    await load(shop.id, [{ 10: 7, 11: 7 }, { 12: 7, 1: 7 }, { 13: 7 }], 2000);
    expect(await ordersNaming(shop.id, [7])).toEqual([1, 10, 11, 12, 13]);
    expect((await listed(shop.id)).lists).toEqual([1, 10, 11]);
    await load(shop.id, [{ 10: 7, 11: 7 }, { 12: 7 }], 3000);
    expect((await listed(shop.id)).lists).toEqual([1, 10, 11]);
  });

  it('an order that Shopify no longer has is in no list', async () => {
    const shop = await testShop();
    await load(shop.id, { 1: 7, 2: 7, 3: null });
    await sqlInShop(shop.id, (client) => removeOrders(client, shop.id, [1, 3]));
    expect((await listed(shop.id)).lists).toEqual([2]);
  });

  it('an order that is loaded again unchanged counts as unchanged', async () => {
    const shop = await testShop();
    await load(shop.id, { 1: 7 });
    const again = await sqlInShop(shop.id, (client) => applyOrders(client, shop.id, batchOf({ 1: 7 }, 1000)));
    expect(again.orders).toEqual([]);
  });

  it('follow a merge, and a removed customer leaves no list that tells whose they were', async () => {
    const shop = await testShop();
    await load(shop.id, { 1: 7, 2: 7, 3: 8, 4: 9 });
    await sqlInShop(shop.id, (client) => mergeCustomers(client, shop.id, 7, 8));
    expect(await ordersNaming(shop.id, [7])).toEqual([]);
    expect(await ordersNaming(shop.id, [8])).toEqual([1, 2, 3]);
    await sqlInShop(shop.id, (client) => removeCustomers(client, shop.id, [8]));
    expect(await ordersNaming(shop.id, [8])).toEqual([]);
    expect(await listed(shop.id)).toEqual({ lists: [4], marked: [4] });
  });
});
