import type { PoolClient } from 'pg';

/**
 * Up to `size` customers at random, half of them by their scores and half by their orders. Each is found by one look into an index, however large the shop.
 */
export async function sampleCustomers(client: PoolClient, shopId: number, size: number): Promise<number[]> {
  const { rows } = await client.query<{ id: number }>(
    `with ends (kind, low, high) as (
       select 0, min(customer_id), max(customer_id) from scores where shop_id = $1
       union all
       select 1, min(id), max(id) from orders where shop_id = $1),
     drawn as materialized (
       select kind, low + floor(random() * (high - low + 1))::int8 as at
       from generate_series(1, $2) n join ends on kind = n % 2)
     select distinct found.id from drawn cross join lateral (
       (select customer_id as id from scores
        where kind = 0 and shop_id = $1 and customer_id >= at order by customer_id limit 1)
       union all
       (select customer_id from orders
        where kind = 1 and shop_id = $1 and id >= at and customer_id is not null order by id limit 1)) found`,
    [shopId, size],
  );
  return rows.map(({ id }) => id);
}

/** Those of the customers that do not wait to be scored. */
export async function notWaiting(
  client: PoolClient,
  shopId: number,
  customers: readonly number[],
): Promise<number[]> {
  const { rows } = await client.query<{ id: number }>(
    `select u.id from unnest($2::int8[]) u(id)
     where not exists (select from pending where shop_id = $1 and kind = 'score' and pending.id = u.id)`,
    [shopId, customers],
  );
  return rows.map(({ id }) => id);
}
