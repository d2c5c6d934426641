import { sqlInShop } from '#app/db.server.ts';
import type { CampaignPlan } from '#app/campaigns/plan.ts';
import type { Day } from '#app/rfm/calendar.ts';
import { noteCampaign } from './campaign-events.server.ts';
import { pauseFor, type CodePause } from './pause-campaign.server.ts';

/** A discount of a campaign, as it is to be made or is at Shopify. Instants are epoch milliseconds. */
export type CampaignDiscount = {
  id: number;
  campaignId: number;
  version: number;
  step: number;
  branch: number;
  arm: number;
  lastDay: Day;
  endsAt: number;
  gid: string | null;
  /** only the customers who are given its codes may use them; otherwise whoever has one */
  bound: boolean;
  slug: string;
  secret: Buffer;
  plan: CampaignPlan;
  /** offers that want a code of it */
  waiting: number;
};

const DISCOUNT = `select d.id, d.campaign_id as "campaignId", d.version, d.step, d.branch, d.arm, d.last_day as "lastDay",
    d.ends_at as "endsAt", d.gid, d.bound, c.slug, c.secret, v.plan, (select count(*) from offers o
      where o.shop_id = $1 and o.campaign_id = d.campaign_id and o.discount_id = d.id and o.state = 'approved')::int as waiting
  from campaign_discounts d join campaigns c on c.shop_id = $1 and c.id = d.campaign_id
    join campaign_versions v on v.shop_id = $1 and v.campaign_id = d.campaign_id and v.version = d.version
  where d.shop_id = $1`;

/** The next discount of a running campaign that is to be made: planned, not over, and wanted by somebody. */
export function nextToMake(shopId: number): Promise<CampaignDiscount | null> {
  return one(
    shopId,
    `d.state = 'planned' and c.state = 'running' and d.ends_at > clock_timestamp() and exists (select from offers o
       where o.shop_id = $1 and o.campaign_id = d.campaign_id and o.discount_id = d.id and o.state = 'approved')`,
  );
}

/** The next discount of a running campaign with offers whose codes were not asked for. */
export function nextToFill(shopId: number): Promise<CampaignDiscount | null> {
  return one(
    shopId,
    `d.state = 'ready' and c.state = 'running' and d.ends_at > clock_timestamp() and exists (select from offers o
       where o.shop_id = $1 and o.campaign_id = d.campaign_id and o.discount_id = d.id and o.state = 'approved'
         and o.batch_id is null)`,
  );
}

/** The next discount that must not be used any more: its campaign was stopped or is over. */
export function nextToEnd(shopId: number): Promise<CampaignDiscount | null> {
  return one(
    shopId,
    `d.state in ('planned', 'ready') and c.state in ('stopped', 'finished') and d.ends_at > clock_timestamp()
       and (d.end_after is null or d.end_after <= clock_timestamp())`,
  );
}

/** Discounts by their numbers. */
export function discountsById(
  shopId: number,
  ids: readonly number[],
): Promise<Map<number, CampaignDiscount>> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<CampaignDiscount>(`${DISCOUNT} and d.id = any($2)`, [shopId, ids]);
    return new Map(rows.map((row) => [row.id, row]));
  });
}

function one(shopId: number, where: string): Promise<CampaignDiscount | null> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<CampaignDiscount>(`${DISCOUNT} and ${where} order by d.id limit 1`, [
      shopId,
    ]);
    return rows[0] ?? null;
  });
}

/** Some of the customers who wait for a code of a discount. */
export function waitingFor(
  shopId: number,
  { id, campaignId }: Pick<CampaignDiscount, 'id' | 'campaignId'>,
  limit: number,
): Promise<number[]> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ id: number }>(
      `select customer_id as id from offers where shop_id = $1 and campaign_id = $2 and discount_id = $3
         and state = 'approved' order by customer_id limit $4`,
      [shopId, campaignId, id, limit],
    );
    return rows.map((row) => row.id);
  });
}

/** Notes that Shopify has a discount. @param bound as in CampaignDiscount */
export async function noteMade(shopId: number, id: number, gid: string, bound: boolean): Promise<void> {
  await sqlInShop(shopId, (client) =>
    client.query(
      `update campaign_discounts set state = 'ready', gid = $3, bound = $4, error = null
       where shop_id = $1 and id = $2 and state = 'planned'`,
      [shopId, id, gid, bound],
    ),
  );
}

/** How many customers have a code of a discount, or are about to. */
export function codesOf(
  shopId: number,
  { id, campaignId }: Pick<CampaignDiscount, 'id' | 'campaignId'>,
): Promise<number> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ count: number }>(
      `select count(*)::int as count from offers
       where shop_id = $1 and campaign_id = $2 and discount_id = $3 and batch_id is not null`,
      [shopId, campaignId, id],
    );
    return rows[0]?.count ?? 0;
  });
}

/** Notes that whoever has a code of a discount may use it. */
export async function noteOpen(shopId: number, id: number): Promise<void> {
  await sqlInShop(shopId, (client) =>
    client.query('update campaign_discounts set bound = false where shop_id = $1 and id = $2', [shopId, id]),
  );
}

/** Notes that a discount ends: none of its codes is used any more. */
export async function noteEnded(shopId: number, id: number): Promise<void> {
  await sqlInShop(shopId, (client) =>
    client.query(
      `update campaign_discounts set state = 'ended' where shop_id = $1 and id = $2 and state in ('planned', 'ready')`,
      [shopId, id],
    ),
  );
}

/** Minutes until it is tried again to end a discount, at first and at most. */
const [FIRST_MINUTES, MOST_MINUTES] = [1, 360];

/**
 * Notes that Shopify refused to end a discount, which still holds: it is tried again, each time twice as late, and the
 * journal of its campaign tells of it once.
 */
export async function noteNotEnded(
  shopId: number,
  { id, campaignId }: Pick<CampaignDiscount, 'id' | 'campaignId'>,
  words: string,
): Promise<void> {
  await sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ tries: number; after: string }>(
      `update campaign_discounts set error = $3, end_tries = least(end_tries + 1, 30), end_after = clock_timestamp()
         + make_interval(mins => least($5, $4 * (2 ^ least(end_tries, 20))::int))
       where shop_id = $1 and id = $2 and state in ('planned', 'ready')
       returning end_tries as tries, end_after::text as after`,
      [shopId, id, words, FIRST_MINUTES, MOST_MINUTES],
    );
    if (rows[0] === undefined) return;
    await client.query(
      'update campaigns set look_at = least(look_at, $3::timestamptz) where shop_id = $1 and id = $2',
      [shopId, campaignId, rows[0].after],
    );
    if (rows[0].tries === 1)
      await noteCampaign(client, shopId, campaignId, null, 'alarm', { reason: 'end-refused', words });
  });
}

/** Discounts whose last day is over have ended by themselves. */
export async function notePast(shopId: number): Promise<void> {
  await sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ id: number }>(
      `update campaign_discounts set state = 'ended'
       where shop_id = $1 and state in ('planned', 'ready') and ends_at <= clock_timestamp() returning id`,
      [shopId],
    );
    if (rows.length === 0) return;
    // Codes that were asked for and did not come in time are too late; those nobody asked for are planned anew.
    await client.query(
      `update offers set state = case when batch_id is null then state else 'dropped' end,
         reason = case when batch_id is not null then 'expired' end,
         discount_id = case when batch_id is not null then discount_id end,
         code = case when batch_id is not null then code end,
         ends_at = case when batch_id is not null then ends_at end
       where shop_id = $1 and discount_id = any($2) and state = 'approved'`,
      [shopId, rows.map(({ id }) => id)],
    );
  });
}

/**
 * Notes that a discount is not there any more, or was never made: its campaign is paused, and nothing is made anew
 * before a person lets it go on. Codes of it that were given are taken back.
 */
export async function noteLost(
  shopId: number,
  { id, campaignId, step }: Pick<CampaignDiscount, 'id' | 'campaignId' | 'step'>,
  reason: Extract<CodePause, 'discount-gone' | 'discount-refused' | 'sample-prices'>,
  words: string,
): Promise<void> {
  await sqlInShop(shopId, async (client) => {
    const state = reason === 'discount-gone' ? 'gone' : 'failed';
    const { rowCount } = await client.query(
      `update campaign_discounts set state = $3, error = $4 where shop_id = $1 and id = $2 and state in ('planned', 'ready')`,
      [shopId, id, state, words],
    );
    if (rowCount === 0) return;
    // Whoever lets the campaign go on wants codes for those who have none: of another discount, but for one that
    // Shopify refuses it would refuse them again.
    const becomes =
      reason === 'discount-gone' ? `'approved', reason = null` : `'failed', reason = 'discount-refused'`;
    await client.query(
      `update offers set state = ${becomes}, code = null, discount_id = null, batch_id = null, ends_at = null
       where shop_id = $1 and campaign_id = $2 and discount_id = $3 and state in ('approved', 'ready')`,
      [shopId, campaignId, id],
    );
    await client.query(
      `update offers set withdraw_at = clock_timestamp() where shop_id = $1 and campaign_id = $2 and discount_id = $3
         and state in ('sending', 'given', 'unknown') and withdrawn_at is null`,
      [shopId, campaignId, id],
    );
    await pauseFor(client, shopId, campaignId, reason, {
      step: step + 1,
      ...(words === '' ? {} : { words }),
    });
  });
}

/** Pauses the running campaigns whose offers wait for codes, since the app may not make any. */
export async function noteNotAllowed(shopId: number, scope: string): Promise<void> {
  await sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ id: number }>(
      `select id from campaigns c where shop_id = $1 and state = 'running' and exists (select from offers o
         where o.shop_id = $1 and o.campaign_id = c.id and o.state = 'approved' and o.needs_code) order by id for update`,
      [shopId],
    );
    for (const { id } of rows) await pauseFor(client, shopId, id, `missing-scope:${scope}`, {});
  });
}
