import { setTimeout as sleep } from 'node:timers/promises';
import type { AdminClient } from '#app/shopify/admin.server.ts';

/** Longest wait in milliseconds: whoever else spends without end leaves the looks a page now and then. */
const LONGEST_MS = 10_000;

/** Lets scores and writes have the shop's budget: waits until half of the bucket is full, or as long as that takes. */
export async function leaveHalf(admin: Pick<AdminClient, 'throttle'>, signal: AbortSignal): Promise<void> {
  const { currentlyAvailable, maximumAvailable, restoreRate } = admin.throttle();
  const lacking = maximumAvailable / 2 - currentlyAvailable;
  if (lacking <= 0) return;
  const ms = Math.min(LONGEST_MS, (1000 * lacking) / restoreRate);
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
