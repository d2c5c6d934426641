import { expect, it } from 'vitest';
import { sqlInShop } from '#app/db.server.ts';
import { removeOrders } from '#app/models/gone.server.ts';
import { emptyDetails } from '#app/models/order-details.server.ts';
import { keepEarnings } from '#app/models/order-earnings.server.ts';
import { storedAbout } from '#app/models/stored-about.server.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';

testDatabase();

it('given what orders earned, then a newer version replaces it, it is told of its customer, and goes with its order', async () => {
  const { id } = await testShop();
  await sqlInShop(id, (client) =>
    client.query(
      `insert into orders (shop_id, id, customer_id, created_at, processed_at, updated_at, test, financial_status,
         currency, total, refunded)
       select $1, o, nullif(o, 4), now(), now(), now(), false, 'PAID', 'EUR', 1000, 0 from generate_series(1, 4) o`,
      [id],
    ),
  );
  const earned = { updatedAt: 5_000, goods: 700, givenShipping: 50, discount: 150, cost: null };
  const stored = () =>
    sqlInShop(id, async (client) => {
      const { rows } = await client.query<{ order: number; goods: number }>(
        'select order_id as order, goods from order_earnings where shop_id = $1 order by order_id',
        [id],
      );
      return rows.map(({ order, goods }) => [order, goods]);
    });
  // Of guests, and of orders that are not there, nothing is kept.
  await keepEarnings(
    id,
    [1, 2, 3, 4, 5].map((orderId) => ({ orderId, ...earned })),
  );
  await keepEarnings(id, [
    { orderId: 1, ...earned, updatedAt: 6_000, goods: 800 },
    { orderId: 2, ...earned, updatedAt: 4_000, goods: 900 },
  ]);
  expect(await stored()).toEqual([
    [1, 800],
    [2, 700],
    [3, 700],
  ]);
  const { orders } = await sqlInShop(id, (client) => storedAbout(client, id, 2, []));
  expect(orders).toMatchObject([{ id: 2, goods: 700, given_shipping: 50, discount: 150, cost: null }]);
  await sqlInShop(id, async (client) => {
    await removeOrders(client, id, [1]);
    await emptyDetails(client, id, [2]);
  });
  expect(await stored()).toEqual([[3, 700]]);
});
