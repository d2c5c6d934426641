import { CommitUnknown, isShort, mayRunAgain } from '#app/database-errors.server.ts';
import { now } from '#app/clock.server.ts';
import { directory } from '#app/db.server.ts';
import { shopLogger } from '#app/logger.server.ts';
import { LeaseLost } from '#app/models/leases.server.ts';
import {
  forgetGivenUp,
  isUnreachable,
  keepPace,
  noteReachable,
  noteUnreachable,
} from '#app/models/shop-health.server.ts';
import { AnotherShop, parkShop, type ShopRow } from '#app/models/shops.server.ts';
import type { AdminClient } from '#app/shopify/admin.server.ts';
import { adminFor } from '#app/admin-for.server.ts';
import { AccessDenied, Throttled, Unavailable, Uninstalled } from '#app/shopify/errors.ts';
import { keepApiUse } from './keep-api-use.server.ts';
import type { Job, JobOutcome, ShopPayload } from './job.server.ts';
import { enqueue } from './queue.server.ts';
import { step } from './step.server.ts';

/** Longest wait in seconds between two tries while Shopify, the network or the database is away. */
const LONGEST_OUTAGE_WAIT = 300;
/** The same once Shopify has not answered for UNREACHABLE_MS and the merchant is told. */
const SLOW_OUTAGE_WAIT = 1800;
/** Seconds until the lease of a killed run may be taken over. */
const LEASE_WAIT = 2;

/**
 * Runs a job once for its shop. Work of a former install is dropped, and of a parked or uninstalled shop unless the
 * job says otherwise; an outage puts the job off without using up an attempt; a closed door parks the shop with the reason; every
 * other error is thrown, so that the queue counts an attempt.
 * @returns 'put-off' when the job waits in the queue again
 */
export async function runJob<P extends ShopPayload>(
  job: Job<P>,
  data: unknown,
  signal: AbortSignal,
): Promise<'put-off' | void> {
  const payload = job.payload.parse(data);
  const shop = await step('job.shop', () => directory.shopById(payload.shopId));
  const log = shopLogger(shop?.domain ?? `#${payload.shopId}`, { job: job.name });
  const dropped = reasonToDrop(job, shop, payload);
  if (shop === null || dropped !== null) {
    log.info({ dropped }, 'job dropped');
    return;
  }
  const admin = adminFor(shop);
  try {
    const outcome = await job.run(payload, { shop, admin, signal });
    await step('job.again', () => again(job, payload, outcome));
    await noteHealth(shop, admin, job.name, outcome);
    if (typeof outcome === 'object') return 'put-off';
  } catch (error) {
    if (error instanceof Unavailable && shop.unreachableSince === null) {
      await step('job.unreachable', () => noteUnreachable(shop.id));
    }
    const wait = secondsToWait(error, payload.outages ?? 0, isUnreachable(shop, now()));
    if (wait !== null) {
      log.warn({ err: error, wait }, 'job put off');
      await enqueue(job, { ...payload, outages: (payload.outages ?? 0) + 1 }, wait);
      return 'put-off';
    }
    // Another API version may be why: then the page should say so.
    await step('job.api-use-of-failed', () => keepApiUse(shop.id, admin));
    const closed = closedDoor(error);
    if (closed === null) throw error;
    log.error({ err: error, reason: closed }, 'shop parked');
    await step('job.park', () => parkShop(payload.shopId, payload.generation, closed));
  }
}

/** Notes what the run showed: that Shopify answers, at which pace, and that what was given up is done. */
async function noteHealth(
  shop: ShopRow,
  admin: AdminClient,
  job: string,
  outcome: JobOutcome,
): Promise<void> {
  if (shop.givenUpJob === job && outcome === undefined) {
    await step('job.works-again', () => forgetGivenUp(shop.id, job));
  }
  await step('job.api-use', () => keepApiUse(shop.id, admin));
  if (admin.pointsSpent() === 0) return;
  if (shop.unreachableSince !== null) await step('job.reachable', () => noteReachable(shop.id));
  const { restoreRate, maximumAvailable: bucketSize } = admin.throttle();
  if (restoreRate === shop.restoreRate && bucketSize === shop.bucketSize) return;
  await step('job.pace', () => keepPace(shop.id, { restoreRate, bucketSize }));
}

async function again<P extends ShopPayload>(job: Job<P>, payload: P, outcome: JobOutcome): Promise<void> {
  if (typeof outcome !== 'object') return;
  const { outages: _, ...fresh } = payload;
  await enqueue(job, fresh as P, outcome.againInSeconds);
}

function reasonToDrop(
  job: Pick<Job, 'closedShops'>,
  shop: ShopRow | null,
  payload: ShopPayload,
): string | null {
  if (shop === null) return 'no such shop';
  if (shop.generation !== payload.generation) return 'former install';
  if (job.closedShops) return null;
  if (shop.uninstalledAt !== null) return 'uninstalled';
  return shop.parkedReason === null ? null : `parked: ${shop.parkedReason}`;
}

/** Whether an error lies in the work itself: nothing was away, taken over or closed. */
export function isFault(error: unknown): boolean {
  return secondsToWait(error, 0, false) === null && closedDoor(error) === null;
}

/** Seconds to put the job off, null when waiting does not help. Doubles from 1 s, with up to half jitter. */
function secondsToWait(error: unknown, outages: number, unreachable: boolean): number | null {
  if (error instanceof LeaseLost) return LEASE_WAIT;
  if (error instanceof Throttled) return Math.min(LONGEST_OUTAGE_WAIT, Math.max(0.1, error.waitMs / 1000));
  const databaseAway = error instanceof CommitUnknown || mayRunAgain(error) || isShort(error);
  if (!databaseAway && !(error instanceof Unavailable)) return null;
  const longest = unreachable ? SLOW_OUTAGE_WAIT : LONGEST_OUTAGE_WAIT;
  return Math.min(longest, 2 ** Math.min(outages, 11)) * (1 + Math.random() / 2);
}

/** Why Shopify no longer lets us in, null when the error is of another kind. */
function closedDoor(error: unknown): string | null {
  if (error instanceof Uninstalled) return error.reason;
  if (error instanceof AnotherShop) return 'another-shop';
  return error instanceof AccessDenied ? `missing-scope:${error.scope}` : null;
}
