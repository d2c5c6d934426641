import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { onStep } from '#app/jobs/step.server.ts';
import { latestImport } from '#app/models/imports.server.ts';
import { latestWriteRun, updateWriteRun } from '#app/models/write-runs.server.ts';
import { testDatabase } from '#tests/support/database.ts';
import { bearDeath, diesAfterEach } from './deaths.ts';
import { expectedLines, heldLines } from './expected.ts';
import { decide, installed, runPipeline, smallShop, type Pipeline } from './pipeline.ts';

testDatabase();
afterEach(() => onStep(undefined));
afterAll(() => closeQueue(1));

/** Shops over which the deaths are spread. */
const SHOPS = 12;

async function through(pipeline: Pipeline): Promise<void> {
  await decide(pipeline.shop.id, { writeBack: 'on' });
  await runPipeline(pipeline, { onCrash: bearDeath });
}

async function sameEnd(pipeline: Pipeline): Promise<void> {
  expect(await latestImport(pipeline.shop.id)).toMatchObject({ phase: 'done', problem: null });
  expect(await latestWriteRun(pipeline.shop.id)).toMatchObject({ state: 'done' });
  expect(heldLines(pipeline.fake)).toEqual(await expectedLines(pipeline.fake));
}

/**
 * What comes only if Shopify is still at work when the app looks, which no run can promise: the time is read, and how
 * far Shopify is gets noted. Every run dies once after the look before it, too.
 */
const STILL_AT_WORK = /^(orders|details|customers|tags-\w+|metafields-\w+)\.(clock|progress)$/;

type Hook = (name: string, moment: 'before' | 'after') => void | Promise<void>;

/** Runs everything without a crash and returns the steps every run takes, in the order of their first time. */
async function stepsTaken(meanwhile: (pipeline: Pipeline) => Hook): Promise<string[]> {
  const names = new Set<string>();
  const pipeline = await installed(smallShop({ customers: 20 }));
  const hook = meanwhile(pipeline);
  onStep((name, moment) => {
    names.add(name);
    return hook(name, moment);
  });
  await through(pipeline);
  await sameEnd(pipeline);
  await pipeline.close();
  return [...names].filter((name) => !STILL_AT_WORK.test(name));
}

/** Dies once after each of the victims; every shop must end as if nothing had happened. */
async function diesInShops(
  victims: readonly string[],
  meanwhile: (pipeline: Pipeline) => Hook,
  check: (pipeline: Pipeline, deaths: string) => void,
): Promise<void> {
  await diesAfterEach(victims, SHOPS, async (kill, deaths) => {
    const pipeline = await installed(smallShop({ customers: 20 }));
    const hook = meanwhile(pipeline);
    onStep(async (name, moment) => {
      await hook(name, moment);
      await kill(name, moment);
    });
    await through(pipeline);
    onStep(undefined);
    await sameEnd(pipeline);
    check(pipeline, deaths);
    await pipeline.close();
  });
}

describe('given a worker that is killed anywhere', () => {
  it('P1: when it dies after any step of import, scoring or writing, then the end is the same and no export ran twice', async () => {
    const names = await stepsTaken(() => () => {});
    expect(names.length).toBeGreaterThan(40);
    await diesInShops(
      names,
      () => () => {},
      ({ shopify }, deaths) => expect(shopify.calls.of('bulkOperationRunQuery'), deaths).toHaveLength(3),
    );
  }, 300_000);

  it('P1: when it dies after any step of a write-back in bulk, then the end is the same', async () => {
    const names = await stepsTaken(sendInBulk);
    const ofBulk = names.filter((name) => /^(tags-add|metafields-set)\./.test(name));
    expect(ofBulk).toContain('tags-add.upload');
    await diesInShops(ofBulk, sendInBulk, () => {});
  }, 300_000);
});

/** Makes the plan one that is sent in bulk, as that of a large shop would be. */
function sendInBulk({ shop }: Pipeline): Hook {
  return async (name, moment) => {
    if (name !== 'plan.begin' || moment !== 'after') return;
    const run = await latestWriteRun(shop.id);
    if (run === null) return;
    const bulk = { 'metafields-set': 1, 'tags-add': 2 };
    const plan = { ...run.plan, transport: { direct: [], bulk, seconds: 1 } };
    await updateWriteRun(shop.id, run.id, { plan });
  };
}
