import type { PoolClient } from 'pg';
import { pausesFor, type Alarms, type CodeUse } from '#app/campaigns/code-use.ts';
import { sqlInShop } from '#app/db.server.ts';
import { noteCampaign } from './campaign-events.server.ts';
import { pauseFor } from './pause-campaign.server.ts';

/** Orders of $1 and the offers whose codes they name, whatever the case. `which` narrows order_details d. */
const named = (
  which: string,
): string => `select d.order_id, o.campaign_id, o.customer_id, o.entry, o.step, o.version,
    o.redeemed_order
  from order_details d cross join lateral unnest(d.discount_codes) c (code)
  join offers o on o.shop_id = $1 and o.code = upper(c.code)
  where d.shop_id = $1 and d.discount_codes <> '{}' and ${which}`;

const note = (which: string): string => `with found as (${named(which)}),
  redeemed as (update offers o set redeemed_order = f.order_id, redeemed_at = f.at,
      withdraw_at = case when f.mailed then o.withdraw_at else clock_timestamp() end
    from (select distinct on (f.campaign_id, f.customer_id, f.entry, f.step) f.*, p.created_at as at,
        v.plan->>'delivery' = 'mail' as mailed
      from found f join orders p on p.shop_id = $1 and p.id = f.order_id
        join campaign_versions v on v.shop_id = $1 and v.campaign_id = f.campaign_id and v.version = f.version
      order by f.campaign_id, f.customer_id, f.entry, f.step, p.created_at, p.id) f
    where o.shop_id = $1 and o.campaign_id = f.campaign_id and o.customer_id = f.customer_id and o.entry = f.entry
      and o.step = f.step and o.redeemed_order is null
    returning o.campaign_id, o.customer_id, o.entry, o.step),
  -- What reminds of it has nothing to say any more, whoever redeemed it.
  reminding as (update offers o set withdraw_at = clock_timestamp() from redeemed r, campaign_versions v
    where o.shop_id = $1 and o.campaign_id = r.campaign_id and o.customer_id = r.customer_id and o.entry = r.entry
      and o.step > r.step and o.withdrawn_at is null and o.withdraw_at > clock_timestamp() and v.shop_id = $1
      and v.campaign_id = o.campaign_id and v.version = o.version
      and v.plan #>> array['ladder', o.step::text, 'kind'] = 'reminder' and not exists (select from offers e
        where e.shop_id = $1 and e.campaign_id = o.campaign_id and e.customer_id = o.customer_id and e.entry = o.entry
          and e.step > r.step and e.step < o.step and e.needs_code and e.state = 'given')),
  added as (insert into campaign_orders (shop_id, order_id, campaign_id)
    select distinct $1::int8, order_id, campaign_id from found on conflict do nothing returning campaign_id)
  update campaigns set look_at = clock_timestamp() where shop_id = $1 and id in (select campaign_id from added)`;

/** Holds the campaigns whose codes are named, before their offers, as everybody does. */
const hold = (which: string): string => `select from campaigns where shop_id = $1
  and id in (select campaign_id from (${named(which)}) n) order by id for no key update`;

const these = 'd.order_id = any($2::int8[])';
const all = 'exists (select from offers where shop_id = $1 and code is not null)';

/**
 * Notes those of these orders that name a code of a campaign: the offer is redeemed, what its customer was handed over
 * is taken back, and the order is looked at once. In the transaction that stored their details.
 */
export async function noteOrdersWithCodes(
  client: PoolClient,
  shopId: number,
  orders: readonly number[],
): Promise<void> {
  if (orders.length === 0) return;
  // Most orders name none.
  const { rowCount } = await client.query(hold(these), [shopId, orders]);
  if (rowCount !== 0) await client.query(note(these), [shopId, orders]);
}

/** The same of all orders, after an import. */
export async function noteAllOrdersWithCodes(shopId: number): Promise<void> {
  await sqlInShop(shopId, async (client) => {
    await client.query(hold(all), [shopId]);
    await client.query(note(all), [shopId]);
  });
}

/** An order that is to be looked at, with the codes of one campaign that it names. */
export type CampaignOrder = { orderId: number; campaignId: number; uses: CodeUse[] };

/** The next orders to be looked at. */
export function ordersToLookAt(shopId: number, limit: number): Promise<CampaignOrder[]> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<CampaignOrder>(
      `select w.order_id as "orderId", w.campaign_id as "campaignId", coalesce(array_agg(json_build_object(
           'customerId', n.customer_id, 'usedBefore', coalesce(n.redeemed_order, w.order_id) <> w.order_id,
           'combines', (v.plan ->> 'combines')::boolean)) filter (where n.customer_id is not null), '{}') as uses
       from (select order_id, campaign_id from campaign_orders where shop_id = $1 and looked_at is null
         order by order_id, campaign_id limit $2) w
       left join lateral (${named('d.order_id = w.order_id')}) n on n.campaign_id = w.campaign_id
       left join campaign_versions v on v.shop_id = $1 and v.campaign_id = n.campaign_id and v.version = n.version
       group by w.order_id, w.campaign_id order by w.order_id, w.campaign_id`,
      [shopId, limit],
    );
    return rows;
  });
}

/** What a look at an order showed. `discounted` in minor units, null when Shopify does not have it any more. */
export type LookedAt = CampaignOrder & {
  alarm: 'leak' | 'stacking' | null;
  discounted: number | null;
  currency: string;
};

/** Notes what a look at orders showed. Each alarm sounds once, and pauses its campaign if it is not the only one. */
export async function noteLookedAt(shopId: number, looks: readonly LookedAt[]): Promise<void> {
  await sqlInShop(shopId, async (client) => {
    for (const { orderId, campaignId, uses, alarm, discounted, currency } of looks) {
      const { rowCount } = await client.query(
        `update campaign_orders set looked_at = clock_timestamp(), alarm = $4, discounted = $5
         where shop_id = $1 and order_id = $2 and campaign_id = $3 and looked_at is null`,
        [shopId, orderId, campaignId, alarm, discounted],
      );
      if (rowCount === 0 || alarm === null) continue;
      const detail = { cost: discounted ?? 0, currency };
      if (pausesFor(await alarmsOf(client, shopId, campaignId, alarm), uses))
        await pauseFor(client, shopId, campaignId, alarm, detail);
      else await noteCampaign(client, shopId, campaignId, null, 'alarm', { reason: alarm, ...detail });
    }
  });
}

/** How many alarms of a kind a campaign has, and how many of its codes were redeemed, since it was last let go on. */
async function alarmsOf(
  client: PoolClient,
  shopId: number,
  campaignId: number,
  alarm: 'leak' | 'stacking',
): Promise<Alarms> {
  const { rows } = await client.query<Alarms>(
    `with since as (select coalesce(max(at), '-infinity') as at from campaign_events
       where shop_id = $1 and campaign_id = $2 and what = 'resume')
     select (select count(*) from campaign_orders where shop_id = $1 and campaign_id = $2 and alarm = $3
         and looked_at > since.at)::int as alarms,
       (select count(*) from campaign_orders where shop_id = $1 and campaign_id = $2
         and looked_at > since.at)::int as redeemed from since`,
    [shopId, campaignId, alarm],
  );
  return rows[0]!;
}
