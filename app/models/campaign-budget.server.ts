import type { PoolClient } from 'pg';

/**
 * What is left of a campaign's budget, minor units; null = no limit. What orders that named its codes were given off
 * counts as it is, as soon as that was read, and until then as it was reckoned; so do codes that may still be redeemed.
 */
export async function budgetLeft(
  client: PoolClient,
  shopId: number,
  campaignId: number,
  budget: number | null,
): Promise<number | null> {
  if (budget === null) return null;
  const { rows } = await client.query<{ open: number; spent: number }>(
    `select (select coalesce(sum(reckoned), 0)::int8 from offers where shop_id = $1 and campaign_id = $2
         and redeemed_at is null and state not in ('skipped', 'dropped', 'failed')
         and (ends_at is null or ends_at > clock_timestamp())) as open,
       (select coalesce(sum(coalesce(k.discounted, e.discount, r.reckoned, 0)), 0)::int8 from campaign_orders k
         left join order_earnings e on e.shop_id = $1 and e.order_id = k.order_id
         left join (select redeemed_order, sum(reckoned) as reckoned from offers where shop_id = $1 and campaign_id = $2
           and redeemed_order is not null group by 1) r on r.redeemed_order = k.order_id
         where k.shop_id = $1 and k.campaign_id = $2) as spent`,
    [shopId, campaignId],
  );
  const { open, spent } = rows[0]!;
  return budget - open - spent;
}

/** The share of the price that is left after the products' cost, null while it is not known. */
export async function marginOf(client: PoolClient, shopId: number): Promise<number | null> {
  const { rows } = await client.query<{ percent: number | null }>(
    'select margin_percent as percent from settings where shop_id = $1',
    [shopId],
  );
  const percent = rows[0]?.percent ?? null;
  return percent === null ? null : percent / 100;
}
