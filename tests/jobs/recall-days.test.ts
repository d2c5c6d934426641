import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { closeQueue, enqueue } from '#app/jobs/queue.server.ts';
import { recallDays, recalled, recalledForPage } from '#app/jobs/recall-days.server.ts';
import { scoreCustomers } from '#app/jobs/score-customers.server.ts';
import { onStep } from '#app/jobs/step.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { readSettings } from '#app/models/settings.server.ts';
import { basisOf, shopDays } from '#app/models/shop-days.server.ts';
import { formatDay } from '#app/rfm/calendar.ts';
import { dayFigures, type DayFigures } from '#app/rfm/day-figures.ts';
import type { FakeShop } from '#tests/fake-shopify/store.ts';
import { cancelOrder } from '#tests/fake-shopify/store-orders.ts';
import { testDatabase } from '#tests/support/database.ts';
import { expectedScores } from './expected.ts';
import { decide, drain, installed, lookAgain, runPipeline, smallShop, type Pipeline } from './pipeline.ts';

const databaseUrl = testDatabase();
let database: Client;
beforeAll(async () => {
  database = new Client(databaseUrl);
  await database.connect();
});
afterEach(() => onStep(undefined));
afterAll(async () => {
  await database.end();
  await closeQueue(1);
});

/** The slow oracle's figures of a day; with a cycle in days also who bought again within it. */
function expectedFigures(
  fake: FakeShop,
  day: number,
  more: Parameters<typeof expectedScores>[2],
  cycle: number | null = null,
): DayFigures {
  const scores = [...expectedScores(fake, day, more).scores.values()];
  const again = cycle !== null && {
    cycle: `${cycle} days`,
    customers: scores.filter(({ frequency, recencyDays }) => frequency > 1 && recencyDays < cycle).length,
    of: expectedScores(fake, day).scores.size,
  };
  return {
    ...(again && { again }),
    scored: scores.length,
    oneTime: scores.filter(({ frequency }) => frequency === 1).length,
    orders: scores.reduce((sum, { frequency }) => sum + frequency, 0),
    monetary: scores.reduce((sum, { monetary }) => sum + monetary, 0),
    highTier: scores.filter(({ r, f, m }) => r + f + m >= 12).length,
  };
}

async function look({ shop }: Pipeline) {
  const run = (await latestRun(shop.id))!;
  return { run, ...(await recalled(shop.id, run, await readSettings(shop.id))) };
}

/** Has the figures of earlier days reckoned as Home does. */
async function openHome({ shop }: Pipeline): Promise<void> {
  const run = (await latestRun(shop.id))!;
  await recalledForPage({ shopId: shop.id, generation: shop.generation }, run, await readSettings(shop.id));
  await drain();
}

describe('given a shop with a history from before the app was there', () => {
  it('when Home is opened, then each earlier day has the figures the slow oracle finds for it', async () => {
    const pipeline = await installed(smallShop({ customers: 100, timeZone: 'Pacific/Auckland' }));
    const { fake } = pipeline;
    await runPipeline(pipeline);
    await decide(pipeline.shop.id, { cycleLength: 60, cycleUnit: 'days' });
    const first = await look(pipeline);
    // Nobody looked yet: nothing was reckoned, and nothing of it delayed the first scores.
    expect(first.missing.length).toBeGreaterThan(10);
    await openHome(pipeline);
    const { known, missing, run, before, months } = await look(pipeline);
    expect(missing).toEqual([]);
    expect([...known.keys()].toSorted((a, b) => a - b)).toEqual(
      [...new Set([...months, before!])].toSorted((a, b) => a - b),
    );
    const method = run.frequencyMethod;
    for (const [day, figures] of known) {
      expect([formatDay(day), figures]).toEqual([formatDay(day), expectedFigures(fake, day, { method }, 60)]);
    }
    await decide(pipeline.shop.id, { cycleLength: 35 });
    const other = await look(pipeline);
    expect(other.missing).toHaveLength(known.size);
    for (const [day, figures] of other.known) expect(figures).toEqual(expectedFigures(fake, day, { method }));
    await openHome(pipeline);
    for (const [day, figures] of (await look(pipeline)).known) {
      expect([formatDay(day), figures]).toEqual([formatDay(day), expectedFigures(fake, day, { method }, 35)]);
    }
    const today = await shopDays(pipeline.shop.id, basisOf(run), [run.asOf]);
    expect(today.get(run.asOf)).toEqual(expectedFigures(fake, run.asOf, { method }));
    await pipeline.close();
  });

  it('when the window and the cut points change, then earlier days are reckoned anew, and until then none is compared with', async () => {
    const pipeline = await installed(smallShop({ customers: 80 }));
    const { shop, fake } = pipeline;
    await runPipeline(pipeline);
    await openHome(pipeline);
    const cutPoints = { r: [70, 45, 30, 10], f: [2, 3, 4, 5], m: [2_000, 4_000, 6_000, 8_000] } as const;
    const { r, f, m } = cutPoints;
    await decide(shop.id, {
      windowDays: 90,
      cycleLength: 60,
      cycleUnit: 'days',
      ownCutPoints: { r: [...r], f: [...f], m: [...m] },
    });
    // The new scores are on their way: what is known rests on the old window still, and nothing is begun.
    expect((await look(pipeline)).missing).toEqual([]);
    await enqueue(scoreCustomers, { shopId: shop.id, generation: shop.generation });
    await drain();
    const { known, missing } = await look(pipeline);
    expect(known.size).toBe(0);
    expect(missing.length).toBeGreaterThan(10);
    await openHome(pipeline);
    const after = await look(pipeline);
    const more = {
      method: after.run.frequencyMethod,
      windowDays: 90,
      cutPoints: { r: [...r], f: [...f], m: [...m] },
    };
    for (const [day, figures] of after.known) {
      expect([formatDay(day), figures]).toEqual([formatDay(day), expectedFigures(fake, day, more, 60)]);
    }
    expect(after.known.size).toBeGreaterThan(10);
    await pipeline.close();
  });

  it('when the worker dies in the middle, then what was kept stays, and the rest follows', async () => {
    const pipeline = await installed(smallShop({ customers: 40 }));
    const { shop } = pipeline;
    await runPipeline(pipeline);
    const { missing } = await look(pipeline);
    let kept = 0;
    onStep((name, moment) => {
      if (name !== 'recall.keep' || moment !== 'after') return;
      kept += 1;
      if (kept === 3) throw new Error('killed');
    });
    await enqueue(recallDays, { shopId: shop.id, generation: shop.generation });
    await drain({ until: () => kept === 3, onCrash: () => undefined });
    onStep(undefined);
    const half = await look(pipeline);
    const latestFirst = (days: number[]) => days.toSorted((a, b) => b - a);
    expect(latestFirst(half.missing)).toEqual(latestFirst(missing).slice(3));
    await openHome(pipeline);
    expect((await look(pipeline)).missing).toEqual([]);
    await pipeline.close();
  });

  it('when only the last 60 days could be read, then no earlier day is made up from them', async () => {
    const pipeline = await installed(smallShop({ customers: 40 }));
    await runPipeline(pipeline);
    await database.query('update imports set limited_history = true where shop_id = $1', [pipeline.shop.id]);
    expect((await look(pipeline)).missing).toEqual([]);
    await pipeline.close();
  });
});

describe('given scores that follow the orders', () => {
  it('when orders change in the course of a day, then its figures are those of its last summary', async () => {
    const pipeline = await installed(smallShop({ customers: 60 }));
    const { shop, fake } = pipeline;
    await runPipeline(pipeline);
    const one = [...fake.orders.values()].find(
      ({ customerId, test, cancelledAt, financialStatus }) =>
        customerId !== null && !test && cancelledAt === null && financialStatus === 'PAID',
    );
    const before = (await latestRun(shop.id))!;
    cancelOrder(fake, one!.id, Date.now());
    await lookAgain(pipeline);
    const run = (await latestRun(shop.id))!;
    expect(run.summary.orders).toBe(before.summary.orders - 1);
    const days = await shopDays(shop.id, basisOf(run), [run.asOf]);
    expect(days.get(run.asOf)).toEqual(dayFigures(run.summary));
    const { scored, oneTime, orders, monetary } = expectedFigures(fake, run.asOf, {
      method: run.frequencyMethod,
    });
    expect(days.get(run.asOf)).toMatchObject({ scored, oneTime, orders, monetary });
    await pipeline.close();
  });
});
