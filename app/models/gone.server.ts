import type { PoolClient } from 'pg';

/**
 * Removes orders that Shopify no longer has, with their details and refunds. Line items that no details name any
 * more are not part of any order; they go when their load does.
 */
export async function removeOrders(
  client: PoolClient,
  shopId: number,
  ids: readonly number[],
): Promise<void> {
  if (ids.length === 0) return;
  for (const table of ['refunds', 'order_details']) {
    await client.query(`delete from ${table} where shop_id = $1 and order_id = any($2)`, [shopId, ids]);
  }
  await client.query('delete from orders where shop_id = $1 and id = any($2)', [shopId, ids]);
}

/**
 * Removes customers that Shopify no longer has. Their scores end: the history keeps that, as a correction within
 * the latest run. Orders that still name them become orders of guests.
 */
export async function removeCustomers(
  client: PoolClient,
  shopId: number,
  ids: readonly number[],
): Promise<void> {
  if (ids.length === 0) return;
  await client.query(
    `insert into segment_changes (shop_id, customer_id, run_id, day, before, after, cause, score_before, score_after)
     select s.shop_id, s.customer_id, r.id, r.as_of, s.segment, null, 'correction',
       s.r::text || s.f::text || s.m::text, '000'
     from scores s, (select id, as_of from score_runs where shop_id = $1 order by id desc limit 1) r
     where s.shop_id = $1 and s.customer_id = any($2) and s.segment is not null
     on conflict (shop_id, customer_id, run_id) do update
       set after = null, score_after = '000', cause = 'correction'`,
    [shopId, ids],
  );
  for (const table of ['scores', 'written']) {
    await client.query(`delete from ${table} where shop_id = $1 and customer_id = any($2)`, [shopId, ids]);
  }
  await client.query('update orders set customer_id = null where shop_id = $1 and customer_id = any($2)', [
    shopId,
    ids,
  ]);
  await client.query('delete from customers where shop_id = $1 and id = any($2)', [shopId, ids]);
}
