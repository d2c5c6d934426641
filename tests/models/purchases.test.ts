import { describe, expect, it } from 'vitest';
import { sqlInShop } from '#app/db.server.ts';
import { loadDetails } from '#app/models/order-details.server.ts';
import { loadOrders } from '#app/models/orders.server.ts';
import { readPurchases } from '#app/models/purchases.server.ts';
import { lineItemBatch, orderBatch, orderDetailsBatch, productBatch } from '#app/rfm/batches.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';

testDatabase();

async function loadBare(shopId: number, orders: Record<number, number>): Promise<void> {
  const batch = orderBatch(20);
  for (const [id, customer] of Object.entries(orders)) {
    const i = batch.length++;
    [batch.id[i], batch.customerId[i], batch.processedAt[i]] = [Number(id), customer, Number(id) * 1000];
    batch.cancelledAt[i] = Number.NaN;
    batch.currency[i] = 'EUR';
  }
  await sqlInShop(shopId, async (client) => {
    const table = await loadOrders(client, shopId);
    await table.add(batch);
    await table.finish();
  });
}

type Details = { company?: number; source?: string; products: number[] };

/** Loads contents, two parts: items stand in no order, and some before their order's. */
async function loadContents(
  shopId: number,
  orders: Record<number, Details>,
  updatedAt = 1000,
): Promise<void> {
  const parts = [lineItemBatch(20), lineItemBatch(20)];
  const details = orderDetailsBatch(20);
  const products = productBatch(20);
  let place = 0;
  for (const [id, { company, source, products: bought }] of Object.entries(orders)) {
    const i = details.length++;
    [details.orderId[i], details.updatedAt[i]] = [Number(id), updatedAt];
    details.companyId[i] = company ?? Number.NaN;
    details.sourceName[i] = source ?? 'web';
    details.attribution[i] = null;
    details.discountCodes[i] = [];
    for (const product of bought) {
      const lines = parts[place % 2]!;
      const at = lines.length++;
      [lines.orderId[at], lines.id[at], lines.quantity[at], lines.amount[at]] = [Number(id), ++place, 1, 100];
      lines.productId[at] = product || Number.NaN;
      if (product === 0 || products.id.subarray(0, products.length).includes(product)) continue;
      const described = products.length++;
      products.id[described] = product;
      products.title[described] = `Tea ${product}`;
      products.type[described] = 'Tea';
      products.vendor[described] = null;
    }
  }
  await sqlInShop(shopId, async (client) => {
    const load = await loadDetails(client, shopId);
    for (const lines of parts) if (lines.length > 0) await load.lineItems.add(lines);
    await load.products.add(products);
    await load.details.add(details);
    await load.finish();
  });
}

const seen = async (shopId: number, customer: number, limit = 10) =>
  (await readPurchases(shopId, customer, limit)).map(({ id, channel, company, products }) => [
    id,
    channel,
    company,
    products.map((product) => product.id).sort(),
  ]);

describe('what a customer bought', () => {
  it('given orders and their contents, then each of the customer’s has its own products, newest first', async () => {
    const [shop, other] = [await testShop(), await testShop()];
    await loadBare(shop.id, { 1: 7, 2: 8, 3: 7, 4: 7, 5: 7 });
    await loadContents(shop.id, {
      3: { products: [31, 32, 31], company: 5, source: 'pos' },
      1: { products: [11, 0] },
      2: { products: [21] },
      5: { products: [] },
    });
    await loadBare(other.id, { 1: 7 });
    await loadContents(other.id, { 1: { products: [99] } });
    expect(await seen(shop.id, 7)).toEqual([
      [5, 'online-store', false, []],
      [3, 'pos', true, [31, 32]],
      [1, 'online-store', false, [11]],
    ]);
    expect(await seen(shop.id, 7, 2)).toEqual([[5, 'online-store', false, []]]);
    expect(await seen(shop.id, 1234)).toEqual([]);
  });

  it('given an order that was edited, then only what the newer load says of it; and the same of rows that do not tell their range', async () => {
    const { id } = await testShop();
    await loadBare(id, { 1: 7, 2: 7 });
    await loadContents(id, { 1: { products: [11] }, 2: { products: [21] } });
    await loadContents(id, { 1: { products: [12] } }, 2000);
    const expected = [
      [2, 'online-store', false, [21]],
      [1, 'online-store', false, [12]],
    ];
    expect(await seen(id, 7)).toEqual(expected);
    await sqlInShop(id, (client) =>
      client.query('update line_items set first_order = null, last_order = null where shop_id = $1', [id]),
    );
    expect(await seen(id, 7)).toEqual(expected);
  });
});
