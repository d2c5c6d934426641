import { afterAll, describe, expect, it } from 'vitest';
import { importShop } from '#app/jobs/import-shop.server.ts';
import { planWriteBack } from '#app/jobs/plan-write-back.server.ts';
import { closeQueue, enqueue, openQueue, prepareQueue } from '#app/jobs/queue.server.ts';
import { scoreCustomers } from '#app/jobs/score-customers.server.ts';
import { watchShop } from '#app/jobs/watch-shop.server.ts';
import { latestImport, openImport } from '#app/models/imports.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { readSettings } from '#app/models/settings.server.ts';
import { testDatabase } from '#tests/support/database.ts';
import { expectedLines, heldLines } from './expected.ts';
import { decide, drain, installed, runPipeline, smallShop, type Pipeline } from './pipeline.ts';

testDatabase();
afterAll(() => closeQueue(1));

const payloadOf = ({ shop }: Pipeline) => ({ shopId: shop.id, generation: shop.generation });
const ours = ({ fake }: Pipeline) => heldLines(fake).filter((line) => !line.endsWith(' - - -'));
async function scored(): Promise<Pipeline> {
  const pipeline = await installed(smallShop({ customers: 30 }));
  await runPipeline(pipeline);
  return pipeline;
}

async function written(): Promise<Pipeline> {
  const pipeline = await installed(smallShop({ customers: 30 }));
  await decide(pipeline.shop.id, { writeBack: 'on' });
  await runPipeline(pipeline);
  expect(ours(pipeline).length).toBeGreaterThan(0);
  return pipeline;
}

describe('given work that is queued already', () => {
  it('when everything is to be removed and a plain plan is asked for, then everything is removed', async () => {
    const pipeline = await written();
    const { shop } = pipeline;
    await enqueue(planWriteBack, payloadOf(pipeline), 15);
    await decide(shop.id, { writeBack: 'removing' });
    await enqueue(planWriteBack, payloadOf(pipeline));
    await enqueue(scoreCustomers, payloadOf(pipeline));
    await drain();
    expect(ours(pipeline)).toEqual([]);
    expect(await readSettings(shop.id)).toMatchObject({ writeBack: 'not-now' });
    await pipeline.close();
  });

  it('when settings are saved and the daily scoring is asked for, then customers are scored by the new ones', async () => {
    const pipeline = await scored();
    const { shop } = pipeline;
    const before = await latestRun(shop.id);
    await enqueue(scoreCustomers, payloadOf(pipeline), 60);
    await decide(shop.id, { windowDays: 90 });
    await enqueue(scoreCustomers, payloadOf(pipeline));
    await enqueue(scoreCustomers, payloadOf(pipeline), 15);
    await drain();
    const after = await latestRun(shop.id);
    expect(after).toMatchObject({ reason: 'settings', scoringVersion: before!.scoringVersion + 1 });
    // Asked again, nothing is scored: the last run holds.
    await enqueue(scoreCustomers, payloadOf(pipeline));
    await drain();
    expect((await latestRun(shop.id))?.id).toBe(after?.id);
    await pipeline.close();
  });

  it('when a new import is wished while the token exchange asks for the usual one, then there is a new import', async () => {
    const pipeline = await scored();
    const { shop } = pipeline;
    const before = await latestImport(shop.id);
    await enqueue(importShop, payloadOf(pipeline));
    await openImport(shop.id, shop.generation);
    await enqueue(importShop, payloadOf(pipeline));
    await drain();
    const after = await latestImport(shop.id);
    expect(after?.id).toBeGreaterThan(before!.id);
    expect(after).toMatchObject({ phase: 'done' });
    await pipeline.close();
  });

  it('when a former install left some behind, then the new one’s is queued beside it', async () => {
    const pipeline = await scored();
    const boss = await openQueue();
    await prepareQueue(boss, planWriteBack);
    const { shopId, generation } = payloadOf(pipeline);
    await enqueue(planWriteBack, { shopId, generation }, 300);
    await enqueue(planWriteBack, { shopId, generation: generation + 1 });
    const queued = await boss.findJobs<{ generation: number }>(planWriteBack.name, { data: { shopId } });
    expect(queued.map(({ data }) => data.generation).sort()).toEqual([generation, generation + 1]);
    await boss.deleteAllJobs(planWriteBack.name);
    await pipeline.close();
  });
});

describe('given a process that died between storing a wish and asking for its work', () => {
  const watched = async (pipeline: Pipeline): Promise<void> => {
    await enqueue(watchShop, payloadOf(pipeline));
    await drain();
  };

  it('when settings were saved, then the next look after the shop scores by them', async () => {
    const pipeline = await scored();
    await decide(pipeline.shop.id, { countTest: true });
    await watched(pipeline);
    const run = await latestRun(pipeline.shop.id);
    expect(run).toMatchObject({ reason: 'settings' });
    await watched(pipeline);
    expect((await latestRun(pipeline.shop.id))?.id).toBe(run?.id);
    await pipeline.close();
  });

  it('when Write was confirmed, then the next look writes; when removing was, then it removes', async () => {
    const pipeline = await scored();
    const { shop, fake, shopify } = pipeline;
    await decide(shop.id, { writeBack: 'on' });
    await watched(pipeline);
    expect(heldLines(fake)).toEqual(await expectedLines(fake));
    const sent = shopify.calls.all.length;
    await watched(pipeline);
    expect(shopify.calls.all).toHaveLength(sent);
    await decide(shop.id, { writeBack: 'removing' });
    await watched(pipeline);
    expect(ours(pipeline)).toEqual([]);
    await pipeline.close();
  });
});
