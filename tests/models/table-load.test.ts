import { describe, expect, it } from 'vitest';
import { sqlInShop } from '#app/db.server.ts';
import { loadOrders, readOrdersForScoring } from '#app/models/orders.server.ts';
import { orderBatch, NO_STATUS, type OrderBatch } from '#app/rfm/batches.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';

testDatabase();

type Row = { id: number; customerId?: number; updatedAt?: number; total?: number; cancelledAt?: number };

function batchOf(rows: Row[]): OrderBatch {
  const batch = orderBatch(rows.length);
  rows.forEach((row, i) => {
    batch.id[i] = row.id;
    batch.customerId[i] = row.customerId ?? Number.NaN;
    batch.createdAt[i] = 1;
    batch.processedAt[i] = 1_700_000_000_123;
    batch.updatedAt[i] = row.updatedAt ?? 5;
    batch.cancelledAt[i] = row.cancelledAt ?? Number.NaN;
    batch.test[i] = i % 2;
    batch.financialStatus[i] = i % 3 === 0 ? NO_STATUS : 2;
    batch.currency[i] = 'EUR';
    batch.total[i] = row.total ?? 100;
    batch.refunded[i] = 0;
  });
  batch.length = rows.length;
  return batch;
}

async function load(shopId: number, ...batches: OrderBatch[]) {
  return sqlInShop(shopId, async (client) => {
    const table = await loadOrders(client, shopId);
    for (const batch of batches) await table.add(batch);
    return table.finish();
  });
}

async function totals(shopId: number): Promise<Record<number, number>> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query('select id, total from orders where shop_id = $1', [shopId]);
    return Object.fromEntries(rows.map((row) => [row.id, row.total]));
  });
}

describe('loading orders', () => {
  it('keeps what the batch says, to the largest numbers and without the null ones', async () => {
    const shop = await testShop();
    const largest = Number.MAX_SAFE_INTEGER;
    const rows = [
      { id: largest, customerId: largest, total: -largest },
      { id: 1, total: 0, cancelledAt: -1 },
      { id: 4_294_967_296, customerId: 4_294_967_295, total: -1 },
    ];
    expect(await load(shop.id, batchOf(rows))).toEqual({ read: 3, stored: 3 });
    const seen: unknown[] = [];
    await sqlInShop(shop.id, (client) =>
      readOrdersForScoring(client, shop.id, null, 0, (order) => seen.push({ ...order })),
    );
    const common = { processedAt: 1_700_000_000_123, currency: 'EUR', refunded: 0 };
    expect(seen).toEqual([
      {
        ...common,
        customerId: largest,
        cancelledAt: null,
        test: false,
        financialStatus: null,
        total: -largest,
      },
      { ...common, customerId: null, cancelledAt: -1, test: true, financialStatus: 'PAID', total: 0 },
      {
        ...common,
        customerId: 4_294_967_295,
        cancelledAt: null,
        test: false,
        financialStatus: 'PAID',
        total: -1,
      },
    ]);
  });

  it('never replaces an order by an older version, and doubles change nothing', async () => {
    const shop = await testShop();
    await load(shop.id, batchOf([{ id: 1, updatedAt: 10, total: 10 }]));
    expect(await load(shop.id, batchOf([{ id: 1, updatedAt: 9, total: 9 }]))).toEqual({ read: 1, stored: 0 });
    expect(await totals(shop.id)).toEqual({ 1: 10 });
    const doubled = batchOf([
      { id: 1, updatedAt: 12, total: 12 },
      { id: 1, updatedAt: 11, total: 11 },
      { id: 2, updatedAt: 1, total: 2 },
      { id: 2, updatedAt: 1, total: 2 },
    ]);
    expect(await load(shop.id, doubled, doubled)).toEqual({ read: 8, stored: 2 });
    expect(await totals(shop.id)).toEqual({ 1: 12, 2: 2 });
  });

  it('goes on after a batch that meets a stored order, and keeps the batches before it', async () => {
    const shop = await testShop();
    await load(shop.id, batchOf([{ id: 50, total: 1 }]));
    const counts = await load(
      shop.id,
      batchOf([{ id: 10 }, { id: 11 }]),
      batchOf([{ id: 50, updatedAt: 6, total: 2 }, { id: 51 }]),
      batchOf([{ id: 60 }]),
    );
    expect(counts).toEqual({ read: 5, stored: 5 });
    expect(await totals(shop.id)).toEqual({ 10: 100, 11: 100, 50: 2, 51: 100, 60: 100 });
  });
});
