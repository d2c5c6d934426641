import type { PoolClient } from 'pg';
import type { StandingOffer } from '#app/campaigns/carried.ts';
import type { DropReason } from '#app/campaigns/offer-states.ts';
import type { CampaignPlan } from '#app/campaigns/plan.ts';
import { sqlInShop, type ShopRow } from '#app/db.server.ts';
import { dayIn, startOfDay } from '#app/rfm/calendar.ts';
import { agreedSql } from './campaign-audience.server.ts';
import { runningCampaign } from './campaign-steps.server.ts';
import { askedBeforehand, forbiddenNow } from './hand-over-guards.server.ts';
import { nextReady, type ReadyKey } from './offers-ready.server.ts';
import { orderedSince } from './orders-since.server.ts';
import { offerOf, PLANNED_OFFER, standingOffers } from './standing-offers.server.ts';

/** An offer that is on its way to its customer: noted as such, and everything that forbids it was looked at. */
export type OfferOnItsWay = StandingOffer & {
  entry: number;
  step: number;
  version: number;
  branch: number;
  arm: number;
  edited: unknown;
  /** a process that died was handing it over */
  again: boolean;
  /** how its own version of the plan hands it over */
  delivery: CampaignPlan['delivery'];
  /** when it is to be taken back, epoch milliseconds; null = never, by mail */
  withdrawAt: number | null;
  /** the campaign's tag is to be put on by us; false = it was there before, and somebody else's */
  tagged: boolean;
  /** we put the tag on with an earlier offer of the campaign, and it is still there */
  stands: boolean;
};

/** A campaign with offers that are ready, or that a process that died was handing over. */
export type CampaignToGive = { id: number; delivery: CampaignPlan['delivery'] };

/** The campaigns of a shop that have something to hand over, those that wait longest first. */
export function campaignsToGive(shopId: number): Promise<CampaignToGive[]> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<CampaignToGive>(
      `select c.id, v.plan->>'delivery' as delivery from campaigns c
         join campaign_versions v on v.shop_id = $1 and v.campaign_id = c.id and v.version = c.version
       where c.shop_id = $1 and exists (select from offers o where o.shop_id = $1 and o.campaign_id = c.id
         and (o.state = 'sending' or (o.state = 'ready' and c.state = 'running'))) order by c.id`,
      [shopId],
    );
    return rows;
  });
}

/** What was taken: offers that are now noted as on their way, and whether more may go now. */
export type Taken = { offers: OfferOnItsWay[]; more: boolean };

/**
 * Takes offers that are ready, and those that a process that died was handing over: tag and metafields end the same
 * twice, and a message that may have left is known by its mark. In one transaction with everything that may forbid them:
 * whether the campaign runs in this install, whether the customer still takes part, was not held out, did not order,
 * agreed, was given too many codes, and whether the code still holds. What is forbidden is dropped with the reason.
 * Nobody stops the campaign meanwhile.
 */
export async function takeReady(shop: ShopRow, campaignId: number, limit: number): Promise<Taken> {
  const timeZone = shop.timeZone ?? 'UTC';
  const asked = await askedBeforehand(shop.id, campaignId);
  return sqlInShop(shop.id, async (client) => {
    const running = await runningCampaign(client, shop.id, campaignId);
    // Work of a former install hands over nothing.
    if (running === null || running.generation !== shop.generation) return { offers: [], more: false };
    const { at } = running;
    const keys = await nextReady(client, shop.id, campaignId, { at, timeZone, limit });
    if (keys.length === 0) return { offers: [], more: false };
    const rows = await candidates(client, shop.id, campaignId, running.plan, keys);
    const ordered = await orderedSince(
      client,
      shop.id,
      campaignId,
      rows.map(({ customerId }) => customerId),
    );
    const forbids = await forbiddenNow(client, shop.id, campaignId, running.plan, asked, rows);
    const judged = rows.map((row) => {
      const way = { ...row, sentAt: at, withdrawAt: untilWhen(row, at, timeZone) };
      return { row: way, why: whyNot(row, running.plan, ordered, at) ?? forbids(row) };
    });
    await note(client, shop.id, campaignId, judged);
    const offers = judged.flatMap(({ row, why }) => (why === null ? [row] : []));
    return { offers, more: keys.length === limit };
  });
}

type Candidate = Omit<OfferOnItsWay, 'sentAt' | 'withdrawAt'> & {
  kind: string;
  validDays: number;
  needsCode: boolean;
  known: boolean;
  state: string | null;
  heldOut: boolean | null;
  memberEntry: number | null;
  agreed: boolean | null;
  redeemed: boolean;
  suppressed: boolean;
  codes: number;
};

/** What is to be known of offers before they may be handed over. Who is being changed by somebody else comes later. */
async function candidates(
  client: PoolClient,
  shopId: number,
  campaignId: number,
  plan: CampaignPlan,
  keys: readonly ReadyKey[],
): Promise<Candidate[]> {
  const { rows } = await client.query<Candidate>(
    `select o.customer_id as "customerId", o.campaign_id as "campaignId", k.slug,
       coalesce(r.offer, ${PLANNED_OFFER}) as offer, v.plan->>'delivery' as delivery,
       coalesce(o.code, r.code) as code, coalesce(o.ends_at, r.ends_at) as "endsAt", o.entry, o.step, o.version,
       o.branch, o.arm, o.edited, o.state = 'sending' as again, o.needs_code as "needsCode", s.step->>'kind' as kind,
       (s.step->>'validDays')::int as "validDays", c.id is not null as known, m.state, m.held_out as "heldOut",
       m.entry as "memberEntry", ${agreedSql(plan.audience.consent)} as agreed,
       o.redeemed_at is not null or r.redeemed_at is not null as redeemed,
       v.plan->>'delivery' = 'codes' and coalesce(o.tagged,
         not coalesce('winback:' || k.slug = any(c.tags), false) or exists (select from offers e where ${OTHERS}
           and e.tagged)) as tagged,
       exists (select from offers e where ${OTHERS} and e.tagged and e.withdrawn_at is null) as stands,
       exists (select from mail_suppressions u where u.shop_id = $1 and u.customer_id = o.customer_id) as suppressed,
       (select count(*) from offers e where e.shop_id = $1 and e.customer_id = o.customer_id and e.needs_code
         and e.state in ('sending', 'given', 'unknown') and e.sent_at > clock_timestamp() - interval '365 days'
         and (e.campaign_id, e.entry, e.step) <> (o.campaign_id, o.entry, o.step)) as codes
     from unnest($3::int8[], $4::int4[], $5::int2[]) p (customer_id, entry, step)
       join offers o on o.shop_id = $1 and o.campaign_id = $2 and o.customer_id = p.customer_id and o.entry = p.entry
         and o.step = p.step and o.state in ('ready', 'sending')
       join campaigns k on k.shop_id = $1 and k.id = $2
       join campaign_versions v on v.shop_id = $1 and v.campaign_id = $2 and v.version = o.version
       cross join lateral (select v.plan #> array['ladder', o.step::text] as step) s
       left join campaign_members m on m.shop_id = $1 and m.campaign_id = $2 and m.customer_id = o.customer_id
       left join customers c on c.shop_id = $1 and c.id = o.customer_id
       -- What a reminder reminds of: it says again what that was worth.
       left join lateral (select e.code, e.ends_at, e.redeemed_at, (select ${offerOf('w', 'e')}
           from campaign_versions w where w.shop_id = $1 and w.campaign_id = $2 and w.version = e.version) as offer
         from offers e where s.step->>'kind' = 'reminder' and e.shop_id = $1 and e.campaign_id = $2
           and e.customer_id = o.customer_id and e.entry = o.entry and e.step < o.step and e.needs_code
           and e.state = 'given' order by e.step desc limit 1) r on true
     order by o.created_at, o.customer_id for update of o skip locked`,
    [
      shopId,
      campaignId,
      keys.map(({ customerId }) => customerId),
      keys.map(({ entry }) => entry),
      keys.map(({ step }) => step),
    ],
  );
  return rows;
}

/** Other offers e of the customer of an offer o in the same campaign. */
const OTHERS = `e.shop_id = $1 and e.campaign_id = $2 and e.customer_id = o.customer_id
  and (e.entry, e.step) <> (o.entry, o.step)`;

/** When an offer is to be taken back: with the end of its code, or of the days it is to stand; no message can be. */
function untilWhen({ delivery, endsAt, validDays }: Candidate, at: number, timeZone: string): number | null {
  if (delivery === 'mail') return null;
  return endsAt ?? startOfDay(dayIn(timeZone, at) + validDays, timeZone);
}

/** Why an offer is not given after all; null when it is. */
function whyNot(
  one: Candidate,
  plan: CampaignPlan,
  ordered: ReadonlySet<number>,
  at: number,
): DropReason | null {
  if (one.state === 'ordered' || ordered.has(one.customerId)) return 'ordered';
  if (!one.known || one.state === null || one.heldOut !== false) return 'erased';
  if (one.state !== 'active' || one.memberEntry !== one.entry) return 'left-audience';
  if (one.suppressed) return 'suppressed';
  if (one.agreed !== true) return 'no-consent';
  if (one.needsCode && one.codes >= plan.guards.codesPerYear) return 'cap';
  if (one.redeemed || (one.kind === 'reminder' && one.code === null)) return 'expired';
  if (one.needsCode && one.code === null) return 'superseded';
  return one.endsAt !== null && one.endsAt <= at ? 'expired' : null;
}

async function note(
  client: PoolClient,
  shopId: number,
  campaignId: number,
  judged: readonly { row: OfferOnItsWay; why: DropReason | null }[],
): Promise<void> {
  await client.query(
    `update offers o set reason = coalesce(j.why, o.reason),
       state = case when j.why is null then 'sending' when o.sent_at is null then 'dropped' else 'unknown' end,
       sent_at = case when j.why is null then coalesce(o.sent_at, clock_timestamp()) else o.sent_at end,
       withdraw_at = case when j.until is null then null
         when j.why is null then coalesce(o.withdraw_at, to_timestamp(j.until / 1000))
         when o.sent_at is not null then clock_timestamp() end,
       tagged = coalesce(o.tagged, case when j.why is null then j.tagged end)
     from unnest($3::int8[], $4::int4[], $5::int2[], $6::text[], $7::bool[], $8::float8[])
       j (customer_id, entry, step, why, tagged, until)
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
      judged.map(({ row }) => row.withdrawAt),
    ],
  );
}

/** The other offers that these customers have. */
export function alsoStanding(shopId: number, customers: readonly number[]): Promise<StandingOffer[]> {
  return sqlInShop(shopId, (client) => standingOffers(client, shopId, customers));
}
