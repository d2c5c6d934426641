import type { PoolClient } from 'pg';
import { sqlInShop } from '#app/db.server.ts';
import type { AskedAsOf, Tree } from '#app/rfm/conditions.ts';
import { usualGapOf } from '#app/rfm/due-date.ts';
import { cycleDays, cycleInForce, suggestCycle } from '#app/rfm/purchase-cycle.ts';
import { compileTrees, TIER } from './condition-sql.ts';
import { OF_EVERYBODY } from './in-one-pass.ts';
import {
  memberPage,
  memberTotal,
  type MemberPage,
  type MemberQuery,
  type MemberSort,
} from './members.server.ts';
import { REACH_COUNTS, reachOf, type ReachCounts, type SegmentReach } from './reach.server.ts';
import type { ScoreRun } from './scores.server.ts';
import { chosenCycle, type Settings } from './settings.server.ts';

/** Which customers are asked for: those all questions are true of, and only some of them when numbers are given. */
export type Audience = { trees: readonly Tree[]; ids: readonly number[] | null; asked: AskedAsOf };

/** A question that takes longer than this many milliseconds is given up: somebody waits for it. */
const LONGEST_MS = 10_000;

/** As of when a question is answered, by which purchase cycle, and what tells when an order is due. */
export function askedAsOf(
  { asOf, summary }: Pick<ScoreRun, 'asOf' | 'summary'>,
  settings: Settings,
): AskedAsOf {
  const suggested = suggestCycle(summary.gaps);
  const cycle = cycleInForce(chosenCycle(settings), suggested);
  const shopGap = usualGapOf(suggested, cycle);
  const windowBegins = settings.windowDays === null ? null : asOf - settings.windowDays + 1;
  return { asOf, cycle: cycle && cycleDays(cycle, asOf), due: shopGap && { shopGap, windowBegins } };
}

/** Tables, condition and parameters of an audience as SQL. */
export function audienceSql(
  shopId: number,
  { trees, ids, asked }: Audience,
  also: { customers?: boolean } = {},
): MemberQuery {
  const { from, where, values } = compileTrees(shopId, trees, asked, also);
  if (ids === null) return { from, where, values };
  return { from, where: `${where} and s.customer_id = any($${values.length + 1})`, values: [...values, ids] };
}

/** How many customers an audience has, and their net spend in minor units. */
export function countAudience(
  shopId: number,
  audience: Audience,
): Promise<{ customers: number; monetary: number }> {
  return hurried(shopId, (client) => memberTotal(client, audienceSql(shopId, audience)));
}

/** What an audience is like. */
export type AudienceProfile = {
  customers: number;
  /** minor units */
  monetary: number;
  orders: number;
  /** customers without scores are of no tier */
  tiers: { high: number; medium: number; low: number };
  reach: SegmentReach;
};

/** Counts an audience: money, orders, value tiers and reach, in one pass. */
export function profileAudience(shopId: number, audience: Audience): Promise<AudienceProfile> {
  const { from, where, values } = audienceSql(shopId, audience, { customers: true });
  return hurried(shopId, async (client) => {
    const { rows } = await client.query<
      ReachCounts & { monetary: number; orders: number; high: number; medium: number; low: number }
    >(
      `select coalesce(sum(s.monetary), 0)::float8 as monetary, coalesce(sum(s.frequency), 0)::float8 as orders,
         ${['high', 'medium', 'low'].map((tier) => `count(*) filter (where (${TIER}) = '${tier}') as ${tier}`).join()},
         ${REACH_COUNTS}
       from ${from} where ${where}`,
      values,
    );
    const { monetary, orders, high, medium, low, ...counts } = rows[0]!;
    return {
      customers: counts.customers,
      monetary,
      orders,
      tiers: { high, medium, low },
      reach: reachOf(counts),
    };
  });
}

/** One page of an audience, see memberPage. */
export function audiencePage(
  shopId: number,
  audience: Audience,
  sort: MemberSort,
  cursor: string | null,
  limit: number,
): Promise<MemberPage> {
  return hurried(shopId, (client) => memberPage(client, audienceSql(shopId, audience), sort, cursor, limit));
}

/** A transaction in which nothing takes long. */
function hurried<T>(shopId: number, work: (client: PoolClient) => Promise<T>): Promise<T> {
  return sqlInShop(shopId, async (client) => {
    await client.query(`select set_config('statement_timeout', '${LONGEST_MS}', true); ${OF_EVERYBODY}`);
    return work(client);
  });
}
