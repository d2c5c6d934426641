import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { planWriteBack } from '#app/jobs/plan-write-back.server.ts';
import { closeQueue, enqueue } from '#app/jobs/queue.server.ts';
import { scoreCustomers } from '#app/jobs/score-customers.server.ts';
import { onStep } from '#app/jobs/step.server.ts';
import { countUndo } from '#app/jobs/plan-undo.server.ts';
import { adminFor } from '#app/admin-for.server.ts';
import { readSettings } from '#app/models/settings.server.ts';
import { latestWriteRun } from '#app/models/write-runs.server.ts';
import { testDatabase } from '#tests/support/database.ts';
import { bearDeath, diesAfterEach } from './deaths.ts';
import { decide, drain, installed, runPipeline, smallShop, writeNow, type Pipeline } from './pipeline.ts';
import { carried, newest, setByHand, tagByHand, undo, type Carried } from './undone-shop.ts';

testDatabase();
afterEach(() => onStep(undefined));
afterAll(() => closeQueue(1));

/** Shops over which the deaths are spread. */
const SHOPS = 3;

/** A shop written twice, by two prefixes, so that an undo of the second has something of every kind to do. */
async function writtenTwice(): Promise<{ pipeline: Pipeline; before: Carried; second: number }> {
  const fake = smallShop({ customers: 20 });
  tagByHand(fake);
  const pipeline = await installed(fake);
  await runPipeline(pipeline);
  await decide(pipeline.shop.id, { writeBack: 'on' });
  await writeNow(pipeline);
  const before = carried(pipeline);
  const [gone, changed] = [...before].filter(([, { fields }]) => fields.length > 0).map(([id]) => id);
  await decide(pipeline.shop.id, { tagPrefix: 'seg', windowDays: 200 });
  await enqueue(scoreCustomers, { shopId: pipeline.shop.id, generation: pipeline.shop.generation });
  await drain();
  const second = await newest(pipeline);
  setByHand(fake, gone ?? 0, 'rfm_profile', '{"by":"hand"}');
  before.get(gone ?? 0)!.fields = before
    .get(gone ?? 0)!
    .fields.map((field) => (field.startsWith('rfm_profile') ? 'rfm_profile={"by":"hand"}' : field));
  expect(carried(pipeline).get(changed ?? 0)).not.toEqual(before.get(changed ?? 0));
  return { pipeline, before, second };
}

/** Undoes and comes to the same end, however often it died: nothing is left to do, and nobody wishes for it any more. */
async function undoneToTheEnd(hook: Parameters<typeof onStep>[0]): Promise<void> {
  const { pipeline, before, second } = await writtenTwice();
  const { shop } = pipeline;
  onStep(hook);
  await undo(pipeline, second, { onCrash: bearDeath });
  // A worker that comes after one that died between the end and the queue.
  await enqueue(planWriteBack, { shopId: shop.id, generation: shop.generation });
  await drain({ onCrash: bearDeath });
  onStep(undefined);
  expect(carried(pipeline)).toEqual(before);
  expect(await latestWriteRun(shop.id)).toMatchObject({ kind: 'undo', state: 'done', failed: 0, kept: 1 });
  expect(await readSettings(shop.id)).toMatchObject({ writeBack: 'not-now', undoRunId: null });
  const left = await countUndo(shop.id, second, adminFor(shop));
  expect(left).toMatchObject({ customers: 0, undo: { unknown: 0, kept: 1 } });
  await pipeline.close();
}

describe('given a worker that is killed anywhere while it undoes a write-back', () => {
  it('P1: when it dies after any step, then the end is the same', async () => {
    const names = new Set<string>();
    await undoneToTheEnd((name) => void names.add(name));
    const steps = [...names];
    expect(steps).toEqual(
      expect.arrayContaining(['undo.journal', 'metafields-set.look-first', 'tags-add.settle', 'write.done']),
    );
    await diesAfterEach(steps, SHOPS, (hook) => undoneToTheEnd(hook));
  }, 180_000);
});
