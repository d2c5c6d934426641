import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { onStep } from '#app/jobs/step.server.ts';
import { latestImport } from '#app/models/imports.server.ts';
import { latestWriteRun, updateWriteRun } from '#app/models/write-runs.server.ts';
import { testDatabase } from '#tests/support/database.ts';
import { expectedLines, heldLines } from './expected.ts';
import { decide, installed, runPipeline, smallShop, type Pipeline } from './pipeline.ts';

testDatabase();
afterEach(() => onStep(undefined));
afterAll(() => closeQueue(1));

/** What a killed process leaves: the step's effect is there, its answer is lost. */
class Killed extends Error {}

async function through(pipeline: Pipeline): Promise<void> {
  await decide(pipeline.shop.id, { writeBack: 'on' });
  await runPipeline(pipeline, {
    onCrash: (error) => {
      if (!(error instanceof Killed)) throw error;
    },
  });
}

async function sameEnd(pipeline: Pipeline): Promise<void> {
  expect(await latestImport(pipeline.shop.id)).toMatchObject({ phase: 'done', problem: null });
  expect(await latestWriteRun(pipeline.shop.id)).toMatchObject({ state: 'done' });
  expect(heldLines(pipeline.fake)).toEqual(expectedLines(pipeline.fake));
}

describe('given a worker that is killed anywhere', () => {
  it('P1: when it dies after any step of import, scoring or writing, then the end is the same and no export ran twice', async () => {
    const names = new Set<string>();
    const untouched = await installed(smallShop({ customers: 20 }));
    onStep((name) => void names.add(name));
    await through(untouched);
    await sameEnd(untouched);
    await untouched.close();
    expect(names.size).toBeGreaterThan(40);
    // Details and customers walk through the same code as the orders.
    const victims = [...names].filter((name) => !/^(details|customers)\.(?!load)/.test(name));
    for (const victim of victims) {
      const pipeline = await installed(smallShop({ customers: 20 }));
      let struck = false;
      onStep((name, moment) => {
        if (struck || name !== victim || moment !== 'after') return;
        struck = true;
        throw new Killed(victim);
      });
      await through(pipeline);
      onStep(undefined);
      expect(struck, victim).toBe(true);
      await sameEnd(pipeline);
      expect(pipeline.shopify.calls.of('bulkOperationRunQuery'), victim).toHaveLength(3);
      await pipeline.close();
    }
  }, 600_000);

  it('P1: when it dies after any step of a write-back in bulk, then the end is the same', async () => {
    const names = new Set<string>();
    const untouched = await installed(smallShop({ customers: 20 }));
    onStep((name, moment) => {
      names.add(name);
      return sendInBulk(untouched, name, moment);
    });
    await through(untouched);
    await sameEnd(untouched);
    await untouched.close();
    const ofBulk = [...names].filter((name) => name.startsWith('tags-add.'));
    expect(ofBulk).toContain('tags-add.upload');
    for (const victim of ofBulk) {
      const pipeline = await installed(smallShop({ customers: 20 }));
      let struck = false;
      onStep(async (name, moment) => {
        await sendInBulk(pipeline, name, moment);
        if (struck || name !== victim || moment !== 'after') return;
        struck = true;
        throw new Killed(victim);
      });
      await through(pipeline);
      onStep(undefined);
      expect(struck, victim).toBe(true);
      await sameEnd(pipeline);
      await pipeline.close();
    }
  }, 240_000);
});

/** Makes the plan one that is sent in bulk, as that of a large shop would be. */
async function sendInBulk({ shop }: Pipeline, name: string, moment: string): Promise<void> {
  if (name !== 'plan.begin' || moment !== 'after') return;
  const run = await latestWriteRun(shop.id);
  if (run === null) return;
  const bulk = { 'metafields-set': 1, 'tags-add': 2 };
  const plan = { ...run.plan, transport: { direct: [], bulk, seconds: 1 } };
  await updateWriteRun(shop.id, run.id, { plan });
}
