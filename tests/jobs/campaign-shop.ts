import { randomUUID } from 'node:crypto';
import { adminFor } from '#app/admin-for.server.ts';
import type { CampaignPlan } from '#app/campaigns/plan.ts';
import { directory, sqlInShop } from '#app/db.server.ts';
import { runCampaigns } from '#app/jobs/run-campaigns.server.ts';
import {
  addCampaign,
  campaign,
  moveCampaign,
  type Campaign,
  type Wished,
} from '#app/models/campaigns.server.ts';
import type { FakeShop } from '#tests/fake-shopify/store.ts';
import { drain, type Pipeline } from './pipeline.ts';

export const STAFF = 71;

/** A draft, in a shop whose history is whole. */
export async function drafted(shopId: number, plan: CampaignPlan): Promise<number> {
  await sqlInShop(shopId, (client) =>
    client.query(
      `insert into imports (shop_id, generation, phase) select shop_id, generation, 'done' from shops
       where shop_id = $1 and not exists (select from imports where shop_id = $1)`,
      [shopId],
    ),
  );
  const made = await addCampaign(shopId, STAFF, { name: 'Come back', plan, operation: randomUUID() });
  if (!made.ok) throw new Error(made.reason);
  return made.id;
}

/** Makes a move as staff do. */
export async function move(shopId: number, id: number, wished: Wished, startAt?: number): Promise<void> {
  const { revision } = (await campaign(shopId, id))!;
  const done = await moveCampaign(shopId, STAFF, {
    id,
    revision,
    move: wished,
    ...(startAt !== undefined && { startAt }),
  });
  if (!done.ok) throw new Error(done.reason);
}

/** A campaign whose audience is drawn. */
export async function launched(shopId: number, plan: CampaignPlan): Promise<Campaign> {
  const id = await drafted(shopId, plan);
  await move(shopId, id, 'launch');
  await turn(shopId);
  return (await campaign(shopId, id))!;
}

/** What the worker does for the shop's campaigns now. */
export async function turn(shopId: number): Promise<void> {
  const shop = (await directory.shopById(shopId))!;
  const context = { shop, admin: adminFor(shop), signal: new AbortController().signal };
  await runCampaigns.run({ shopId, generation: shop.generation }, context);
}

/** Makes everything that campaigns did so many days older. */
export async function passDays(shopId: number, days: number): Promise<void> {
  const columns = {
    campaigns: ['launched_at', 'ends_at', 'start_at', 'look_at'],
    campaign_members: ['entered_at', 'entry_at', 'due_at', 'reached_at'],
    offers: ['sent_at', 'given_at', 'ends_at', 'withdraw_at', 'withdrawn_at', 'created_at', 'passed_at'],
  };
  await sqlInShop(shopId, async (client) => {
    for (const [table, names] of Object.entries(columns)) {
      const set = names.map((name) => `${name} = ${name} - make_interval(days => $2)`).join();
      await client.query(`update ${table} set ${set} where shop_id = $1`, [shopId, days]);
    }
    await client.query('update campaigns set joined_on = joined_on - $2::int where shop_id = $1', [
      shopId,
      days,
    ]);
    await client.query(
      'update campaigns set look_at = clock_timestamp() where shop_id = $1 and look_at is not null',
      [shopId],
    );
  });
}

/** Everybody who takes part, by number. */
export async function members(shopId: number, campaignId: number): Promise<MemberState[]> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<MemberState>(
      `select customer_id as id, stratum, held_out as "heldOut", entry, state, step, reason,
         due_at as "dueAt", entered_at as "enteredAt"
       from campaign_members where shop_id = $1 and campaign_id = $2 order by 1`,
      [shopId, campaignId],
    );
    return rows;
  });
}

export type MemberState = {
  id: number;
  stratum: string;
  heldOut: boolean;
  entry: number;
  state: string;
  step: number;
  reason: string | null;
  dueAt: number | null;
  enteredAt: number;
};

export type OfferRow = {
  id: number;
  entry: number;
  step: number;
  branch: number;
  arm: number;
  state: string;
  reason: string | null;
  code: string | null;
};

/** Every offer of a campaign, by customer and step. */
export async function offersOf(shopId: number, campaignId: number): Promise<OfferRow[]> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<OfferRow>(
      `select customer_id as id, entry, step, branch, arm, state, reason, code from offers
       where shop_id = $1 and campaign_id = $2 order by 1, 2, 3`,
      [shopId, campaignId],
    );
    return rows;
  });
}

/** A look at the shop's campaigns, as if it were due, and all that follows from it. */
export async function look({ shop }: Pipeline): Promise<void> {
  await sqlInShop(shop.id, (client) =>
    client.query(
      'update campaigns set look_at = clock_timestamp() where shop_id = $1 and look_at is not null',
      [shop.id],
    ),
  );
  await turn(shop.id);
  await drain();
}

/** The tag of the campaigns that are made here. */
export const TAG = 'winback:come-back';
/** Who carries it, or the tag of another slug. */
export const tagged = (fake: FakeShop, slug?: string) =>
  [...fake.customers.values()]
    .filter(({ tags }) => tags.includes(slug === undefined ? TAG : `winback:${slug}`))
    .map(({ id }) => id);
