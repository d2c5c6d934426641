import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { planWriteBack } from '#app/jobs/plan-write-back.server.ts';
import { closeQueue, enqueue } from '#app/jobs/queue.server.ts';
import { runJob } from '#app/jobs/run-job.server.ts';
import { onStep } from '#app/jobs/step.server.ts';
import { giveUp } from '#app/jobs/workers.server.ts';
import { writeBack } from '#app/jobs/write-back.server.ts';
import { latestWriteRun, updateWriteRun } from '#app/models/write-runs.server.ts';
import { readSettings } from '#app/models/settings.server.ts';
import type { Transport } from '#app/rfm/write-cost.ts';
import { testDatabase } from '#tests/support/database.ts';
import { expectedLines, heldLines } from './expected.ts';
import { decide, drain, installed, runPipeline, smallShop, writeNow, type Pipeline } from './pipeline.ts';

testDatabase();
afterEach(() => onStep(undefined));
afterAll(() => closeQueue(1));

const ours = ({ fake }: Pipeline) => heldLines(fake).filter((line) => !line.endsWith(' - - -'));
const state = async ({ shop }: Pipeline) => (await latestWriteRun(shop.id))?.state;
const mutations = ({ shopify, fake }: Pipeline) =>
  shopify.shop(fake.domain).bulk.all.filter(({ type }) => type === 'MUTATION');
const payloadOf = ({ shop }: Pipeline) => ({ shopId: shop.id, generation: shop.generation });

/** A scored shop whose bulk mutations take some seconds. */
async function slowShop(customers = 40): Promise<Pipeline> {
  const bulkPace = { startSeconds: 0.3, objectsPerSecond: 1_000_000, mutationLinesPerSecond: 4 };
  const pipeline = await installed(smallShop({ customers }), { bulkPace });
  await runPipeline(pipeline);
  return pipeline;
}

/** Plans the next write-back to be sent as told. */
function sentBy({ shop }: Pipeline, transport: Omit<Transport, 'seconds'>): void {
  onStep(async (name, moment) => {
    if (name !== 'plan.begin' || moment !== 'after') return;
    const run = await latestWriteRun(shop.id);
    const plan = { ...run!.plan, transport: { ...transport, seconds: 1 } };
    await updateWriteRun(shop.id, run!.id, { plan });
  });
}

/** Writes until Shopify works on a bulk operation that has done something. */
async function untilBulkWorks(pipeline: Pipeline): Promise<void> {
  await decide(pipeline.shop.id, { writeBack: 'on' });
  await runJob(planWriteBack, payloadOf(pipeline), AbortSignal.abort());
  while (!mutations(pipeline).some((one) => one.objectCount > 0)) {
    await runJob(writeBack, payloadOf(pipeline), AbortSignal.abort());
    await sleep(20);
  }
  onStep(undefined);
  expect(await state(pipeline)).toBe('sending');
}

async function removeEverything(pipeline: Pipeline): Promise<void> {
  await decide(pipeline.shop.id, { writeBack: 'removing' });
  await writeNow(pipeline);
}

describe('given a bulk operation that Shopify works on', () => {
  it('when everything is to be removed, then it is cancelled, noted and taken back, and nothing of ours is left', async () => {
    const pipeline = await slowShop();
    sentBy(pipeline, { direct: ['tags-remove', 'tags-add'], bulk: { 'metafields-set': 1 } });
    await untilBulkWorks(pipeline);
    await removeEverything(pipeline);
    expect(mutations(pipeline).map(({ status }) => status)).not.toContain('RUNNING');
    expect(ours(pipeline)).toEqual([]);
    expect(await readSettings(pipeline.shop.id)).toMatchObject({ writeBack: 'not-now' });
    expect(await latestWriteRun(pipeline.shop.id)).toMatchObject({ state: 'done', plan: { cleanUp: true } });
    await pipeline.close();
  }, 60_000);

  it('when writing is switched off, then the run ends only when it is settled, and what arrived can be removed', async () => {
    const pipeline = await slowShop();
    sentBy(pipeline, { direct: [], bulk: { 'metafields-set': 1, 'tags-add': 2 } });
    await untilBulkWorks(pipeline);
    await decide(pipeline.shop.id, { writeBack: 'off' });
    await runJob(writeBack, payloadOf(pipeline), AbortSignal.abort());
    expect(await state(pipeline)).toBe('stopping');
    await drain();
    const run = await latestWriteRun(pipeline.shop.id);
    expect(run?.state).toBe('stopped');
    expect(run?.done).toBeGreaterThan(0);
    expect(mutations(pipeline).map(({ status }) => status)).toEqual(['CANCELED']);
    expect(ours(pipeline).length).toBeGreaterThan(0);
    await removeEverything(pipeline);
    expect(ours(pipeline)).toEqual([]);
    await pipeline.close();
  }, 60_000);

  it('when the job is given up, then what Shopify did is settled before the run is called failed', async () => {
    const pipeline = await slowShop();
    sentBy(pipeline, { direct: [], bulk: { 'metafields-set': 1 } });
    await untilBulkWorks(pipeline);
    await giveUp(writeBack.name, payloadOf(pipeline), { message: 'the poison' });
    expect(await state(pipeline)).toBe('stopping');
    await drain();
    const run = await latestWriteRun(pipeline.shop.id);
    expect(run).toMatchObject({ state: 'failed', plan: { problem: 'the poison' } });
    expect(run?.done).toBeGreaterThan(0);
    await removeEverything(pipeline);
    expect(ours(pipeline)).toEqual([]);
    await pipeline.close();
  }, 60_000);

  it('when its start was never answered, then the stop finds it, and the next run never takes it for its own', async () => {
    const pipeline = await slowShop();
    const bulk = { direct: ['tags-add' as const], bulk: { 'metafields-set': 1 } };
    sentBy(pipeline, bulk);
    await decide(pipeline.shop.id, { writeBack: 'on' });
    await writeNow(pipeline, { until: async () => (await state(pipeline)) === 'sending' });
    onStep((name, moment) => {
      if (name === 'metafields-set.start' && moment === 'after') throw new Error('killed');
    });
    await drain({ onCrash: () => onStep(undefined), until: () => mutations(pipeline).length > 0 });
    await decide(pipeline.shop.id, { writeBack: 'off' });
    await drain();
    expect(mutations(pipeline).map(({ status }) => status)).toEqual(['CANCELED']);
    sentBy(pipeline, bulk);
    await decide(pipeline.shop.id, { writeBack: 'on' });
    await writeNow(pipeline);
    expect(mutations(pipeline).map(({ status }) => status)).toEqual(['CANCELED', 'COMPLETED']);
    expect(heldLines(pipeline.fake)).toEqual(await expectedLines(pipeline.fake));
    await removeEverything(pipeline);
    expect(ours(pipeline)).toEqual([]);
    await pipeline.close();
  }, 60_000);
});

describe('given calls that arrived and whose answers were lost with the process', () => {
  it.each(['metafields-set', 'tags-add'])(
    'when %s was killed and writing is switched off, then removing takes back what may have arrived',
    async (channel) => {
      const pipeline = await installed(smallShop({ customers: 40 }));
      await runPipeline(pipeline);
      await decide(pipeline.shop.id, { writeBack: 'on' });
      onStep((name, moment) => {
        if (name === `${channel}.settle` && moment === 'before') throw new Error('killed');
      });
      await writeNow(pipeline, {
        onCrash: () => onStep(undefined),
        until: () => ours(pipeline).length > 0,
      }).catch(() => undefined);
      onStep(undefined);
      await decide(pipeline.shop.id, { writeBack: 'off' });
      await drain();
      expect(ours(pipeline).length).toBeGreaterThan(0);
      await removeEverything(pipeline);
      expect(ours(pipeline)).toEqual([]);
      // Nothing uncertain is left: asked again, nothing is sent.
      const sent = pipeline.shopify.calls.all.filter(({ mutation }) => mutation).length;
      await removeEverything(pipeline);
      expect(pipeline.shopify.calls.all.filter(({ mutation }) => mutation)).toHaveLength(sent);
      await decide(pipeline.shop.id, { writeBack: 'on' });
      await enqueue(writeBack, payloadOf(pipeline));
      await writeNow(pipeline);
      expect(heldLines(pipeline.fake)).toEqual(await expectedLines(pipeline.fake));
      await pipeline.close();
    },
    60_000,
  );
});
