import { describe, expect, it } from 'vitest';
import { inShop, sqlInShop } from '#app/db.server.ts';
import { dropUnusedLines, emptyDetails, loadDetails } from '#app/models/order-details.server.ts';
import { unevenOrders } from '#app/models/uneven-orders.server.ts';
import { lineItemBatch, orderDetailsBatch, productBatch, refundBatch } from '#app/rfm/batches.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';

testDatabase();

type Given = {
  order: number;
  updatedAt: number;
  lines: Record<number, number>;
  refunds?: Record<number, number>;
};

/** Loads orders' details; lines and refunds map id to amount. Children come before their order's details. */
async function load(shopId: number, ...orders: Given[]) {
  const lines = lineItemBatch(20);
  const refunds = refundBatch(20);
  const details = orderDetailsBatch(20);
  const products = productBatch(20);
  for (const { order, updatedAt, lines: items, refunds: back = {} } of orders) {
    for (const [id, amount] of Object.entries(items)) {
      const i = lines.length++;
      [lines.orderId[i], lines.id[i], lines.amount[i], lines.quantity[i]] = [order, Number(id), amount, 2];
      lines.productId[i] = i === 0 ? Number.NaN : 77;
    }
    for (const [id, amount] of Object.entries(back)) {
      const i = refunds.length++;
      [refunds.orderId[i], refunds.id[i], refunds.amount[i], refunds.createdAt[i]] = [
        order,
        Number(id),
        amount,
        5,
      ];
    }
    const i = details.length++;
    [details.orderId[i], details.updatedAt[i], details.companyId[i]] = [order, updatedAt, Number.NaN];
    details.sourceName[i] = 'web';
    details.attribution[i] = null;
    [details.firstSource[i], details.lastSource[i]] = ['Google', null];
    details.discountCodes[i] = ['SPRING "10%"', '{a,b}', ''];
  }
  products.length = 2;
  for (const i of [0, 1]) {
    products.id[i] = 77;
    products.title[i] = `Tee ${i} ✨`;
    products.type[i] = null;
    products.vendor[i] = '';
  }
  return sqlInShop(shopId, async (client) => {
    const all = await loadDetails(client, shopId);
    await all.lineItems.add(lines);
    await all.refunds.add(refunds);
    await all.products.add(products);
    await all.details.add(details);
    return all.finish();
  });
}

function lineItems(shopId: number): Promise<Record<string, number>> {
  return stored(
    shopId,
    `select l.order_id, l.id, l.amount
     from line_items i cross join unnest(order_ids, ids, amounts) as l(order_id, id, amount)
     join order_details d on d.shop_id = i.shop_id and d.order_id = l.order_id and d.lines_load = i.load
     where i.shop_id = $1`,
  );
}

function refunds(shopId: number): Promise<Record<string, number>> {
  return stored(shopId, 'select order_id, id, amount from refunds where shop_id = $1');
}

async function stored(shopId: number, query: string): Promise<Record<string, number>> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query(query, [shopId]);
    return Object.fromEntries(rows.map((row) => [`${row.order_id}/${row.id}`, row.amount]));
  });
}

describe('loading what the second pass adds to orders', () => {
  it('keeps children that come before their order, and products as last described', async () => {
    const { id } = await testShop();
    await load(id, {
      order: 1,
      updatedAt: 5,
      lines: { 10: 100, 11: 200 },
      refunds: { 20: 50 },
    });
    expect(await lineItems(id)).toEqual({ '1/10': 100, '1/11': 200 });
    expect(await refunds(id)).toEqual({ '1/20': 50 });
    const [details, products] = await sqlInShop(id, async (client) => [
      (
        await client.query(`select source_name, attribution, first_source, last_source, company_id, discount_codes
          from order_details`)
      ).rows,
      (await client.query('select id, title, type, vendor from products')).rows,
    ]);
    const codes = ['SPRING "10%"', '{a,b}', ''];
    expect(details).toEqual([
      {
        source_name: 'web',
        attribution: null,
        first_source: 'Google',
        last_source: null,
        company_id: null,
        discount_codes: codes,
      },
    ]);
    expect(products).toEqual([{ id: 77, title: 'Tee 1 ✨', type: null, vendor: '' }]);
    expect(await unevenOrders(id, 10)).toEqual([1]);
    expect(await unevenOrders(id, 0)).toEqual([]);
  });

  it('takes all of it away when an order is emptied for good, also what brought the visits before it', async () => {
    const { id } = await testShop();
    await load(id, { order: 1, updatedAt: 5, lines: { 10: 100 }, refunds: { 20: 50 } });
    await sqlInShop(id, (client) => emptyDetails(client, id, [1]));
    await load(id, { order: 1, updatedAt: 9, lines: { 10: 100 }, refunds: { 20: 50 } });
    expect([await lineItems(id), await refunds(id)]).toEqual([{}, {}]);
    const [details] = await inShop(id, (db) => db.orderDetails.findMany());
    expect(details).toMatchObject({
      sourceName: null,
      attribution: null,
      firstSource: null,
      lastSource: null,
      companyId: null,
      discountCodes: [],
    });
  });

  it('replaces an edited order whole, and leaves one alone whose stored details are newer', async () => {
    const { id } = await testShop();
    await load(
      id,
      { order: 1, updatedAt: 5, lines: { 10: 100, 11: 200 }, refunds: { 20: 50 } },
      { order: 2, updatedAt: 9, lines: { 30: 1 } },
    );
    await load(
      id,
      { order: 1, updatedAt: 6, lines: { 11: 250, 12: 300 } },
      { order: 2, updatedAt: 8, lines: { 31: 2 } },
    );
    expect(await lineItems(id)).toEqual({ '1/11': 250, '1/12': 300, '2/30': 1 });
    expect(await refunds(id)).toEqual({});
  });

  it('keeps a line item as long as its order names its load', async () => {
    const { id } = await testShop();
    await load(
      id,
      { order: 1, updatedAt: 5, lines: { 10: 100 } },
      { order: 2, updatedAt: 5, lines: { 20: 1 } },
    );
    await load(id, { order: 1, updatedAt: 6, lines: { 10: 150 } });
    const rowsLeft = () =>
      sqlInShop(id, async (client) => {
        await dropUnusedLines(client, id);
        return (await client.query('select from line_items where shop_id = $1', [id])).rowCount;
      });
    expect(await rowsLeft()).toBe(2);
    expect(await lineItems(id)).toEqual({ '1/10': 150, '2/20': 1 });
    await load(id, { order: 2, updatedAt: 7, lines: {} });
    expect(await rowsLeft()).toBe(1);
    expect(await lineItems(id)).toEqual({ '1/10': 150 });
  });
});
