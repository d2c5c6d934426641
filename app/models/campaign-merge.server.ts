import type { PoolClient } from 'pg';
import { noteOrderedMembers } from './orders-since.server.ts';

/**
 * After a merge the one that stays takes part in what either took part in, held out if either was. In a campaign of
 * both its own part goes on; the other's offers are kept beside it, under a part of their own that is over, so that no
 * step comes twice, and orders of both count for it. What was just on its way to the one that is gone is never handed over once more.
 */
export async function mergeMembers(
  client: PoolClient,
  shopId: number,
  goneId: number,
  keptId: number,
): Promise<void> {
  const { rows } = await client.query<{ id: number }>(
    `select c.id from campaigns c where c.shop_id = $1 and c.id in
       (select campaign_id from campaign_members where shop_id = $1 and customer_id = any($2::int8[]))
     order by c.id for update`,
    [shopId, [goneId, keptId]],
  );
  if (rows.length === 0) return;
  const values = [shopId, goneId, keptId];
  await client.query(
    `update offers set state = 'unknown', withdraw_at = clock_timestamp()
     where shop_id = $1 and customer_id = $2 and state = 'sending'`,
    [shopId, goneId],
  );
  // Where both take part.
  await client.query(
    `update offers o set customer_id = $3, passed_at = coalesce(o.passed_at, clock_timestamp()),
       entry = (select least(min(k.entry), 0) from offers k where k.shop_id = $1 and k.campaign_id = o.campaign_id
         and k.customer_id = $3) + o.entry - 1 - (select max(g.entry) from offers g where g.shop_id = $1
         and g.campaign_id = o.campaign_id and g.customer_id = $2),
       reason = case when o.state in ${OPEN} then 'superseded' else o.reason end,
       state = case when o.state in ${OPEN} then 'dropped' else o.state end
     where o.shop_id = $1 and o.customer_id = $2 and exists (select from campaign_members k
       where k.shop_id = $1 and k.campaign_id = o.campaign_id and k.customer_id = $3)`,
    values,
  );
  await client.query(
    `update campaign_members k set held_out = true from campaign_members g
     where k.shop_id = $1 and k.customer_id = $3 and g.shop_id = $1 and g.campaign_id = k.campaign_id
       and g.customer_id = $2 and g.held_out and not k.held_out`,
    values,
  );
  await client.query(
    `update offers o set reason = case when o.state in ${OPEN} then 'superseded' else o.reason end,
       state = case when o.state in ${OPEN} then 'dropped' else o.state end,
       withdraw_at = case when o.withdrawn_at is null and o.withdraw_at is not null then clock_timestamp() else o.withdraw_at end
     from campaign_members k where o.shop_id = $1 and o.customer_id = $2 and k.shop_id = $1
       and k.campaign_id = o.campaign_id and k.customer_id = $2 and k.held_out`,
    [shopId, keptId],
  );
  // Where only the one that is gone did, the one that stays goes on.
  for (const table of ['offers', 'campaign_members']) {
    await client.query(
      `update ${table} o set customer_id = $3 where o.shop_id = $1 and o.customer_id = $2
         and not exists (select from campaign_members k where k.shop_id = $1 and k.campaign_id = o.campaign_id
           and k.customer_id = $3)`,
      values,
    );
  }
  await client.query(
    'update campaigns set look_at = clock_timestamp() where shop_id = $1 and id = any($2::int8[])',
    [shopId, rows.map(({ id }) => id)],
  );
  await noteOrderedMembers(client, shopId, [keptId]);
}

const OPEN = `('review', 'later', 'approved', 'ready')`;
