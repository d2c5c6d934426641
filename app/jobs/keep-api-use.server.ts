import { noteApiUse } from '#app/models/shop-health.server.ts';
import type { AdminClient } from '#app/shopify/admin.server.ts';

/** Points are stored together after so many milliseconds: jobs of a busy shop end many times a second. */
const GATHER_MS = 30_000;
/** So many points do not wait: a shop whose work is done may have no other run for a quarter of an hour. */
const MOST_GATHERED = 500;

/** Points of a run that are gathered already. */
const taken = new WeakMap<AdminClient, number>();
const gathered = new Map<number, { points: number; version: string | null; storedAt: number }>();

/**
 * Keeps what a run's calls cost and by which version of the API they were answered, for the health page. Another
 * version is stored at once; what cannot be stored is stored with the next run. A process that dies takes a
 * few hundred points with it.
 */
export async function keepApiUse(shopId: number, admin: AdminClient): Promise<void> {
  const points = admin.pointsSpent() - (taken.get(admin) ?? 0);
  taken.set(admin, admin.pointsSpent());
  const version = admin.answeredVersion();
  const use = gathered.get(shopId) ?? { points: 0, version: null, storedAt: -Infinity };
  gathered.set(shopId, use);
  use.points += points;
  const other = version !== null && version !== use.version;
  const waits = use.points < MOST_GATHERED && performance.now() - use.storedAt < GATHER_MS;
  if (!other && (use.points === 0 || waits)) return;
  const { points: spent } = use;
  await noteApiUse(shopId, version, spent);
  use.points -= spent;
  use.version = version ?? use.version;
  use.storedAt = performance.now();
}
