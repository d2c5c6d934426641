import { AsyncLocalStorage } from 'node:async_hooks';
import type { PoolClient } from 'pg';

/** A held lease. `token` grows with each hand-over; work done under an older token is refused. */
export type Lease = { shopId: number; name: string; token: number };

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

/** The lease that fences this shop's transactions here, or undefined outside of `underLease`. */
export function fenceOf(shopId: number): Lease | undefined {
  const lease = held.getStore();
  return lease?.shopId === shopId ? lease : undefined;
}

/** Text and values of the look at the lease row. With `lock` nobody can take it over before the commit. */
export function fenceQuery(lease: Lease, lock: boolean): { text: string; values: unknown[] } {
  return {
    text: `select 1 from leases where shop_id = $1 and name = $2 and token = $3 and held_until > clock_timestamp()${
      lock ? ' for share' : ''
    }`,
    values: [lease.shopId, lease.name, lease.token],
  };
}

/**
 * Refuses to go on when the lease is gone. Asked at the start of a transaction (fails early, no lock, so the
 * holder can renew while a long load runs) and again with a lock right before its commit.
 * @throws LeaseLost
 */
export async function checkFence(client: PoolClient, lease: Lease, lock: boolean): Promise<void> {
  const { text, values } = fenceQuery(lease, lock);
  if ((await client.query(text, values)).rowCount !== 1) throw new LeaseLost(lease);
}
