import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { databaseNow, inShop, sqlInShop } from '#app/db.server.ts';
import { closeQueue, enqueue } from '#app/jobs/queue.server.ts';
import { scoreCustomers } from '#app/jobs/score-customers.server.ts';
import { simulate } from '#app/jobs/simulate.server.ts';
import { onStep } from '#app/jobs/step.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { readSettings, type SettingsPatch } from '#app/models/settings.server.ts';
import { askSimulation, simulationState } from '#app/models/simulations.server.ts';
import { latestWriteRun } from '#app/models/write-runs.server.ts';
import type { Day } from '#app/rfm/calendar.ts';
import type { Simulated } from '#app/rfm/simulated.ts';
import { placeOrder } from '#tests/fake-shopify/store-orders.ts';
import { testDatabase } from '#tests/support/database.ts';
import { expectedMoves, expectedScores, movesIn } from './expected.ts';
import { OWN_SCHEME } from './own-scheme-shop.ts';
import { decide, drain, installed, lookAgain, runPipeline, smallShop, type Pipeline } from './pipeline.ts';

testDatabase();
afterEach(() => onStep(undefined));
afterAll(() => closeQueue(1));

const payload = ({ shop }: Pipeline) => ({ shopId: shop.id, generation: shop.generation });

/** A shop that is imported, scored and written. */
async function written(shop: Parameters<typeof smallShop>[0] = { customers: 150 }): Promise<Pipeline> {
  const pipeline = await installed(smallShop(shop));
  await runPipeline(pipeline);
  await decide(pipeline.shop.id, { writeBack: 'on' });
  await enqueue(scoreCustomers, payload(pipeline));
  await drain();
  return pipeline;
}

async function ask(pipeline: Pipeline, wish: SettingsPatch, asOf: Day | null = null): Promise<number> {
  const { version } = await readSettings(pipeline.shop.id);
  const number = await askSimulation(pipeline.shop.id, { version, wish, asOf });
  await enqueue(simulate, payload(pipeline));
  return number;
}

async function worked(pipeline: Pipeline, wish: SettingsPatch, asOf: Day | null = null): Promise<Simulated> {
  const number = await ask(pipeline, wish, asOf);
  await drain();
  const state = await simulationState(pipeline.shop.id, number);
  if (state.at !== 'done') throw new Error(`the simulation is ${state.at}`);
  return state.result;
}

/** The stored segment of each customer, null = unscored. */
async function segments({ shop }: Pipeline): Promise<Map<number, string | null>> {
  const rows = await inShop(shop.id, (db) => db.score.findMany({ where: { shopId: shop.id } }));
  return new Map(rows.map(({ customerId, segment }) => [Number(customerId), segment]));
}

/** Everything that is stored of scores, runs, settings and writes. */
async function stored({ shop }: Pipeline): Promise<unknown> {
  return sqlInShop(shop.id, async (client) => {
    const all: unknown[] = [];
    for (const table of ['scores', 'score_runs', 'settings', 'segment_changes', 'writes', 'written'])
      all.push((await client.query(`select * from ${table} order by 1, 2, 3`)).rows);
    return all;
  });
}

describe('a change of the settings, before it is saved', () => {
  const companies = { customers: 400, shares: { company: 0.4, inStore: 0.6 } };
  it.each<[string, SettingsPatch, Parameters<typeof smallShop>[0]?]>([
    ['a window of days', { windowDays: 120 }],
    ['another way to score frequency', { frequencyMethod: 'all-customers', methodChosenBy: 'merchant' }],
    ['other orders counted', { countUnpaid: true, countCancelled: true, countZero: true }],
    ['cut points of the merchant', { ownCutPoints: { r: [300, 120, 45, 10], m: [2000, 5000, 9000, 20000] } }],
    ['another prefix', { tagPrefix: 'group' }],
    ['six groups', { scheme: 'six' }],
    ['Shopify’s groups', { scheme: 'eleven' }],
    ['value tiers', { scheme: 'tiers' }],
    ['companies scored with everyone else', { companiesApart: false }, companies],
    ['those at the till apart', { tillApart: true }, companies],
    ['a scheme of the merchant', { scheme: 'own', ownScheme: OWN_SCHEME }],
  ])('given %s, then saving it moves and writes exactly what was shown', async (_, wish, shopOf) => {
    const pipeline = await written(shopOf);
    // Cut points age: a change that scores nobody anew must not show what fresh ones would.
    await inShop(
      pipeline.shop.id,
      (db) => db.$executeRaw`update score_runs
      set cut_points = jsonb_set(cut_points, '{f}', '[3, 4, 5, 6]')`,
    );
    const [before, was] = [await segments(pipeline), await stored(pipeline)];
    const shown = await worked(pipeline, wish);
    expect(await stored(pipeline)).toEqual(was);

    await decide(pipeline.shop.id, wish);
    await enqueue(scoreCustomers, payload(pipeline));
    await drain();
    expect(movesIn(shown.edges)).toEqual(expectedMoves(before, await segments(pipeline)));
    const { shop } = pipeline;
    const run = await latestWriteRun(shop.id);
    const { customers, byKind, points } = run?.plan ?? {};
    expect({ customers, byKind, points }).toEqual({
      customers: shown.plan?.customers,
      byKind: shown.plan?.byKind,
      points: shown.plan?.points,
    });
    expect(customers).toBeGreaterThan(0);
    await pipeline.close();
  });

  it('given nothing that matters, then nobody moves and nothing is written', async () => {
    const pipeline = await written();
    const { edges, plan } = await worked(pipeline, { countTest: false });
    expect(edges.filter(({ before, after }) => before !== after)).toEqual([]);
    expect(plan).toMatchObject({ customers: 0, points: 0 });
    await pipeline.close();
  });

  it('given settings that were saved, or another wish, meanwhile, then the first one is outdated', async () => {
    const pipeline = await written();
    const { shop } = pipeline;
    const saved = await ask(pipeline, { windowDays: 90 });
    await decide(shop.id, { countTest: true });
    await drain();
    expect(await simulationState(shop.id, saved)).toEqual({ at: 'outdated' });
    const first = await ask(pipeline, { windowDays: 90 });
    const second = await ask(pipeline, { windowDays: 200 });
    expect(await simulationState(shop.id, second)).toEqual({ at: 'asked' });
    await drain();
    expect(await simulationState(shop.id, first)).toEqual({ at: 'outdated' });
    expect(await simulationState(shop.id, second)).toMatchObject({ at: 'done' });
    await pipeline.close();
  });

  it('given one that fails every time, then it says so, and one that nobody works on fails after ten minutes', async () => {
    const pipeline = await written();
    const { shop } = pipeline;
    const number = await ask(pipeline, { windowDays: 90 });
    await simulate.gaveUp?.(payload(pipeline), 'the reason');
    expect(await simulationState(shop.id, number)).toEqual({ at: 'failed' });
    const late = await ask(pipeline, { windowDays: 90 });
    await inShop(
      shop.id,
      (db) => db.$executeRaw`update simulations set asked_at = asked_at - interval '11 minutes'`,
    );
    expect(await simulationState(shop.id, late)).toEqual({ at: 'failed' });
    await pipeline.close();
  });

  it('given orders that came since the scores, then it counts with them', async () => {
    const pipeline = await written();
    const { fake, shop } = pipeline;
    const lapsed = [...(await segments(pipeline))].find(([, segment]) => segment === 'hibernating')?.[0] ?? 0;
    placeOrder(fake, { customerId: lapsed, total: 12_300, createdAt: await databaseNow() });
    await decide(shop.id, { writeBack: 'off' });
    await lookAgain(pipeline);
    const before = await segments(pipeline);
    const shown = await worked(pipeline, { windowDays: 200 });
    await decide(shop.id, { windowDays: 200 });
    await enqueue(scoreCustomers, payload(pipeline));
    await drain();
    expect(movesIn(shown.edges)).toEqual(expectedMoves(before, await segments(pipeline)));
    await pipeline.close();
  });
});

describe('the scores of a past day', () => {
  it('given any day, also before the first order, then they are what the slow oracle says of it', async () => {
    const pipeline = await written();
    const { fake, shop } = pipeline;
    const run = await latestRun(shop.id);
    if (run === null) throw new Error('nothing was scored');
    const was = await stored(pipeline);
    const now = await segments(pipeline);
    for (const ago of [1, 30, 200, 4000]) {
      const day = run.asOf - ago;
      const { edges, plan } = await worked(pipeline, {}, day);
      const { scores } = expectedScores(fake, day, { method: run.frequencyMethod });
      const then = new Map([...scores].map(([id, { segment }]) => [Number(id), segment]));
      expect(movesIn(edges)).toEqual(expectedMoves(then, now));
      expect(plan).toBeNull();
    }
    expect(await stored(pipeline)).toEqual(was);
    await pipeline.close();
  });
});
