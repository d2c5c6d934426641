import type { PoolClient } from 'pg';
import { campaignHash } from '#app/campaign-hash.server.ts';
import { codeOf, codePrefix } from '#app/campaigns/code.ts';
import { endOfDay, lastDayOf } from '#app/campaigns/discount.ts';
import { sqlInShop } from '#app/db.server.ts';
import { dayIn, formatDay } from '#app/rfm/calendar.ts';

/** Offers that are given their codes in one transaction. */
const AT_ONCE = 10_000;

/** Offers of a step's group that want a code: they become codes of one discount. */
type Group = {
  campaignId: number;
  version: number;
  step: number;
  branch: number;
  arm: number;
  validDays: number;
};
type Planned = Group & { discountId: number; domain: string; secret: Buffer; endsAt: number };
type Offer = { campaignId: number; customerId: number; entry: number; step: number; discountId: number };

const GROUPS = `select o.campaign_id as "campaignId", o.version, o.step, o.branch, o.arm,
    (v.plan #>> array['ladder', o.step::text, 'validDays'])::int as "validDays"
  from (select distinct campaign_id, version, step, branch, arm from offers
    where shop_id = $1 and state = 'approved' and needs_code and discount_id is null) o
  join campaigns c on c.shop_id = $1 and c.id = o.campaign_id and c.state = 'running'
  join campaign_versions v on v.shop_id = $1 and v.campaign_id = o.campaign_id and v.version = o.version`;
const ADD_DISCOUNTS = `insert into campaign_discounts (shop_id, campaign_id, version, step, branch, arm, last_day, ends_at)
  select $1, g.campaign_id, g.version, g.step, g.branch, g.arm, g.last_day, to_timestamp(g.ends_at / 1000)
  from unnest($2::int8[], $3::int4[], $4::int2[], $5::int2[], $6::int2[], $7::date[], $8::float8[])
    g (campaign_id, version, step, branch, arm, last_day, ends_at)
  on conflict (shop_id, campaign_id, version, step, branch, arm, last_day) where state in ('planned', 'ready') do nothing`;
const DISCOUNTS = `select d.id as "discountId", d.campaign_id as "campaignId", d.version, d.step, d.branch, d.arm,
    d.ends_at as "endsAt", s.domain, c.secret
  from unnest($2::int8[], $3::int4[], $4::int2[], $5::int2[], $6::int2[], $7::date[])
    g (campaign_id, version, step, branch, arm, last_day)
  join campaign_discounts d on d.shop_id = $1 and d.campaign_id = g.campaign_id and d.version = g.version
    and d.step = g.step and d.branch = g.branch and d.arm = g.arm and d.last_day = g.last_day
    and d.state in ('planned', 'ready')
  join campaigns c on c.shop_id = $1 and c.id = d.campaign_id
  join shops s on s.shop_id = $1`;
const OFFERS = `select o.campaign_id as "campaignId", o.customer_id as "customerId", o.entry, o.step,
    g.discount_id as "discountId"
  from unnest($2::int8[], $3::int4[], $4::int2[], $5::int2[], $6::int2[], $7::int8[])
    g (campaign_id, version, step, branch, arm, discount_id)
  join offers o on o.shop_id = $1 and o.campaign_id = g.campaign_id and o.version = g.version and o.step = g.step
    and o.branch = g.branch and o.arm = g.arm
  where o.state = 'approved' and o.needs_code and o.discount_id is null
  limit $8 for update of o skip locked`;
// A code that somebody else has already would be refused by the index, and with it everybody's: of sixty bits that is
// next to never, and then only that one fails.
const SET_CODES = `update offers o set code = case when t.taken then null else n.code end,
    state = case when t.taken then 'failed' else o.state end, reason = case when t.taken then 'code-taken' end,
    discount_id = n.discount_id, ends_at = d.ends_at
  from unnest($2::int8[], $3::int8[], $4::int4[], $5::int2[], $6::int8[], $7::text[])
    n (campaign_id, customer_id, entry, step, discount_id, code)
  join campaign_discounts d on d.shop_id = $1 and d.id = n.discount_id
  cross join lateral (select exists (select from offers p where p.shop_id = $1 and p.code = n.code) as taken) t
  where o.shop_id = $1 and o.campaign_id = n.campaign_id and o.customer_id = n.customer_id and o.entry = n.entry
    and o.step = n.step`;

/**
 * Gives offers that wait for a code their code, and notes the discounts these belong to, one for each group and last
 * day. Nothing of it is at Shopify yet. Only offers of running campaigns.
 * @returns whether more wait
 */
export function planCodes(shopId: number, timeZone: string, at: number): Promise<boolean> {
  return sqlInShop(shopId, async (client) => {
    const { rows: groups } = await client.query<Group>(GROUPS, [shopId]);
    if (groups.length === 0) return false;
    const planned = await discountsOf(client, shopId, groups, timeZone, at);
    const byId = new Map(planned.map((one) => [one.discountId, one]));
    const { rows: offers } = await client.query<Offer>(OFFERS, [
      shopId,
      ...columns(planned, ['campaignId', 'version', 'step', 'branch', 'arm', 'discountId']),
      AT_ONCE,
    ]);
    const codes = offers.map((offer) => codeFor(shopId, byId.get(offer.discountId)!, offer));
    await client.query(SET_CODES, [
      shopId,
      ...columns(offers, ['campaignId', 'customerId', 'entry', 'step', 'discountId']),
      codes,
    ]);
    return offers.length === AT_ONCE;
  });
}

/** The discounts of groups; those that are not noted yet are. */
async function discountsOf(
  client: PoolClient,
  shopId: number,
  groups: readonly Group[],
  timeZone: string,
  at: number,
): Promise<Planned[]> {
  const today = dayIn(timeZone, at);
  const lastDays = groups.map(({ validDays }) => lastDayOf(today, validDays));
  const keys = [
    ...columns(groups, ['campaignId', 'version', 'step', 'branch', 'arm']),
    lastDays.map(formatDay),
  ];
  await client.query(ADD_DISCOUNTS, [shopId, ...keys, lastDays.map((day) => endOfDay(day, timeZone))]);
  const { rows } = await client.query<Planned>(DISCOUNTS, [shopId, ...keys]);
  return rows;
}

function codeFor(
  shopId: number,
  { domain, secret }: Planned,
  { campaignId, step, customerId, entry }: Offer,
): string {
  return codeOf(
    codePrefix(domain),
    campaignHash(secret, 'code', shopId, campaignId, step, customerId, entry),
  );
}

function columns<T>(rows: readonly T[], names: readonly (keyof T)[]): unknown[][] {
  return names.map((name) => rows.map((row) => row[name]));
}
