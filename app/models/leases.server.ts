import { randomUUID } from 'node:crypto';
import { escapeLiteral } from 'pg';
import { leaseInShop } from '#app/db.server.ts';
import { underLease, type Lease } from '#app/lease-fence.server.ts';

export { LeaseLost, type Lease } from '#app/lease-fence.server.ts';

/**
 * Runs `work` as the only holder of `name` in the shop, or returns null at once when someone else holds it.
 * The lease lasts `seconds` by the database's clock and is renewed three times in that time while `work`
 * runs. Every transaction of this shop inside `work` is fenced: after a pause longer than the lease another
 * worker may hold it, and whatever this one still tries to write is refused with LeaseLost.
 */
export async function withLease<T>(
  shopId: number,
  name: string,
  seconds: number,
  work: (lease: Lease) => Promise<T>,
): Promise<{ value: T } | null> {
  const asked = performance.now();
  const token = await acquire(shopId, name, seconds);
  if (token === null) return null;
  const lease: Lease = { shopId, name, token, until: asked + seconds * 1000 };
  // A failed renewal needs no answer: the next transaction finds the lease gone, or the next renewal works.
  const renewal = setInterval(() => void renew(lease, seconds).catch(() => undefined), (seconds * 1000) / 3);
  renewal.unref();
  try {
    return { value: await underLease(lease, () => work(lease)) };
  } finally {
    clearInterval(renewal);
    await release(lease).catch(() => undefined);
  }
}

/** The commit does not wait for the disk: lost in a crash, the lease only ends at another instant. */
const UNHURRIED = 'set local synchronous_commit = off';

/** The new token, or null while another holder's lease runs. */
async function acquire(shopId: number, name: string, seconds: number): Promise<number | null> {
  const holder = escapeLiteral(`${process.pid} ${randomUUID()}`);
  const rows = await leaseInShop<{ token: number }>(
    shopId,
    `insert into leases (shop_id, name, token, holder, held_until)
     values (${shopId}, ${escapeLiteral(name)}, 1, ${holder}, ${until(seconds)})
     on conflict (shop_id, name) do update set token = leases.token + 1, holder = excluded.holder,
       held_until = excluded.held_until where leases.held_until <= clock_timestamp()
     returning token`,
  );
  return rows[0]?.token ?? null;
}

async function renew(lease: Lease, seconds: number): Promise<void> {
  const asked = performance.now();
  const rows = await leaseInShop<{ token: number }>(
    lease.shopId,
    `${UNHURRIED}; update leases set held_until = ${until(seconds)}
     where ${ours(lease)} and held_until > clock_timestamp() returning token`,
  );
  // Counted from before it was asked for, so that it is over here before it is there.
  if (rows.length > 0) lease.until = asked + seconds * 1000;
}

/** Lets the next one in at once; the row stays, so that the token keeps growing. */
async function release(lease: Lease): Promise<void> {
  await leaseInShop(
    lease.shopId,
    `${UNHURRIED}; update leases set held_until = clock_timestamp() where ${ours(lease)}`,
  );
}

function until(seconds: number): string {
  return `clock_timestamp() + make_interval(secs => ${Number(seconds)})`;
}

function ours({ shopId, name, token }: Lease): string {
  return `shop_id = ${shopId} and name = ${escapeLiteral(name)} and token = ${token}`;
}
