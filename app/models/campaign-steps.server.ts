import type { PoolClient } from 'pg';
import { campaignHash, unitOf } from '#app/campaign-hash.server.ts';
import { nextTurn, type DueMember, type NewOffer } from '#app/campaigns/ladder.ts';
import type { CampaignPlan } from '#app/campaigns/plan.ts';
import { sqlInShop } from '#app/db.server.ts';
import type { Tree } from '#app/rfm/conditions.ts';
import { insideSql, type AskedAudience } from './campaign-audience.server.ts';
import { budgetLeft } from './campaign-budget.server.ts';
import { compileEach } from './condition-sql.ts';
import { OF_EVERYBODY } from './in-one-pass.ts';
import { orderedSince } from './orders-since.server.ts';

/** Customers led on in one transaction. */
const AT_ONCE = 1_000;
const DAY_MS = 86_400_000;

type Due = { id: number; entry: number; step: number; heldOut: boolean };
type Running = { at: number; version: number; secret: Buffer; plan: CampaignPlan; generation: number };
/** What becomes of one: its new state, the step it is at, when the next is due, and an offer. */
type Led = Due & { state: string; to: number; dueAt: number | null; offer: NewOffer | null };

/**
 * Leads the customers on whose next step is due, all in one transaction: what is decided of them, their offers, and
 * where they stand afterwards. Only while the campaign runs.
 * @param margin the share of the price that is left after the products' cost, null = not known
 * @returns whether more may be due
 */
export function leadOn(
  shopId: number,
  campaignId: number,
  audience: AskedAudience,
  margin: number | null,
): Promise<boolean> {
  return sqlInShop(shopId, async (client) => {
    await client.query(OF_EVERYBODY);
    const running = await runningCampaign(client, shopId, campaignId);
    if (running === null) return false;
    const { rows: due } = await client.query<Due>(
      `select customer_id as id, entry, step, held_out as "heldOut" from campaign_members
       where shop_id = $1 and campaign_id = $2 and due_at <= clock_timestamp() and state = 'active'
       order by due_at, customer_id limit $3 for update skip locked`,
      [shopId, campaignId, AT_ONCE],
    );
    if (due.length === 0) return false;
    const budget = await budgetLeft(client, shopId, campaignId, running.plan.guards.budget);
    const members = await knownOf(client, shopId, campaignId, running, due, audience);
    const led: Led[] = [];
    let left = budget;
    for (const [place, one] of due.entries()) {
      const pick = (of: number): number =>
        Math.floor(
          unitOf(campaignHash(running.secret, shopId, campaignId, one.id, 'arm', one.step + 1)) * of,
        );
      const turn = nextTurn(running.plan, members[place]!, { at: running.at, budget: left, margin }, pick);
      if (turn.end !== null) led.push({ ...one, state: turn.end, to: one.step, dueAt: null, offer: null });
      else {
        const { step, offer } = turn;
        if (left !== null) left -= offer?.reckoned ?? 0;
        const wait = running.plan.ladder[step + 1]?.waitDays;
        // Whose offer is open goes on when it is given, or comes to nothing.
        const goesOn = offer === null && wait !== undefined;
        const state = offer === null && wait === undefined ? 'ended' : 'active';
        led.push({ ...one, state, to: step, dueAt: goesOn ? running.at + wait * DAY_MS : null, offer });
      }
    }
    await store(client, shopId, campaignId, running.version, led);
    return due.length === AT_ONCE;
  });
}

/**
 * A running campaign of a shop that is open, held so that nobody stops it until what is decided here is stored, while
 * whoever has it looked at goes on; null when it does not run, or before this install's history is whole.
 */
export async function runningCampaign(
  client: PoolClient,
  shopId: number,
  campaignId: number,
): Promise<Running | null> {
  const { rows } = await client.query<Running>(
    `select clock_timestamp() as at, c.version, c.secret, v.plan, s.generation from campaigns c
       join campaign_versions v on v.shop_id = $1 and v.campaign_id = c.id and v.version = c.version
       join shops s on s.shop_id = $1 and s.uninstalled_at is null and s.parked_reason is null
     where c.shop_id = $1 and c.id = $2 and c.state = 'running' and exists (select from imports i
       where i.shop_id = $1 and i.generation = s.generation and i.phase = 'done') for key share of c`,
    [shopId, campaignId],
  );
  return rows[0] ?? null;
}

const EVERYONE: Tree = { match: 'all', parts: [] };

/** What is known of customers who are due, in their order. */
async function knownOf(
  client: PoolClient,
  shopId: number,
  campaignId: number,
  { plan }: Running,
  due: readonly Due[],
  { source, leaveOut, asked }: AskedAudience,
): Promise<DueMember[]> {
  const ids = due.map(({ id }) => id);
  const ordered = await orderedSince(client, shopId, campaignId, ids);
  // Every branch of every step that somebody comes to, each asked once.
  const steps = [...new Set(due.map(({ step }) => step + 1))];
  const branches = steps.flatMap((step) =>
    (plan.ladder[step]?.branches ?? []).map(({ when }) => ({ step, when })),
  );
  const trees = [source, ...leaveOut, ...branches.map(({ when }) => when ?? EVERYONE)];
  const { from, each, values } = compileEach(shopId, trees, asked);
  const inside = insideSql(each, leaveOut.length);
  const { rows: scored } = await client.query<{
    id: number;
    inside: boolean;
    answers: boolean[];
    mean: number | null;
  }>(
    `select s.customer_id as id, ${inside} as inside, array[${each.slice(leaveOut.length + 1).join()}]::bool[] as answers,
       (s.monetary / nullif(s.frequency, 0))::float8 as mean
     from ${from} where s.shop_id = $1 and s.customer_id = any($${values.length + 1}::int8[])`,
    [...values, ids],
  );
  const { rows: codes } = await client.query<{ id: number; n: number }>(
    `select customer_id as id, count(*) as n from offers where shop_id = $1 and customer_id = any($2::int8[])
       and needs_code and state in ('approved', 'ready', 'sending', 'given', 'unknown')
       and created_at > clock_timestamp() - interval '365 days' group by 1`,
    [shopId, ids],
  );
  const { rows: latest } = await client.query<{
    id: number;
    entry: number;
    endsAt: number | null;
    redeemed: boolean;
  }>(
    `select distinct on (customer_id) customer_id as id, entry, ends_at as "endsAt", redeemed_at is not null as redeemed
     from offers where shop_id = $1 and campaign_id = $2 and customer_id = any($3::int8[]) and needs_code
       and state = 'given' order by customer_id, entry desc, step desc`,
    [shopId, campaignId, ids],
  );
  const known = new Map(scored.map((one) => [one.id, one]));
  const given = new Map(codes.map(({ id, n }) => [id, n]));
  const newest = new Map(latest.map((one) => [one.id, one]));
  return due.map(({ id, entry, step, heldOut }) => {
    const one = known.get(id);
    const code = newest.get(id);
    return {
      step,
      heldOut,
      ordered: ordered.has(id),
      inside: one?.inside ?? null,
      fits: branches.flatMap((branch, i) => (branch.step === step + 1 ? [one?.answers[i] ?? false] : [])),
      meanOrder: one?.mean ?? null,
      codes: given.get(id) ?? 0,
      latestCode: code?.entry === entry ? code : null,
    };
  });
}

async function store(
  client: PoolClient,
  shopId: number,
  campaignId: number,
  version: number,
  led: readonly Led[],
): Promise<void> {
  await client.query(
    `update campaign_members m set state = l.state, due_at = to_timestamp(l.due / 1000), step = l.step,
       reached_at = case when l.step > m.step then clock_timestamp() else m.reached_at end
     from unnest($3::int8[], $4::text[], $5::int2[], $6::float8[]) l (id, state, step, due)
     where m.shop_id = $1 and m.campaign_id = $2 and m.customer_id = l.id`,
    [
      shopId,
      campaignId,
      led.map(({ id }) => id),
      led.map(({ state }) => state),
      led.map(({ to }) => to),
      led.map(({ dueAt }) => dueAt),
    ],
  );
  // Who ordered or left keeps nothing that was handed over.
  const gone = led.filter(({ state }) => state === 'ordered' || state === 'left').map(({ id }) => id);
  if (gone.length > 0) {
    await client.query(
      `update offers set withdraw_at = clock_timestamp() where shop_id = $1 and campaign_id = $2
         and customer_id = any($3::int8[]) and withdrawn_at is null and withdraw_at > clock_timestamp()`,
      [shopId, campaignId, gone],
    );
  }
  const offers = led.flatMap(({ id, entry, to, offer }) =>
    offer === null ? [] : [{ id, entry, to, ...offer }],
  );
  if (offers.length === 0) return;
  await client.query(
    `insert into offers (shop_id, campaign_id, version, customer_id, entry, step, branch, arm, needs_code, state, reason,
       reckoned, ends_at)
     select $1, $2, $3, o.id, o.entry, o.step, o.branch, o.arm, o.code, o.state, o.reason, o.reckoned,
       to_timestamp(o.ends / 1000)
     from unnest($4::int8[], $5::int4[], $6::int2[], $7::int2[], $8::int2[], $9::bool[], $10::text[], $11::text[],
       $12::int8[], $13::float8[]) o (id, entry, step, branch, arm, code, state, reason, reckoned, ends)
     on conflict do nothing`,
    [
      shopId,
      campaignId,
      version,
      offers.map(({ id }) => id),
      offers.map(({ entry }) => entry),
      offers.map(({ to }) => to),
      offers.map(({ branch }) => branch),
      offers.map(({ arm }) => arm),
      offers.map((offer) => offer.needsCode),
      offers.map(({ state }) => state),
      offers.map(({ reason }) => reason),
      offers.map(({ reckoned }) => reckoned),
      offers.map(({ endsAt }) => endsAt),
    ],
  );
}
