import type { PoolClient } from 'pg';
import { ordersAmong } from './order-lists.server.ts';

/** Days by which scores may be behind. */
const UNKNOWN_DAYS = 2;

/**
 * Those of a campaign's customers who ordered since they came in last: any order counts that was neither cancelled nor
 * a test, whether it is paid or not. Shopify tells its second. An order of the last days before counts as well if the
 * scores by which they came in did not know it yet.
 */
export async function orderedSince(
  client: PoolClient,
  shopId: number,
  campaignId: number,
  customers: readonly number[],
): Promise<Set<number>> {
  if (customers.length === 0) return new Set();
  const { rows } = await client.query<{ id: number }>(
    `select distinct o.customer_id as id from orders o
       join campaign_members m on m.shop_id = $1 and m.campaign_id = $2 and m.customer_id = o.customer_id
       join shops s on s.shop_id = $1
     where o.shop_id = $1 and o.id = any(${ordersAmong(shopId, customers)}) and o.customer_id = any($3::int8[])
       and o.cancelled_at is null and not o.test and (o.processed_at >= date_trunc('second', m.entry_at)
         or (o.processed_at >= m.entry_at - interval '${UNKNOWN_DAYS} days'
           and ((o.processed_at at time zone coalesce(s.time_zone, 'UTC'))::date > m.last_order_day) is not false))`,
    [shopId, campaignId, customers],
  );
  return new Set(rows.map(({ id }) => id));
}

/**
 * Follows orders that were just stored: customers of campaigns who ordered since they came in come to no further step,
 * what was on its way to them comes to nothing, and what was handed over is due to be taken back. In the transaction that stores the orders.
 */
export async function noteOrderedMembers(
  client: PoolClient,
  shopId: number,
  customers: readonly number[],
): Promise<void> {
  if (customers.length === 0) return;
  const { rows: of } = await client.query<{ campaign: number }>({
    name: 'campaigns-of',
    text: `select distinct m.campaign_id as campaign from campaign_members m
      join campaigns c on c.shop_id = $1 and c.id = m.campaign_id
      where m.shop_id = $1 and m.customer_id = any($2::int8[])
        and (m.state = 'active' or exists (select from offers o where o.shop_id = $1 and o.campaign_id = m.campaign_id
          and o.customer_id = m.customer_id and o.withdraw_at is not null and o.withdrawn_at is null))
      order by 1`,
    values: [shopId, customers],
  });
  const campaigns = of.map(({ campaign }) => campaign);
  if (campaigns.length === 0) return;
  // Everybody holds campaigns first, by number, then who takes part, then offers; the shop comes at the commit.
  await client.query(
    'select from campaigns where shop_id = $1 and id = any($2::int8[]) order by id for no key update',
    [shopId, campaigns],
  );
  const woken: number[] = [];
  for (const campaign of campaigns) {
    const ordered = [...(await orderedSince(client, shopId, campaign, customers))];
    if (ordered.length === 0) continue;
    woken.push(campaign);
    const values = [shopId, campaign, ordered];
    await client.query(
      `update campaign_members set state = 'ordered', due_at = null
       where shop_id = $1 and campaign_id = $2 and customer_id = any($3::int8[]) and state = 'active'`,
      values,
    );
    await client.query(
      `update offers set state = 'dropped', reason = 'ordered', passed_at = clock_timestamp()
       where shop_id = $1 and campaign_id = $2 and customer_id = any($3::int8[])
         and state in ('review', 'later', 'approved', 'ready')`,
      values,
    );
    await client.query(
      `update offers set withdraw_at = clock_timestamp() where shop_id = $1 and campaign_id = $2
         and customer_id = any($3::int8[]) and withdrawn_at is null and withdraw_at > clock_timestamp()`,
      values,
    );
  }
  if (woken.length === 0) return;
  await client.query(
    'update campaigns set look_at = clock_timestamp() where shop_id = $1 and id = any($2::int8[])',
    [shopId, woken],
  );
}
