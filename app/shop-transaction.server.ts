import type { Pool, PoolClient, QueryResult } from 'pg';
import { CommitUnknown, mayRunAgain, runAgain } from './database-errors.server.ts';
import { entering, type Entrance } from './enter-shop.server.ts';
import { fenceStatement, isFenceRefusal, LeaseLost, lockedFence, type Lease } from './lease-fence.server.ts';

/**
 * One transaction of a shop, with as few messages as can be: one that begins, enters and looks at the lease, those of
 * `work`, and one that looks again and commits.
 * @throws LeaseLost under a lease that is gone, CommitUnknown when the answer to the commit was lost
 */
export async function transactionOn<T>(
  pool: Pool,
  shopId: number,
  entrance: Entrance,
  lease: Lease | undefined,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  let broken: Error | undefined;
  const onError = (error: Error) => (broken = error);
  const begin = `${entering(entrance, shopId)}${lease === undefined ? '' : `; ${fenceStatement(lease)}`}`;
  const { client, holds } = await runAgain(() => open(pool, begin, onError));
  broken = undefined;
  let committing = false;
  try {
    if (lease !== undefined && !holds) throw new LeaseLost(lease);
    const result = await work(client);
    committing = true;
    await client.query(lease === undefined ? 'commit' : `${lockedFence(lease)}; commit`);
    return result;
  } catch (error) {
    // A connection that cannot roll back is not handed to the next user.
    await client.query('rollback').catch((failed: Error) => (broken ??= failed));
    if (lease !== undefined && committing && isFenceRefusal(error)) throw new LeaseLost(lease);
    if (committing && mayRunAgain(error)) throw new CommitUnknown(error);
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

/**
 * @param onError hears of the client from now on: an error that nobody hears ends the process
 * @returns `holds`: whether the last statement of `begin` found a row
 */
async function open(
  pool: Pool,
  begin: string,
  onError: (error: Error) => void,
): Promise<{ client: PoolClient; holds: boolean }> {
  const client = await pool.connect();
  client.on('error', onError);
  try {
    // Several statements in one message have several results.
    const results = (await client.query(begin)) as unknown as QueryResult[];
    return { client, holds: results.at(-1)?.rowCount === 1 };
  } catch (error) {
    client.off('error', onError);
    client.release(error instanceof Error ? error : true);
    throw error;
  }
}
