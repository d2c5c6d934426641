import { AsyncLocalStorage } from 'node:async_hooks';
import { escapeLiteral } from 'pg';
import { databaseErrorCode } from './database-errors.server.ts';

/**
 * A held lease. `token` grows with each hand-over; work done under an older token is refused. `until` is an instant of
 * this process's own clock (performance.now) through which nobody else can hold it; renewals move it.
 */
export type Lease = { shopId: number; name: string; token: number; until?: number };

/** Another worker took the lease over, or it ran out: nothing of this transaction was kept. */
export class LeaseLost extends Error {
  override name = 'LeaseLost';
  constructor(lease: Lease) {
    super(`The lease "${lease.name}" of shop ${lease.shopId} is no longer held with token ${lease.token}`);
  }
}

const held = new AsyncLocalStorage<Lease>();

/** Runs `work` under `lease`: every transaction of that shop inside it is fenced, however deep it is called. */
export function underLease<T>(lease: Lease, work: () => Promise<T>): Promise<T> {
  return held.run(lease, work);
}

/** Runs `work` under no lease, which whoever asks for it may hold: it takes longer than they do. */
export function underNoLease<T>(work: () => Promise<T>): Promise<T> {
  return held.exit(work);
}

/** The lease that fences this shop's transactions here, or undefined outside of `underLease`. */
export function fenceOf(shopId: number): Lease | undefined {
  const lease = held.getStore();
  return lease?.shopId === shopId ? lease : undefined;
}

/**
 * Refuses what cannot be fenced, a call of somebody else's server, once the lease that it is made under is over: a process
 * that stood still knows nothing of who went on meanwhile.
 * @throws LeaseLost
 */
export function stillHeld(shopId: number): void {
  const lease = fenceOf(shopId);
  if (lease?.until !== undefined && performance.now() >= lease.until) throw new LeaseLost(lease);
}

/** Text and values of the look at the lease row. With `lock` nobody can take it over before the commit. */
export function fenceQuery(lease: Lease, lock: boolean): { text: string; values: unknown[] } {
  return {
    text: `select 1 where ${lock ? 'lease_kept' : 'lease_held'}($1::bigint, $2, $3::bigint)`,
    values: [lease.shopId, lease.name, lease.token],
  };
}

/** The look as a statement without parameters, for a message of several. */
export function fenceStatement(lease: Lease, lock = false): string {
  return fenceQuery(lease, lock).text.replace(/\$(\d)/g, (_, place: string) =>
    escapeLiteral(String(fenceQuery(lease, lock).values[Number(place) - 1])),
  );
}

/**
 * The locking look as a statement that fails when the lease is gone, so that a commit in the same message is not
 * carried out. Asked once more at the end because nobody may have taken over meanwhile; only the beginning's look
 * leaves the row free, so that the holder can renew while a long load runs. A transaction that changed nothing is let
 * go unasked: the lock would be its only write, and its commit would wait for the disk.
 */
export function lockedFence(lease: Lease): string {
  return `select case when pg_current_xact_id_if_assigned() is not null
    then 1 / (select count(*) from (${fenceStatement(lease, true)}) held) end`;
}

/** Whether a message that began with `lockedFence` failed there: a division by zero. */
export function isFenceRefusal(error: unknown): boolean {
  return databaseErrorCode(error) === '22012';
}
