import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { sqlInShop } from '#app/db.server.ts';
import { defineJob, shopPayload } from '#app/jobs/job.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { runHere, stopHere, workHere } from '#app/jobs/run-here.server.ts';
import { withLease } from '#app/models/leases.server.ts';
import { testDatabase } from '#tests/support/database.ts';
import { installed, smallShop } from './pipeline.ts';

testDatabase();
afterEach(() => stopHere());
afterAll(() => closeQueue(1));

it('given a job that is asked for under a lease, when the lease ends before the job, then the job still stores', async () => {
  const one = await installed(smallShop({ customers: 20 }));
  const payload = { shopId: one.shop.id, generation: one.shop.generation };
  const ended = Promise.withResolvers<void>();
  const stored = vi.fn();
  const job = defineJob({
    name: 'store-later',
    payload: shopPayload,
    attempts: 1,
    run: async ({ shopId }) => {
      await ended.promise;
      stored(await sqlInShop(shopId, async (client) => (await client.query('select 1')).rowCount));
      return undefined;
    },
  });
  workHere();
  await withLease(payload.shopId, 'score', 9, () => runHere(job, payload));
  ended.resolve();
  await expect.poll(() => stored.mock.calls, { timeout: 10_000 }).toEqual([[1]]);
  await one.close();
});
