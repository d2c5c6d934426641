import { randomBytes } from 'node:crypto';
import type { PoolClient } from 'pg';
import { readInShop, sqlInShop } from '#app/db.server.ts';
import type { PlanFault } from '#app/campaigns/plan-reader.ts';
import type { CampaignPlan } from '#app/campaigns/plan.ts';
import { stateAfter, type CampaignMove, type CampaignState } from '#app/campaigns/states.ts';
import { noteCampaign } from './campaign-events.server.ts';
import { campaignSlug } from '#app/campaigns/slug.ts';
import { marginOf } from './campaign-budget.server.ts';
import { senderVerified } from './mail-settings.server.ts';
import { asLaunched } from './plan-as-launched.server.ts';

/** A campaign with the plan in force. Instants are epoch milliseconds. */
export type Campaign = {
  id: number;
  /** grows by one with each change: who changes names the one that was read */
  revision: number;
  slug: string;
  name: string;
  state: CampaignState;
  version: number;
  plan: CampaignPlan;
  createdBy: number;
  createdAt: number;
  startAt: number | null;
  launchedAt: number | null;
  endsAt: number | null;
  endedAt: number | null;
  pauseReason: string | null;
  audience: AudienceCounts | null;
};

/** Who was asked for at the launch, and what became of them; who was left out is counted once, under the first reason. */
export type AudienceCounts = {
  asked: number;
  leftOut: Record<LeftOut, number>;
  treated: number;
  heldOut: number;
};
export const LEFT_OUT = [
  'excluded',
  'no-consent',
  'within-gap',
  'ordered',
  'contacted',
  'in-campaign',
] as const;
export type LeftOut = (typeof LEFT_OUT)[number];

/** What becomes of a change: done, or why not. */
export type CampaignOutcome =
  | { ok: true; id: number; revision: number }
  | { ok: false; reason: 'gone' | 'changed-elsewhere' | 'not-now' | 'too-many' };
/** The same of a plan, which may ask for what a running campaign cannot change any more. */
type ChangeOutcome = CampaignOutcome | { ok: false; reason: 'settled'; faults: PlanFault[] };
/** The same of a move; a plan with a least margin is not launched while the margin is not known. */
type MoveOutcome = CampaignOutcome | { ok: false; reason: 'no-margin' | 'no-sender' };

/** How many campaigns a shop may have. */
const MOST_CAMPAIGNS = 500;

const CAMPAIGN = `select c.id, c.revision, c.slug, c.name, c.state, c.version, v.plan, c.created_by as "createdBy",
    c.created_at as "createdAt", c.start_at as "startAt", c.launched_at as "launchedAt", c.ends_at as "endsAt",
    c.ended_at as "endedAt", c.pause_reason as "pauseReason", c.audience
  from campaigns c join campaign_versions v on v.shop_id = $1 and v.campaign_id = c.id and v.version = c.version
  where c.shop_id = $1`;

/** Every campaign of a shop, the newest first. */
export function campaigns(shopId: number): Promise<Campaign[]> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<Campaign>(`${CAMPAIGN} order by c.id desc`, [shopId]);
    return rows;
  });
}

/** How many campaigns a shop has, drafts as well. */
export async function countCampaigns(shopId: number): Promise<number> {
  const [row] = await readInShop<{ n: number }>(
    shopId,
    'select count(*) as n from campaigns where shop_id = $1',
  );
  return row?.n ?? 0;
}

/** A campaign, null when the shop has none with that number. */
export function campaign(shopId: number, id: number): Promise<Campaign | null> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<Campaign>(`${CAMPAIGN} and c.id = $2`, [shopId, id]);
    return rows[0] ?? null;
  });
}

/**
 * Makes a draft. The same `operation` again, as of a form sent twice, makes no second one and tells of the first.
 * @param operation unguessable, made with the form
 */
export function addCampaign(
  shopId: number,
  userId: number,
  { name, plan, operation }: { name: string; plan: CampaignPlan; operation: string },
): Promise<CampaignOutcome> {
  return sqlInShop(shopId, async (client) => {
    // One at a time: a slug is chosen by those there are.
    await client.query('select pg_advisory_xact_lock($1, $2)', [CAMPAIGN_LOCK, shopId]);
    const { rows: made } = await client.query<{ id: number; revision: number }>(
      'select id, revision from campaigns where shop_id = $1 and operation = $2',
      [shopId, operation],
    );
    if (made[0] !== undefined) return { ok: true, ...made[0] };
    const { rows: others } = await client.query<{ slug: string }>(
      'select slug from campaigns where shop_id = $1',
      [shopId],
    );
    if (others.length >= MOST_CAMPAIGNS) return { ok: false, reason: 'too-many' };
    const slug = campaignSlug(name, new Set(others.map((other) => other.slug)));
    const { rows } = await client.query<{ id: number; revision: number }>(
      `insert into campaigns (shop_id, slug, name, secret, operation, created_by)
       values ($1, $2, $3, $4, $5, $6) returning id, revision`,
      [shopId, slug, name, randomBytes(32), operation, userId],
    );
    const { id, revision } = rows[0]!;
    await addVersion(client, shopId, id, 1, plan, userId);
    await noteCampaign(client, shopId, id, userId, 'made', {});
    return { ok: true, id, revision };
  });
}

// A number of our own among advisory locks: "camp".
const CAMPAIGN_LOCK = 0x63616d70;

/**
 * Changes name and plan: of a draft in place, of one that was launched as a new version for those not yet reached. Who
 * is held out, how long orders are compared, customers join and may take part again stays as it was launched; so does whose customers they
 * are, unless that segment was deleted, and the place of every step that somebody came to.
 */
export function changeCampaign(
  shopId: number,
  userId: number,
  { id, revision, name, plan }: Pick<Campaign, 'id' | 'revision' | 'name' | 'plan'>,
): Promise<ChangeOutcome> {
  return held<ChangeOutcome>(shopId, id, revision, async (client, { state, version, plan: before }) => {
    if (state === 'stopped' || state === 'finished') return { ok: false, reason: 'not-now' };
    const launched = state !== 'draft' && state !== 'scheduled';
    const next = launched ? version + 1 : version;
    const kept = launched ? await asLaunched(client, shopId, id, plan, before) : plan;
    if (Array.isArray(kept)) return { ok: false, reason: 'settled', faults: kept };
    await client.query(
      'update campaigns set name = $3, version = $4, revision = revision + 1 where shop_id = $1 and id = $2',
      [shopId, id, name, next],
    );
    if (launched) await addVersion(client, shopId, id, next, kept, userId);
    else {
      await client.query(
        `update campaign_versions set plan = $4, created_by = $5, created_at = clock_timestamp()
         where shop_id = $1 and campaign_id = $2 and version = $3`,
        [shopId, id, version, JSON.stringify(kept), userId],
      );
    }
    await noteCampaign(client, shopId, id, userId, 'changed', { version: next });
    return { ok: true, id, revision: revision + 1 };
  });
}

/**
 * Makes a move of a campaign, if it is a legal one from where it stands. What follows from it (drawing the audience,
 * giving and taking back) is the worker's.
 * @param startAt epoch milliseconds, with 'schedule' only
 */
export function moveCampaign(
  shopId: number,
  userId: number,
  { id, revision, move, startAt }: { id: number; revision: number; move: Wished; startAt?: number },
): Promise<MoveOutcome> {
  return held<MoveOutcome>(shopId, id, revision, async (client, { state, plan }) => {
    const next = stateAfter(state, move);
    if (next === null) return { ok: false, reason: 'not-now' };
    const goes = move === 'launch' || move === 'schedule' || move === 'resume';
    if (goes && plan.guards.leastMargin !== null && (await marginOf(client, shopId)) === null)
      return { ok: false, reason: 'no-margin' };
    if (goes && plan.delivery === 'mail' && !(await senderVerified(client, shopId)))
      return { ok: false, reason: 'no-sender' };
    await client.query(
      `update campaigns set state = $3, revision = revision + 1, pause_reason = null, look_at = clock_timestamp(),
         start_at = case when $3 = 'scheduled' then to_timestamp($4::float8 / 1000) when $3 = 'draft' then null else start_at end,
         ended_at = case when $3 = 'stopped' then clock_timestamp() end
       where shop_id = $1 and id = $2`,
      [shopId, id, next, startAt ?? null],
    );
    await noteCampaign(client, shopId, id, userId, move, startAt === undefined ? {} : { startAt });
    return { ok: true, id, revision: revision + 1 };
  });
}

/** The moves that people make. */
export type Wished = Exclude<CampaignMove, 'finish'>;

/** Deletes a draft. */
export function deleteCampaign(shopId: number, id: number, revision: number): Promise<CampaignOutcome> {
  return held(shopId, id, revision, async (client, { state }) => {
    if (state !== 'draft') return { ok: false, reason: 'not-now' };
    for (const table of ['campaign_versions', 'campaign_events']) {
      await client.query(`delete from ${table} where shop_id = $1 and campaign_id = $2`, [shopId, id]);
    }
    await client.query('delete from campaigns where shop_id = $1 and id = $2', [shopId, id]);
    return { ok: true, id, revision };
  });
}

type Held = Pick<Campaign, 'state' | 'version' | 'plan'>;

/** Works on a campaign that is still the one that was read, and that nobody else changes meanwhile. */
function held<T>(
  shopId: number,
  id: number,
  revision: number,
  work: (client: PoolClient, row: Held) => Promise<T | CampaignOutcome>,
): Promise<T | CampaignOutcome> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<Held & { revision: number }>(
      `select c.state, c.version, c.revision, v.plan from campaigns c join campaign_versions v
         on v.shop_id = $1 and v.campaign_id = c.id and v.version = c.version
       where c.shop_id = $1 and c.id = $2 for update of c`,
      [shopId, id],
    );
    const row = rows[0];
    if (row === undefined) return { ok: false, reason: 'gone' };
    return row.revision === revision ? work(client, row) : { ok: false, reason: 'changed-elsewhere' };
  });
}

async function addVersion(
  client: PoolClient,
  shopId: number,
  campaignId: number,
  version: number,
  plan: CampaignPlan,
  userId: number,
): Promise<void> {
  await client.query(
    `insert into campaign_versions (shop_id, campaign_id, version, plan, created_by) values ($1, $2, $3, $4, $5)`,
    [shopId, campaignId, version, JSON.stringify(plan), userId],
  );
}
