import { afterAll, afterEach, expect, it } from 'vitest';
import { sqlInShop } from '#app/db.server.ts';
import { defineJob, shopPayload } from '#app/jobs/job.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { goOnHere, runHere, stopHere, workHere } from '#app/jobs/run-here.server.ts';
import { withLease } from '#app/models/leases.server.ts';
import { testDatabase } from '#tests/support/database.ts';
import { installed, smallShop } from './pipeline.ts';

testDatabase();
afterEach(() => stopHere());
afterAll(() => closeQueue(1));

/** A job that waits for `until` and then does `work`. */
const job = (name: string, until: Promise<void>, work: (shopId: number) => Promise<void>) =>
  defineJob({
    name,
    payload: shopPayload,
    attempts: 1,
    run: async ({ shopId }) => {
      await until;
      await work(shopId);
      return undefined;
    },
  });

it('given a job that is asked for under a lease, when the lease ends before the job, then the job still stores', async () => {
  const one = await installed(smallShop({ customers: 20 }));
  const payload = { shopId: one.shop.id, generation: one.shop.generation };
  const ended = Promise.withResolvers<void>();
  const stored: (number | null)[] = [];
  const store = job('store-later', ended.promise, async (shopId) => {
    stored.push(await sqlInShop(shopId, async (client) => (await client.query('select 1')).rowCount));
  });
  workHere();
  await withLease(payload.shopId, 'score', 9, () => runHere(store, payload));
  ended.resolve();
  await expect.poll(() => stored, { timeout: 10_000 }).toEqual([1]);
  await one.close();
});

it('given more shops than run at once, when one goes on with what it began, then that comes before anything new', async () => {
  const one = await installed(smallShop({ customers: 20 }));
  const payload = { shopId: one.shop.id, generation: one.shop.generation };
  const busy = Promise.withResolvers<void>();
  const order: string[] = [];
  const noted = (name: string, until = Promise.resolve()) =>
    job(name, until, async () => void order.push(name));
  workHere();
  for (let n = 0; n < 16; n += 1) await runHere(noted(`busy ${n}`, busy.promise), payload);
  for (let n = 0; n < 40; n += 1) await runHere(noted(`new ${n}`), payload);
  await goOnHere(noted('goes on'), payload);
  busy.resolve();
  await expect.poll(() => order.length, { timeout: 10_000 }).toBe(57);
  expect(order.indexOf('goes on')).toBeLessThan(order.indexOf('new 30'));
  await one.close();
});
