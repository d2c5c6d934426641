import { beforeAll, describe, expect, it } from 'vitest';
import { sqlInShop } from '#app/db.server.ts';
import { paidInFull, waitingForCodes } from '#app/models/full-price.server.ts';
import { DEFAULT_RULES } from '#app/rfm/order.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';

testDatabase();
const counted = { currency: 'EUR', rules: DEFAULT_RULES };
let shop: number;

beforeAll(async () => {
  shop = (await testShop()).id;
  const other = (await testShop()).id;
  // Customer 1: four orders, three with a code; 2: three without; 3: two with; 4: details of none are known.
  const orders = [
    ...[1, 1, 1, 0].map((code) => ({ customer: 1, code, status: 'PAID' })),
    ...[0, 0, 0].map((code) => ({ customer: 2, code, status: 'PAID' })),
    ...[1, 1].map((code) => ({ customer: 3, code, status: 'PAID' })),
    { customer: 4, code: null, status: 'PAID' },
    // What does not count says nothing either.
    { customer: 3, code: 1, status: 'PENDING' },
  ].map((order, i) => ({ id: i + 1, ...order }));
  for (const id of [shop, other])
    await sqlInShop(id, async (client) => {
      await client.query(
        `insert into orders (shop_id, id, customer_id, created_at, processed_at, updated_at, test, financial_status,
           currency, total, refunded)
         select $1, id, customer, now(), now(), now(), false, status, 'EUR', 1000, 0
         from jsonb_to_recordset($2) t (id int8, customer int8, status text)`,
        [id, JSON.stringify(orders)],
      );
      await client.query(
        `insert into order_details (shop_id, order_id, updated_at, discount_codes, lines_load)
         select $1, id, now(), case when code = 1 then array['SPRING'] else '{}' end, 1
         from jsonb_to_recordset($2) t (id int8, code int) where code is not null`,
        [id, JSON.stringify(orders)],
      );
      await client.query(
        `insert into scores (shop_id, customer_id, frequency, monetary, r, f, m, since)
         select $1, id, 1, 1, 1, 1, 1, current_date from generate_series(1, 4) id`,
        [id],
      );
    });
});

describe('how customers pay', () => {
  it('given orders with and without a code, then those at full price are counted, and nothing is said where nothing is known', async () => {
    const paid = await Promise.all([1, 2, 3, 4, 5].map((id) => paidInFull(shop, id, counted)));
    expect(paid).toEqual([
      { orders: 4, fullPrice: 1 },
      { orders: 3, fullPrice: 3 },
      { orders: 2, fullPrice: 0 },
      null,
      null,
    ]);
  });

  it('given an audience, then who waits for codes is counted in it, and nobody of another', async () => {
    const of = (where: string) =>
      sqlInShop(shop, (client) =>
        waitingForCodes(
          client,
          shop,
          { from: 'scores s', where: `s.shop_id = $1 and ${where}`, values: [shop] },
          counted,
        ),
      );
    expect(await of('true')).toEqual({ looked: 4, waiting: 1 });
    expect(await of('s.customer_id > 1')).toEqual({ looked: 3, waiting: 0 });
    expect(await of('false')).toEqual({ looked: 0, waiting: 0 });
  });
});
