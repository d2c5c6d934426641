import { readInShop, sqlInShop } from '#app/db.server.ts';
import type { CampaignPlan } from '#app/campaigns/plan.ts';
import type { Day } from '#app/rfm/calendar.ts';
import { ordersAmong } from './order-lists.server.ts';

/** What a message may say about a customer that is stored here. */
export type MailFacts = {
  customerId: number;
  /** slug of their segment, null = unscored */
  segment: string | null;
  lastOrderDay: Day | null;
  /** the dearest product of their latest order */
  lastProduct: string | null;
};

/** The facts about these customers, by their ids. */
export async function mailFacts(
  shopId: number,
  customerIds: readonly number[],
): Promise<Map<number, MailFacts>> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<MailFacts>(
      `with latest as (
         select distinct on (customer_id) customer_id, id from orders
         where shop_id = $1 and id = any(${ordersAmong(shopId, customerIds)}) and customer_id = any($2::int8[])
           and cancelled_at is null and not test
         order by customer_id, processed_at desc, id desc)
       select c.id as "customerId", s.segment, s.last_order_day as "lastOrderDay",
         (select p.title from order_details d
          join line_items i on i.shop_id = $1 and i.load = d.lines_load
            and (i.first_order <= l.id and i.last_order >= l.id or i.first_order is null)
          cross join unnest(array_positions(i.order_ids, l.id)) place
          join products p on p.shop_id = $1 and p.id = i.product_ids[place]
          where d.shop_id = $1 and d.order_id = l.id
          order by i.amounts[place] desc, p.id limit 1) as "lastProduct"
       from unnest($2::int8[]) c (id)
       left join scores s on s.shop_id = $1 and s.customer_id = c.id
       left join latest l on l.customer_id = c.id`,
      [shopId, customerIds],
    );
    return new Map(rows.map((row) => [row.customerId, row]));
  });
}

/** A campaign's own secret and those of its plans that these versions name. */
export type MailPlans = { secret: Buffer; plans: Map<number, CampaignPlan> };

export async function mailPlans(
  shopId: number,
  campaignId: number,
  versions: readonly number[],
): Promise<MailPlans | null> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ secret: Buffer; version: number; plan: CampaignPlan }>(
      `select c.secret, v.version, v.plan from campaigns c
       join campaign_versions v on v.shop_id = $1 and v.campaign_id = c.id and v.version = any($3::int4[])
       where c.shop_id = $1 and c.id = $2`,
      [shopId, campaignId, versions],
    );
    if (rows[0] === undefined) return null;
    return {
      secret: rows[0].secret,
      plans: new Map(rows.map(({ version, plan }) => [version, plan])),
    };
  });
}

/** An offer with a code that a customer was given, and from where in which plan it is. */
export type GivenCode = {
  customerId: number;
  entry: number;
  version: number;
  step: number;
  branch: number;
  arm: number;
  code: string;
  /** epoch milliseconds */
  endsAt: number | null;
};

/** The latest code each of these was given in a campaign: what a reminder reminds of. */
export function latestCodes(
  shopId: number,
  campaignId: number,
  customerIds: readonly number[],
): Promise<GivenCode[]> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<GivenCode>(
      `select distinct on (customer_id, entry) customer_id as "customerId", entry, version, step, branch, arm, code,
         ends_at as "endsAt"
       from offers where shop_id = $1 and campaign_id = $2 and customer_id = any($3::int8[]) and code is not null
         and state in ('given', 'unknown')
       order by customer_id, entry, step desc`,
      [shopId, campaignId, customerIds],
    );
    return rows;
  });
}

/** The message of an offer, and the marks of the address it is to go to. */
export type MessageToLookAt = {
  campaignId: number;
  customerId: number;
  entry: number;
  step: number;
  marks: readonly Buffer[];
};

/** Why a message may not go out; after 'paused' it may another time. */
export type MayGoOut = 'yes' | 'paused' | 'stopped' | 'no-consent' | 'suppressed';

/**
 * Whether a message may go out at this moment: its offer is being sent and its campaign runs, the app is still
 * installed as when the work began, and neither the customer nor anybody with their address said that they want none.
 */
export async function mayGoOut(
  { id: shopId, generation }: { id: number; generation: number },
  { campaignId, customerId, entry, step, marks }: MessageToLookAt,
): Promise<MayGoOut> {
  const hashes = marks.map((mark) => `'\\x${mark.toString('hex')}'::bytea`).join();
  const [customer, campaign] = [`'${Number(customerId)}'`, `'${Number(campaignId)}'`];
  const [row] = await readInShop<{ state: string | null; refused: boolean; suppressed: boolean }>(
    shopId,
    `select (select c.state from campaigns c join shops s on s.shop_id = $1
         join offers o on o.shop_id = $1 and o.campaign_id = c.id
         where c.shop_id = $1 and c.id = ${campaign} and s.generation = ${Number(generation)}
           and s.uninstalled_at is null and o.customer_id = ${customer} and o.entry = ${Number(entry)}
           and o.step = ${Number(step)} and o.state = 'sending') as state,
       exists (select from customers where shop_id = $1 and id = ${customer}
         and email_consent in ('UNSUBSCRIBED', 'REDACTED', 'INVALID')) as refused,
       exists (select from mail_suppressions where shop_id = $1
         and (customer_id = ${customer} or address_hash in (${hashes || 'null'}))) as suppressed`,
  );
  if (row?.suppressed === true) return 'suppressed';
  if (row?.refused === true) return 'no-consent';
  if (row?.state === 'running') return 'yes';
  return row?.state === 'paused' ? 'paused' : 'stopped';
}
