import { sqlInShop } from '#app/db.server.ts';

/** What was read of an order, see shopify/order-earnings. */
type Earnings = {
  orderId: number;
  updatedAt: number;
  goods: number;
  givenShipping: number;
  discount: number;
  cost: number | null;
};

/** Stores what orders earned that are still there; what was read of a newer version stays. */
export async function keepEarnings(shopId: number, read: readonly Earnings[]): Promise<void> {
  if (read.length === 0) return;
  await sqlInShop(shopId, (client) =>
    client.query(
      `insert into order_earnings (shop_id, order_id, order_updated_at, goods, given_shipping, discount, cost)
       select $1, r."orderId", to_timestamp(r."updatedAt"::float8 / 1000), r.goods, r."givenShipping", r.discount, r.cost
       from jsonb_to_recordset($2) r ("orderId" int8, "updatedAt" int8, goods int8, "givenShipping" int8, discount int8,
         cost int8)
       where exists (select from orders o where o.shop_id = $1 and o.id = r."orderId" and o.customer_id is not null)
       on conflict (shop_id, order_id) do update set order_updated_at = excluded.order_updated_at, goods = excluded.goods,
         given_shipping = excluded.given_shipping, discount = excluded.discount, cost = excluded.cost
       where order_earnings.order_updated_at <= excluded.order_updated_at`,
      [shopId, JSON.stringify(read)],
    ),
  );
}
