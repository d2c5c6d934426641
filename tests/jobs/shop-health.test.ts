import { setAbstractFetchFunc } from '@shopify/shopify-api/runtime';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { adminFor } from '#app/admin-for.server.ts';
import { directory, inShop } from '#app/db.server.ts';
import { importShop } from '#app/jobs/import-shop.server.ts';
import { closeQueue, enqueue, openQueue } from '#app/jobs/queue.server.ts';
import { reconcileChanges } from '#app/jobs/reconcile-changes.server.ts';
import { runJob } from '#app/jobs/run-job.server.ts';
import { onStep } from '#app/jobs/step.server.ts';
import { knockAgain, tryAgain } from '#app/jobs/try-again.server.ts';
import { giveUp } from '#app/jobs/workers.server.ts';
import { scoreCustomers } from '#app/jobs/score-customers.server.ts';
import { openImport } from '#app/models/imports.server.ts';
import { writeBack } from '#app/jobs/write-back.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { shopProgress } from '#app/progress.server.ts';
import { fetchFrom } from '#tests/fake-shopify/redirected-fetch.ts';
import { testDatabase } from '#tests/support/database.ts';
import {
  decide,
  drain,
  installed,
  lookAgain,
  passSinceLooks,
  runPipeline,
  smallShop,
  writeNow,
  type Pipeline,
} from './pipeline.ts';

testDatabase();
afterEach(() => onStep(undefined));
afterAll(() => closeQueue(1));

const row = async ({ shop }: Pipeline) => (await directory.shopById(shop.id))!;
const progress = async (pipeline: Pipeline) => shopProgress(await row(pipeline));

describe('given a shop whose plan Shopify told once', () => {
  it('when a process starts anew, then it reckons with that pace before the first answer', async () => {
    const plan = { name: 'test', restoreRate: 700, bucket: 9000 };
    const pipeline = await installed(smallShop({ customers: 20, plan }));
    expect(adminFor({ ...pipeline.shop, domain: 'never-asked.myshopify.com' }).throttle()).toMatchObject({
      restoreRate: 100,
    });
    await runPipeline(pipeline);
    expect(await row(pipeline)).toMatchObject({ restoreRate: 700, bucketSize: 9000 });
    // Another domain stands for a process that has no picture of the shop's bucket yet.
    const anew = adminFor({ ...(await row(pipeline)), domain: 'a-new-process.myshopify.com' }).throttle();
    expect(anew).toMatchObject({ restoreRate: 700, maximumAvailable: 9000 });
    await pipeline.close();
  });
});

describe('given a Shopify that does not answer', () => {
  it('when that lasts for hours, then the merchant is told, it is tried ever more slowly, and an answer ends it', async () => {
    const pipeline = await installed(smallShop({ customers: 20 }));
    const { shop, shopify } = pipeline;
    await runPipeline(pipeline);
    setAbstractFetchFunc(() =>
      Promise.reject(new TypeError('fetch failed', { cause: { code: 'ENOTFOUND' } })),
    );
    const payload = { shopId: shop.id, generation: shop.generation, outages: 20 };
    await passSinceLooks(shop.id, 20);
    await runJob(reconcileChanges, payload, new AbortController().signal);
    expect((await row(pipeline)).unreachableSince).not.toBeNull();
    expect((await progress(pipeline)).parkedReason).toBeNull();
    await inShop(
      shop.id,
      (db) => db.$executeRaw`update shops set unreachable_since = now() - interval '7 hours'`,
    );
    const told = await progress(pipeline);
    expect(told.parkedReason).toBe('unreachable');
    const boss = await openQueue();
    await boss.deleteAllJobs(reconcileChanges.name);
    await runJob(reconcileChanges, payload, new AbortController().signal);
    const [next] = await boss.findJobs(reconcileChanges.name, { data: { shopId: shop.id } });
    expect(next?.startAfter.getTime()).toBeGreaterThan(Date.now() + 1_700_000);
    setAbstractFetchFunc(fetchFrom(shopify.url));
    await drain();
    expect(await row(pipeline)).toMatchObject({ unreachableSince: null, parkedReason: null });
    await pipeline.close();
  }, 60_000);
});

describe('given a shop that Shopify closed for an unpaid bill', () => {
  it('when Try again is clicked, then it stays parked while Shopify refuses, and goes on once it does not', async () => {
    const pipeline = await installed(smallShop({ customers: 20 }));
    const { shop, fake, shopify } = pipeline;
    const office = shopify.shop(fake.domain);
    office.refuseWith = 402;
    await enqueue(importShop, { shopId: shop.id, generation: shop.generation });
    await drain();
    expect(await row(pipeline)).toMatchObject({ parkedReason: 'payment' });
    expect(await knockAgain(await row(pipeline))).toBe(false);
    expect(await row(pipeline)).toMatchObject({ parkedReason: 'payment' });
    office.refuseWith = null;
    expect(await knockAgain(await row(pipeline))).toBe(true);
    await drain();
    expect(await row(pipeline)).toMatchObject({ parkedReason: null });
    expect(await latestRun(shop.id)).not.toBeNull();
    await pipeline.close();
  });
});

describe('given scoring that fails every time', () => {
  it('when it is given up, then Home is told why, and Try again ends it', async () => {
    const pipeline = await installed(smallShop({ customers: 20 }));
    const { shop } = pipeline;
    const payload = { shopId: shop.id, generation: shop.generation };
    onStep((name) => {
      if (name === 'score.run') throw new Error('the poison');
    });
    await runPipeline(pipeline, { onCrash: () => onStep(undefined), until: () => false }).catch(() => null);
    await (await openQueue()).deleteAllJobs(scoreCustomers.name);
    await inShop(shop.id, (db) => db.scoreRun.deleteMany());
    await giveUp(scoreCustomers.name, payload, { message: 'the poison' });
    const told = await progress(pipeline);
    expect(told.givenUp).toMatchObject({ job: 'score-customers', reason: 'the poison' });
    onStep(undefined);
    expect(await tryAgain(await row(pipeline))).toBe(true);
    expect((await progress(pipeline)).givenUp).toBeNull();
    await drain();
    expect(await latestRun(shop.id)).not.toBeNull();
    expect((await progress(pipeline)).givenUp).toBeNull();
    // A run that works by itself ends the notice as well.
    await giveUp(scoreCustomers.name, payload, { message: 'the poison' });
    await enqueue(scoreCustomers, payload);
    await drain();
    expect((await progress(pipeline)).givenUp).toBeNull();
    await pipeline.close();
  });
});

describe('given work that was given up', () => {
  it('when its job finds nothing to do, then the notice stays, and ends once the work is done', async () => {
    const pipeline = await installed(smallShop({ customers: 20 }));
    const { shop } = pipeline;
    const payload = { shopId: shop.id, generation: shop.generation };
    await runPipeline(pipeline);
    await openImport(shop.id, shop.generation);
    await giveUp(importShop.name, payload, { message: 'the poison' });
    // What the token exchange asks for each time the app is opened.
    await enqueue(importShop, payload);
    await drain();
    expect((await progress(pipeline)).givenUp).toMatchObject({ job: 'import-shop' });
    await openImport(shop.id, shop.generation);
    await enqueue(importShop, payload);
    await drain();
    expect((await progress(pipeline)).givenUp).toBeNull();

    await giveUp(reconcileChanges.name, payload, { message: 'the poison' });
    // The import itself has just looked at what changed.
    await enqueue(reconcileChanges, payload);
    await drain();
    expect((await progress(pipeline)).givenUp).toMatchObject({ job: 'reconcile-changes' });
    await lookAgain(pipeline);
    expect((await progress(pipeline)).givenUp).toBeNull();
    await pipeline.close();
  });

  it('when a write-back is given up and only stopped, then the notice stays until one is written whole', async () => {
    const pipeline = await installed(smallShop({ customers: 20 }));
    const { shop } = pipeline;
    const payload = { shopId: shop.id, generation: shop.generation };
    await runPipeline(pipeline);
    await decide(shop.id, { writeBack: 'on' });
    let sending = false;
    onStep((name) => void (sending ||= name === 'plan.send'));
    await writeNow(pipeline, { until: () => sending });
    onStep(undefined);
    await giveUp(writeBack.name, payload, { message: 'the poison' });
    await drain();
    expect((await progress(pipeline)).writeBack).toMatchObject({ state: 'failed', problem: 'the poison' });
    expect((await progress(pipeline)).givenUp).toMatchObject({ job: 'write-back' });
    await writeNow(pipeline);
    expect((await progress(pipeline)).writeBack).toMatchObject({ state: 'done' });
    expect((await progress(pipeline)).givenUp).toBeNull();
    await pipeline.close();
  });
});
