import type { PoolClient } from 'pg';
import type { StandingOffer } from '#app/campaigns/carried.ts';
import type { DropReason } from '#app/campaigns/offer-states.ts';
import type { CampaignPlan } from '#app/campaigns/plan.ts';
import { goesNow, nextAtHour } from '#app/campaigns/send-hour.ts';
import { sqlInShop, type ShopRow } from '#app/db.server.ts';
import { agreedSql } from './campaign-audience.server.ts';
import { runningCampaign } from './campaign-steps.server.ts';
import { askedBeforehand, forbiddenNow } from './hand-over-guards.server.ts';
import { orderedSince } from './orders-since.server.ts';
import { PLANNED_OFFER, standingOffers } from './standing-offers.server.ts';

/** An offer that is on its way to its customer: noted as such, and everything that forbids it was looked at. */
export type OfferOnItsWay = StandingOffer & {
  entry: number;
  step: number;
  version: number;
  branch: number;
  arm: number;
  edited: unknown;
  validDays: number;
  /** the campaign's tag is to be put on by us; false = it was there before, and somebody else's */
  tagged: boolean;
};

/** A campaign with offers that are ready, or that a process that died was handing over. */
export type CampaignToGive = { id: number; delivery: CampaignPlan['delivery']; slug: string };

/** The campaigns of a shop that have something to hand over, those that wait longest first. */
export function campaignsToGive(shopId: number): Promise<CampaignToGive[]> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<CampaignToGive>(
      `select c.id, c.slug, v.plan->>'delivery' as delivery from campaigns c
         join campaign_versions v on v.shop_id = $1 and v.campaign_id = c.id and v.version = c.version
       where c.shop_id = $1 and exists (select from offers o where o.shop_id = $1 and o.campaign_id = c.id
         and (o.state = 'sending' or (o.state = 'ready' and c.state = 'running'))) order by c.id`,
      [shopId],
    );
    return rows;
  });
}

/** What was taken: offers that are now noted as on their way, and when the next that wait for their hour may go. */
export type Taken = { offers: OfferOnItsWay[]; more: boolean; nextAt: number | null };

/**
 * Takes offers that are ready, and those that a process that died was handing over: tag and metafields end the same
 * twice, and a message that may have left is known by its mark. In one transaction with everything that may forbid them: whether the campaign runs,
 * whether the customer still takes part, was not held out, did not order, agreed, was given too many codes, and whether
 * the code still holds. What is forbidden is dropped with the reason. Nobody stops the campaign meanwhile.
 */
export async function takeReady(shop: ShopRow, campaignId: number, limit: number): Promise<Taken> {
  const zone = shop.timeZone ?? 'UTC';
  const asked = await askedBeforehand(shop.id, campaignId);
  return sqlInShop(shop.id, async (client) => {
    const none: Taken = { offers: [], more: false, nextAt: null };
    const running = await runningCampaign(client, shop.id, campaignId);
    // Work of a former install hands over nothing.
    const { rowCount: here } = await client.query(
      'select from shops where shop_id = $1 and generation = $2 and uninstalled_at is null',
      [shop.id, shop.generation],
    );
    if (running === null || here === 0) return none;
    const hours = await sendHours(client, shop.id, campaignId);
    const goes = ({ hour }: SendHour): boolean => goesNow(hour, running.at, zone);
    const later = hours.flatMap((one) => (goes(one) ? [] : [nextAtHour(one.hour ?? 0, running.at, zone)]));
    const nextAt = later.length === 0 ? null : Math.min(...later);
    const { rows } = await client.query<Candidate>(
      `select o.customer_id as "customerId", o.campaign_id as "campaignId", k.slug, ${PLANNED_OFFER} as offer,
         coalesce(o.code, r.code) as code, coalesce(o.ends_at, r.ends_at) as "endsAt", o.entry, o.step, o.version,
         o.branch, o.arm, o.edited, o.needs_code as "needsCode", s.step->>'kind' as kind,
         (s.step->>'validDays')::int as "validDays", m.state, m.held_out as "heldOut", m.entry as "memberEntry",
         ${agreedSql(running.plan.audience.consent)} as agreed, r.redeemed_at is not null as redeemed,
         coalesce(o.tagged, not coalesce('winback:' || k.slug = any(c.tags), false) or
           exists (select from offers e where e.shop_id = $1 and e.campaign_id = $2 and e.customer_id = o.customer_id
             and e.tagged)) as tagged,
         exists (select from mail_suppressions u where u.shop_id = $1 and u.customer_id = o.customer_id) as suppressed,
         (select count(*) from offers e where e.shop_id = $1 and e.customer_id = o.customer_id and e.needs_code
           and e.state in ('sending', 'given', 'unknown') and e.sent_at > clock_timestamp() - interval '365 days'
           and (e.campaign_id, e.entry, e.step) <> (o.campaign_id, o.entry, o.step)) as codes
       from unnest($3::int4[], $4::int2[], $5::int2[], $6::int2[], $7::bool[]) p (version, step, branch, arm, now)
         join offers o on o.shop_id = $1 and o.campaign_id = $2 and o.version = p.version and o.step = p.step
           and o.branch = p.branch and o.arm = p.arm and (o.state = 'sending' or (o.state = 'ready' and p.now))
         join campaigns k on k.shop_id = $1 and k.id = $2
         join campaign_versions v on v.shop_id = $1 and v.campaign_id = $2 and v.version = o.version
         cross join lateral (select v.plan #> array['ladder', o.step::text] as step) s
         left join campaign_members m on m.shop_id = $1 and m.campaign_id = $2 and m.customer_id = o.customer_id
         left join customers c on c.shop_id = $1 and c.id = o.customer_id
         left join lateral (select e.code, e.ends_at, e.redeemed_at from offers e where s.step->>'kind' = 'reminder'
           and e.shop_id = $1 and e.campaign_id = $2 and e.customer_id = o.customer_id and e.entry = o.entry
           and e.step < o.step and e.needs_code and e.state = 'given' order by e.step desc limit 1) r on true
       order by o.created_at, o.customer_id limit $8 for update of o`,
      [
        shop.id,
        campaignId,
        hours.map((one) => one.version),
        hours.map((one) => one.step),
        hours.map((one) => one.branch),
        hours.map((one) => one.arm),
        hours.map(goes),
        limit,
      ],
    );
    if (rows.length === 0) return { ...none, nextAt };
    const ordered = await orderedSince(
      client,
      shop.id,
      campaignId,
      rows.map(({ customerId }) => customerId),
    );
    const forbids = await forbiddenNow(client, shop.id, campaignId, running.plan, asked, rows);
    const judged = rows.map((row) => ({
      row,
      why: whyNot(row, running.plan, ordered, running.at) ?? forbids(row),
    }));
    await note(client, shop.id, campaignId, judged);
    const offers = judged.flatMap(({ row, why }) => (why === null ? [{ ...row, sentAt: running.at }] : []));
    return { offers, more: rows.length === limit, nextAt };
  });
}

type Candidate = Omit<OfferOnItsWay, 'sentAt'> & {
  kind: string;
  needsCode: boolean;
  state: string | null;
  heldOut: boolean | null;
  memberEntry: number | null;
  agreed: boolean | null;
  redeemed: boolean;
  suppressed: boolean;
  codes: number;
};

/** Why an offer is not given after all; null when it is. */
function whyNot(
  one: Candidate,
  plan: CampaignPlan,
  ordered: ReadonlySet<number>,
  at: number,
): DropReason | null {
  if (one.state === 'ordered' || ordered.has(one.customerId)) return 'ordered';
  if (one.state === null || one.heldOut !== false) return 'erased';
  if (one.state !== 'active' || one.memberEntry !== one.entry) return 'left-audience';
  if (one.suppressed) return 'suppressed';
  if (one.agreed !== true) return 'no-consent';
  if (one.needsCode && one.codes >= plan.guards.codesPerYear) return 'cap';
  if (one.kind === 'reminder' && (one.code === null || one.redeemed)) return 'expired';
  if (one.needsCode && one.code === null) return 'superseded';
  return one.endsAt !== null && one.endsAt <= at ? 'expired' : null;
}

async function note(
  client: PoolClient,
  shopId: number,
  campaignId: number,
  judged: readonly { row: Candidate; why: DropReason | null }[],
): Promise<void> {
  await client.query(
    `update offers o set reason = coalesce(j.why, o.reason),
       state = case when j.why is null then 'sending' when o.sent_at is null then 'dropped' else 'unknown' end,
       sent_at = case when j.why is null then coalesce(o.sent_at, clock_timestamp()) else o.sent_at end,
       withdraw_at = case when j.why is not null and o.sent_at is not null then clock_timestamp() end,
       tagged = coalesce(o.tagged, case when j.why is null then j.tagged end)
     from unnest($3::int8[], $4::int4[], $5::int2[], $6::text[], $7::bool[]) j (customer_id, entry, step, why, tagged)
     where o.shop_id = $1 and o.campaign_id = $2 and o.customer_id = j.customer_id and o.entry = j.entry
       and o.step = j.step`,
    [
      shopId,
      campaignId,
      judged.map(({ row }) => row.customerId),
      judged.map(({ row }) => row.entry),
      judged.map(({ row }) => row.step),
      judged.map(({ why }) => why),
      judged.map(({ row }) => row.tagged),
    ],
  );
}

type SendHour = { version: number; step: number; branch: number; arm: number; hour: number | null };

/** Which arms have offers ready, and at which hour they go out. */
async function sendHours(client: PoolClient, shopId: number, campaignId: number): Promise<SendHour[]> {
  const { rows } = await client.query<SendHour>(
    `select o.version, o.step, o.branch, o.arm,
       (v.plan #>> array['ladder', o.step::text, 'branches', o.branch::text, 'arms', o.arm::text, 'hour'])::int as hour
     from (select distinct version, step, branch, arm from offers
       where shop_id = $1 and campaign_id = $2 and state in ('ready', 'sending')) o
     join campaign_versions v on v.shop_id = $1 and v.campaign_id = $2 and v.version = o.version`,
    [shopId, campaignId],
  );
  return rows;
}

/**
 * Ends what a process that died was handing over for a campaign that has ended since: nobody knows whether it arrived.
 * By tag and metafields it is due to be taken back.
 */
export async function endUnknown(shopId: number, { id, delivery }: CampaignToGive): Promise<void> {
  await sqlInShop(shopId, (client) =>
    client.query(
      `update offers o set state = 'unknown', withdraw_at = case when $3 = 'codes' then clock_timestamp() end
       from campaigns c where o.shop_id = $1 and o.campaign_id = $2 and o.state = 'sending' and c.shop_id = $1
         and c.id = $2 and c.state in ('stopped', 'finished')`,
      [shopId, id, delivery],
    ),
  );
}

/** The other offers that these customers have. */
export function alsoStanding(shopId: number, customers: readonly number[]): Promise<StandingOffer[]> {
  return sqlInShop(shopId, (client) => standingOffers(client, shopId, customers));
}
