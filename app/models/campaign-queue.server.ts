import type { PoolClient } from 'pg';
import type { SkipReason } from '#app/campaigns/skip-reasons.ts';
import { sqlInShop } from '#app/db.server.ts';
import type { Day } from '#app/rfm/calendar.ts';
import { noteCampaign } from './campaign-events.server.ts';

/** An offer that staff decide on. */
export type OfferKey = { customerId: number; entry: number; step: number };

/** What staff decide about offers that wait. */
export type Decision =
  | { what: 'approve' }
  | { what: 'skip'; reason: SkipReason }
  | { what: 'later'; until: Day }
  | { what: 'assign'; to: number | null }
  | { what: 'edit'; subject: string; body: string };

/** What came of a decision: for how many it stands, and whose offers waited no more, with who decided on them. */
export type Decided = {
  done: number;
  late: { customerId: number; by: number | null }[];
  /** the campaign goes on no more */
  over: boolean;
};

/**
 * Decides on offers that wait, by `userId`; each counts for as long as it waits, so of two people the first decides and
 * the second is told.
 */
export function decideOffers(
  shopId: number,
  userId: number,
  campaignId: number,
  keys: readonly OfferKey[],
  decision: Decision,
): Promise<Decided> {
  return sqlInShop(shopId, async (client) => {
    if (!(await goesOn(client, shopId, campaignId))) return { done: 0, late: [], over: true };
    const { set, values } = changeOf(decision);
    const asked = [
      keys.map(({ customerId }) => customerId),
      keys.map(({ entry }) => entry),
      keys.map(({ step }) => step),
    ];
    const { rows } = await client.query<{ customerId: number; done: boolean; by: number | null }>(
      `with asked as (select distinct * from unnest($4::int8[], $5::int4[], $6::int2[]) as a (customer_id, entry, step)),
       held as (
         select o.customer_id, o.entry, o.step, o.state, o.reviewed_by from asked a
         join offers o on o.shop_id = $1 and o.campaign_id = $2 and o.customer_id = a.customer_id and o.entry = a.entry
           and o.step = a.step
         order by o.customer_id, o.entry, o.step for update of o
       ),
       changed as (
         update offers o set ${set} from held h
         where o.shop_id = $1 and o.campaign_id = $2 and o.customer_id = h.customer_id and o.entry = h.entry
           and o.step = h.step and h.state in ('review', 'later')
         returning o.customer_id, o.entry, o.step
       )
       select a.customer_id as "customerId", c.customer_id is not null as done, h.reviewed_by as by
       from asked a left join held h using (customer_id, entry, step)
       left join changed c using (customer_id, entry, step)`,
      [shopId, campaignId, userId, ...asked, ...values],
    );
    const done = rows.filter((row) => row.done).length;
    await noteDecision(client, shopId, campaignId, userId, decision, done);
    return {
      done,
      late: rows.filter((row) => !row.done).map(({ customerId, by }) => ({ customerId, by })),
      over: false,
    };
  });
}

/** Approves every offer that waits since `seen` (epoch milliseconds) or longer; those put off stay so. */
export function approveAll(
  shopId: number,
  userId: number,
  campaignId: number,
  seen: number,
): Promise<Decided> {
  return sqlInShop(shopId, async (client) => {
    if (!(await goesOn(client, shopId, campaignId))) return { done: 0, late: [], over: true };
    const { rowCount } = await client.query(
      `update offers o set ${APPROVED}, reviewed_by = $3, reviewed_at = clock_timestamp()
       where shop_id = $1 and campaign_id = $2 and state = 'review' and created_at <= to_timestamp($4::float8 / 1000)`,
      [shopId, campaignId, userId, seen],
    );
    await noteDecision(client, shopId, campaignId, userId, { what: 'approve' }, rowCount ?? 0);
    return { done: rowCount ?? 0, late: [], over: false };
  });
}

/** As `approved` of campaigns/offer-states: one that needs a code waits for it. */
const APPROVED = `state = case when o.needs_code then 'approved' else 'ready' end, later_until = null`;
const REVIEWED = `reviewed_by = $3, reviewed_at = clock_timestamp()`;

/** What a decision changes, SQL; $3 is who decides, $7 and $8 are its own values. */
function changeOf(decision: Decision): { set: string; values: unknown[] } {
  switch (decision.what) {
    case 'approve':
      return { set: `${APPROVED}, ${REVIEWED}`, values: [] };
    case 'skip':
      return {
        set: `state = 'skipped', reason = $7, later_until = null, ${REVIEWED}`,
        values: [decision.reason],
      };
    case 'later':
      return {
        set: `state = 'later', later_until = date '1970-01-01' + $7::int4, ${REVIEWED}`,
        values: [decision.until],
      };
    case 'assign':
      // Everybody may say whose it is; that is no decision about the offer.
      return {
        set: `assigned_to = $7::int8, reviewed_by = coalesce(o.reviewed_by, $3)`,
        values: [decision.to],
      };
    case 'edit':
      return {
        set: `edited = jsonb_build_object('subject', $7::text, 'body', $8::text), ${REVIEWED}`,
        values: [decision.subject, decision.body],
      };
  }
}

/** Whether the campaign's offers may still go out, now or once it is resumed; it stays so until the decision is made. */
async function goesOn(client: PoolClient, shopId: number, campaignId: number): Promise<boolean> {
  const { rowCount } = await client.query(
    `select from campaigns where shop_id = $1 and id = $2 and state in ('running', 'paused') for no key update`,
    [shopId, campaignId],
  );
  return rowCount === 1;
}

const NOTED = {
  approve: 'approved',
  skip: 'skipped',
  later: 'later',
  assign: 'assigned',
  edit: 'edited',
} as const;

/** Notes what was decided, and has the worker look at once. */
async function noteDecision(
  client: PoolClient,
  shopId: number,
  campaignId: number,
  userId: number,
  { what }: Decision,
  customers: number,
): Promise<void> {
  if (customers === 0) return;
  await noteCampaign(client, shopId, campaignId, userId, NOTED[what], { customers });
  await client.query(
    'update campaigns set look_at = least(look_at, clock_timestamp()) where shop_id = $1 and id = $2',
    [shopId, campaignId],
  );
}
