import { now } from '#app/clock.server.ts';
import { inShop, sqlInShop } from '#app/db.server.ts';

/** From when on the merchant is told that Shopify does not answer, in milliseconds. */
const UNREACHABLE_MS = 6 * 3_600_000;

/** Whether Shopify has not answered for so long at `at` (epoch milliseconds) that the merchant should know. */
export function isUnreachable(
  { unreachableSince }: { unreachableSince: number | null },
  at: number,
): boolean {
  return unreachableSince !== null && at - unreachableSince >= UNREACHABLE_MS;
}

/** Notes the pace Shopify allows the shop, so that the next process need not guess it. */
export async function keepPace(
  shopId: number,
  pace: { restoreRate: number; bucketSize: number },
): Promise<void> {
  await inShop(shopId, (db) => db.shop.updateMany({ where: { id: shopId }, data: pace }));
}

/** Notes that Shopify does not answer; the first instant stays. */
export async function noteUnreachable(shopId: number): Promise<void> {
  await inShop(shopId, (db) =>
    db.shop.updateMany({
      where: { id: shopId, unreachableSince: null },
      data: { unreachableSince: new Date(now()) },
    }),
  );
}

/** Notes that Shopify answers again. */
export async function noteReachable(shopId: number): Promise<void> {
  await inShop(shopId, (db) =>
    db.shop.updateMany({ where: { id: shopId }, data: { unreachableSince: null } }),
  );
}

/** By which version of the Admin API Shopify answers, null before its first answer, and what today's calls cost. */
export type ApiUse = { answeredVersion: string | null; pointsToday: number };

/** The day of the database's instant in the shop's zone, SQL. */
const TODAY = `(clock_timestamp() at time zone coalesce(time_zone, 'UTC'))::date`;

/** Adds points to the day's, and notes the version of the last answer. */
export async function noteApiUse(shopId: number, version: string | null, points: number): Promise<void> {
  await sqlInShop(shopId, (client) =>
    client.query(
      `update shops set answered_version = coalesce($2, answered_version), spent_day = ${TODAY},
         spent_points = $3 + case when spent_day = ${TODAY} then spent_points else 0 end
       where shop_id = $1`,
      [shopId, version, Math.round(points)],
    ),
  );
}

/** What is known of the shop's use of the Admin API. */
export async function apiUse(shopId: number): Promise<ApiUse> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<ApiUse>(
      `select answered_version as "answeredVersion",
         case when spent_day = ${TODAY} then spent_points else 0 end as "pointsToday"
       from shops where shop_id = $1`,
      [shopId],
    );
    return rows[0] ?? { answeredVersion: null, pointsToday: 0 };
  });
}

/** Notes that a job of this install was given up, where the merchant sees it; the newest one stays. */
export async function noteGivenUp(
  shopId: number,
  generation: number,
  job: string,
  reason: string,
): Promise<void> {
  await inShop(shopId, (db) =>
    db.shop.updateMany({
      where: { id: shopId, generation },
      data: { givenUpJob: job, givenUpReason: reason, givenUpAt: new Date(now()) },
    }),
  );
}

/** Forgets that `job` was given up: it worked, or is tried again. */
export async function forgetGivenUp(shopId: number, job: string): Promise<void> {
  await inShop(shopId, (db) =>
    db.shop.updateMany({
      where: { id: shopId, givenUpJob: job },
      data: { givenUpJob: null, givenUpReason: null, givenUpAt: null },
    }),
  );
}
