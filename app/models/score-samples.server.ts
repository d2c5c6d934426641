import type { PoolClient } from 'pg';

/**
 * Up to `size` customers at random, half of them by their scores and half by their orders. Each is found by one look into an index, however large the shop.
 */
export async function sampleCustomers(client: PoolClient, shopId: number, size: number): Promise<number[]> {
  const { rows } = await client.query<{ id: number }>(
    `with ends as (
       select min(customer_id) as low, max(customer_id) as high from scores where shop_id = $1),
     drawn as materialized (
       select n, low + floor(random() * (high - low + 1))::int8 as at from ends, generate_series(1, $2) n)
     select distinct found.id from drawn cross join lateral (
       (select customer_id as id from scores
        where drawn.n % 2 = 0 and shop_id = $1 and customer_id >= drawn.at order by customer_id limit 1)
       union all
       (select customer_id from orders
        where drawn.n % 2 = 1 and shop_id = $1 and customer_id >= drawn.at order by customer_id limit 1)) found`,
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
