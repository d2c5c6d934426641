import type { PoolClient } from 'pg';
import { guardAgainst } from '#app/campaigns/guards.ts';
import type { DropReason } from '#app/campaigns/offer-states.ts';
import type { CampaignPlan, Offer } from '#app/campaigns/plan.ts';
import { askAudience, insideSql, type AskedAudience } from './campaign-audience.server.ts';
import { budgetLeft, marginOf } from './campaign-budget.server.ts';
import { campaign } from './campaigns.server.ts';
import { compileEach } from './condition-sql.ts';

/** An offer that is about to be handed over. */
type OfferToGuard = {
  customerId: number;
  entry: number;
  step: number;
  offer: Offer;
  needsCode: boolean;
};

/**
 * Whom a campaign's offers are for, where they wait for staff and are asked anew before they are handed over; null where
 * they do not wait, or nobody can tell. Before the transaction that hands over.
 */
export async function askedBeforehand(shopId: number, campaignId: number): Promise<AskedAudience | null> {
  const one = await campaign(shopId, campaignId);
  if (one === null || one.plan.mode !== 'manual') return null;
  const asked = await askAudience(shopId, one.plan.audience);
  return typeof asked === 'string' ? null : asked;
}

/**
 * Tells of offers one after the other why they are not handed over although they were made: the limits as they are now,
 * by what was really redeemed since, and whether a customer who waited for staff is still in the audience. What is
 * dropped gives its share of the budget to the next. What a process that died was handing over is out already.
 */
export async function forbiddenNow(
  client: PoolClient,
  shopId: number,
  campaignId: number,
  { guards }: CampaignPlan,
  asked: AskedAudience | null,
  offers: readonly OfferToGuard[],
): Promise<(one: OfferToGuard) => DropReason | null> {
  const ids = offers.map(({ customerId }) => customerId);
  const outside = asked === null ? new Set<number>() : await outsideOf(client, shopId, asked, ids);
  let left = await budgetLeft(client, shopId, campaignId, guards.budget);
  const margin = guards.leastMargin === null ? null : await marginOf(client, shopId);
  const limited = guards.budget !== null || guards.leastMargin !== null;
  const known = limited ? await reckonedOf(client, shopId, campaignId, ids) : new Map<string, Reckoned>();
  return (one) => {
    if (outside.has(one.customerId)) return 'left-audience';
    const row = known.get(keyOf(one));
    if (!one.needsCode || row === undefined || row.sent) return null;
    // What it may cost is in what is left already.
    const own = row.reckoned ?? 0;
    const limits = { budget: left === null ? null : left + own, margin };
    const why = guardAgainst({ ...one, ...row }, guards, limits);
    if (why !== null && left !== null) left += own;
    return why;
  };
}

type Reckoned = { reckoned: number | null; meanOrder: number | null; sent: boolean };

const keyOf = ({ customerId, entry, step }: Pick<OfferToGuard, 'customerId' | 'entry' | 'step'>): string =>
  `${customerId} ${entry} ${step}`;

async function reckonedOf(
  client: PoolClient,
  shopId: number,
  campaignId: number,
  ids: readonly number[],
): Promise<Map<string, Reckoned>> {
  const { rows } = await client.query<Reckoned & { customerId: number; entry: number; step: number }>(
    `select o.customer_id as "customerId", o.entry, o.step, o.reckoned, o.sent_at is not null as sent,
       (s.monetary / nullif(s.frequency, 0))::float8 as "meanOrder"
     from offers o left join scores s on s.shop_id = $1 and s.customer_id = o.customer_id
     where o.shop_id = $1 and o.campaign_id = $2 and o.customer_id = any($3::int8[])`,
    [shopId, campaignId, ids],
  );
  return new Map(rows.map((row) => [keyOf(row), row]));
}

/** Those of these customers who are not in an audience any more, or in what it leaves out. */
async function outsideOf(
  client: PoolClient,
  shopId: number,
  { source, leaveOut, asked }: AskedAudience,
  ids: readonly number[],
): Promise<Set<number>> {
  const { from, each, values } = compileEach(shopId, [source, ...leaveOut], asked);
  const { rows } = await client.query<{ id: number }>(
    `select s.customer_id as id from ${from} where s.shop_id = $1 and s.customer_id = any($${values.length + 1}::int8[])
       and ${insideSql(each, leaveOut.length)}`,
    [...values, ids],
  );
  const inside = new Set(rows.map(({ id }) => id));
  return new Set(ids.filter((id) => !inside.has(id)));
}
