import { withLease } from '#app/models/leases.server.ts';
import type { JobOutcome } from './job.server.ts';

/** Seconds a lease outlives its killed holder; renewed three times in that while the work runs. */
const LEASE_SECONDS = 9;
/** Seconds until a busy lease is asked for again. */
const BUSY_SECONDS = 2;

/** Runs `work` as the shop's only holder of `name`; while someone else holds it the job comes back later. */
export async function alone(
  shopId: number,
  name: 'import' | 'score' | 'write-back' | 'inbox' | 'read' | 'campaigns' | 'offers' | 'codes' | 'segments',
  work: () => Promise<JobOutcome>,
): Promise<JobOutcome> {
  const held = await withLease(shopId, name, LEASE_SECONDS, work);
  return held === null ? { againInSeconds: BUSY_SECONDS } : held.value;
}
