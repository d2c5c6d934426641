import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { directory } from '#app/db.server.ts';
import { importShop } from '#app/jobs/import-shop.server.ts';
import { closeQueue, enqueue, enqueueUnlessQueued, openQueue } from '#app/jobs/queue.server.ts';
import { scoreCustomers } from '#app/jobs/score-customers.server.ts';
import { onStep } from '#app/jobs/step.server.ts';
import { watchShop } from '#app/jobs/watch-shop.server.ts';
import { tryAgain } from '#app/jobs/try-again.server.ts';
import { startJobs, stopJobs } from '#app/jobs/workers.server.ts';
import { inShop } from '#app/db.server.ts';
import { latestImport } from '#app/models/imports.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { shopProgress } from '#app/progress.server.ts';
import { markUninstalled } from '#app/models/shops.server.ts';
import { testDatabase } from '#tests/support/database.ts';
import { drain, installed, runPipeline, smallShop } from './pipeline.ts';

testDatabase();
afterEach(() => onStep(undefined));
afterAll(() => closeQueue(1));

async function eventually(check: () => Promise<boolean>, seconds = 30): Promise<void> {
  for (let left = seconds * 10; left > 0; left -= 1) {
    if (await check()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('it never came to pass');
}

describe('given the queue', () => {
  it('when the same work is asked for many times, then one run is queued per shop', async () => {
    const one = await installed(smallShop({ customers: 20 }));
    const payload = { shopId: one.shop.id, generation: 1 };
    await Promise.all(Array.from({ length: 20 }, () => enqueue(importShop, payload)));
    const boss = await openQueue();
    expect(await boss.findJobs(importShop.name, { data: { shopId: one.shop.id } })).toHaveLength(1);
    await boss.deleteAllJobs(importShop.name);
    await one.close();
  });

  it('when work that is put off is asked for sooner, then it begins as soon as was asked, and never later', async () => {
    const one = await installed(smallShop({ customers: 20 }));
    const payload = { shopId: one.shop.id, generation: 1 };
    const boss = await openQueue();
    const secondsLeft = async (): Promise<number> => {
      const [job] = await boss.findJobs(importShop.name, { data: { shopId: one.shop.id } });
      return (Number(job?.startAfter) - Date.now()) / 1000;
    };
    await enqueue(importShop, payload, 300);
    await enqueueUnlessQueued(importShop, payload, 60);
    expect(await secondsLeft()).toBeGreaterThan(200);
    await enqueue(importShop, payload, 100);
    expect(await secondsLeft()).toBeLessThan(101);
    await enqueue(importShop, payload, 300);
    expect(await secondsLeft()).toBeLessThan(101);
    await enqueue(importShop, payload);
    expect(await secondsLeft()).toBeLessThan(1);
    await boss.deleteAllJobs(importShop.name);
    await one.close();
  });

  it('R9, W18: when the shop was uninstalled or installed anew, then its former work is dropped', async () => {
    const pipeline = await installed(smallShop({ customers: 20 }));
    const { shop, shopify } = pipeline;
    await enqueue(importShop, { shopId: shop.id, generation: shop.generation + 1 });
    await drain();
    await markUninstalled(shop.id);
    await runPipeline(pipeline);
    expect(shopify.calls.all).toEqual([]);
    expect(await latestImport(shop.id)).toBeNull();
    await pipeline.close();
  });

  it.each([
    [402, 'payment'],
    [403, 'forbidden'],
    [423, 'locked'],
    [401, 'revoked'],
  ] as const)(
    'T5: when Shopify answers %i, then the shop is parked with the reason and left alone',
    async (status, why) => {
      const pipeline = await installed(smallShop({ customers: 20 }));
      const { shop, shopify, fake } = pipeline;
      shopify.shop(fake.domain).refuseWith = status;
      await runPipeline(pipeline);
      expect(await directory.shopById(shop.id)).toMatchObject({ parkedReason: why });
      const calls = shopify.calls.all.length;
      expect(calls).toBeLessThan(8);
      await runPipeline(pipeline);
      expect(shopify.calls.all).toHaveLength(calls);
      await pipeline.close();
    },
  );

  it('P5: when a job fails every time, then it is given up with its reason, shown, and can be run again', async () => {
    const pipeline = await installed(smallShop({ customers: 20 }));
    const { shop } = pipeline;
    onStep((name) => {
      if (name === 'shop.describe') throw new Error('the poison');
    });
    const boss = await openQueue();
    await enqueue(importShop, { shopId: shop.id, generation: shop.generation });
    await startJobs();
    // Backoff between the attempts would take a while: they are brought forward.
    await eventually(async () => {
      const jobs = await boss.findJobs(importShop.name, { data: { shopId: shop.id } });
      for (const job of jobs)
        if (job.state === 'retry') await boss.update(job.name, undefined, { id: job.id, startAfter: 0 });
      return (await directory.shopById(shop.id))?.givenUpJob === importShop.name;
    });
    const stuck = (await directory.shopById(shop.id))!;
    expect((await shopProgress(stuck)).givenUp).toMatchObject({ job: 'import-shop', reason: 'the poison' });
    expect(await latestImport(shop.id)).toMatchObject({
      problem: 'internal',
      problemDetail: { reason: 'the poison' },
    });
    await stopJobs();
    onStep(undefined);
    expect(await tryAgain(stuck)).toBe(true);
    await drain();
    expect(await latestImport(shop.id)).toMatchObject({ phase: 'done' });
    expect(await directory.shopById(shop.id)).toMatchObject({ givenUpJob: null });
    await pipeline.close();
  }, 60_000);

  it('P4: when a day begins and many ask for it, then it is passed once and nobody is scored for nothing', async () => {
    const pipeline = await installed(smallShop({ customers: 20 }));
    const { shop } = pipeline;
    await runPipeline(pipeline);
    const before = await latestRun(shop.id);
    await inShop(shop.id, (db) => db.$executeRaw`update score_runs set holds_on = holds_on - 1`);
    let midnights = 0;
    onStep((name, moment) => {
      if (name === 'midnight.move' && moment === 'after') midnights += 1;
    });
    for (let asked = 0; asked < 5; asked += 1) {
      await enqueue(watchShop, { shopId: shop.id, generation: shop.generation });
      await enqueue(scoreCustomers, { shopId: shop.id, generation: shop.generation });
      await drain();
    }
    onStep(undefined);
    expect(midnights).toBe(1);
    expect(await latestRun(shop.id)).toMatchObject({ id: before?.id, asOf: before?.asOf });
    await pipeline.close();
  });
});
