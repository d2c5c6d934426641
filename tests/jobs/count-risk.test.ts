import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countRisk, riskForPage, riskOf } from '#app/jobs/count-risk.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { readSettings, type SettingsPatch } from '#app/models/settings.server.ts';
import { formatDay, parseDay } from '#app/rfm/calendar.ts';
import { testDatabase } from '#tests/support/database.ts';
import { expectedScores, ordersOf } from './expected.ts';
import { decide, drain, installed, runPipeline, smallShop, type Pipeline } from './pipeline.ts';
import { oracleCounted } from '#tests/rfm/oracle.ts';

const databaseUrl = testDatabase();
let database: Client;
beforeAll(async () => {
  database = new Client(databaseUrl);
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await closeQueue(1);
});

const look = async ({ shop }: Pipeline) =>
  riskOf(shop.id, (await latestRun(shop.id))!, await readSettings(shop.id));

/** Has it counted as Home does. */
async function openHome({ shop }: Pipeline): Promise<void> {
  const payload = { shopId: shop.id, generation: shop.generation };
  await riskForPage(payload, (await latestRun(shop.id))!, await readSettings(shop.id));
  await drain();
}

/**
 * The slow answer: every customer's counted orders, one by one.
 * @param atRisk whether a last order so many days ago, on that day, is about to lapse or lapsed less than a cycle ago
 */
function expectedRisk(
  { fake }: Pipeline,
  asOf: number,
  method: 'all-customers' | 'repeat-customers',
  atRisk: (days: number, last: number) => boolean,
) {
  const { timeZone, currency } = fake;
  const counted = oracleCounted(ordersOf(fake), { asOf: formatDay(asOf), timeZone, currency });
  let customers = 0;
  let monetary = 0;
  for (const [id, { m, recencyDays }] of expectedScores(fake, asOf, { method }).scores) {
    const last = asOf - recencyDays;
    if (m < 4 || !atRisk(recencyDays, last)) continue;
    customers += 1;
    for (const one of counted) if (one.customer === id && one.day > last - 365) monetary += one.amount;
  }
  return { customers, monetary };
}

describe('given valuable customers, some about to lapse and some lapsed', () => {
  it('then the revenue at risk is what the slow count finds, for a cycle in days and one in months', async () => {
    const pipeline = await installed(smallShop({ customers: 150 }));
    const { shop } = pipeline;
    await runPipeline(pipeline);
    const { asOf, frequencyMethod } = (await latestRun(shop.id))!;
    /** The same day some months later, or the last of that month, by text. */
    const monthsAfter = (day: number, months: number): number => {
      const [year, month, date] = formatDay(day).split('-').map(Number) as [number, number, number];
      const end = new Date(Date.UTC(year, month - 1 + months + 1, 0));
      return parseDay(end.toISOString().slice(0, 10)) - end.getUTCDate() + Math.min(date, end.getUTCDate());
    };
    type Holds = (days: number, last: number) => boolean;
    const cycles: [patch: SettingsPatch, atRisk: Holds, lapsed: Holds][] = [
      [
        { cycleLength: 60, cycleUnit: 'days' },
        (days) => days < 120 && ((days * 3 >= 120 && days * 2 > 60) || days >= 60),
        (days) => days >= 60,
      ],
      [
        { cycleLength: 6, cycleUnit: 'months' },
        (_, last) =>
          asOf < monthsAfter(last, 12) && asOf >= monthsAfter(last, 4) && asOf > monthsAfter(last, 3),
        (_, last) => asOf >= monthsAfter(last, 6),
      ],
    ];
    const scores = [...expectedScores(pipeline.fake, asOf, { method: frequencyMethod }).scores.values()];
    for (const [patch, atRisk, lapsed] of cycles) {
      await decide(shop.id, patch);
      expect(await look(pipeline)).toMatchObject({ counted: null, due: true });
      await openHome(pipeline);
      const { counted, due } = await look(pipeline);
      const expected = expectedRisk(pipeline, asOf, frequencyMethod, atRisk);
      expect(expected.customers).toBeGreaterThan(3);
      const again = scores.filter(
        ({ frequency, recencyDays }) => frequency > 1 && !lapsed(recencyDays, asOf - recencyDays),
      );
      expect(counted?.again).toEqual({ customers: again.length, of: scores.length });
      expect([counted, due]).toEqual([expect.objectContaining(expected), false]);
    }
    await pipeline.close();
  });

  it('when the day, the run or an hour passes, then it is counted again; the number of before stays until then', async () => {
    const pipeline = await installed(smallShop({ customers: 60 }));
    const { shop } = pipeline;
    await runPipeline(pipeline);
    await decide(shop.id, { cycleLength: 90, cycleUnit: 'days' });
    await openHome(pipeline);
    const first = await look(pipeline);
    expect(first.due).toBe(false);
    for (const change of [
      `update home set revenue_at_risk = revenue_at_risk || '{"runId": 0}'`,
      `update home set revenue_at_risk = revenue_at_risk || '{"asOf": 1}'`,
      `update home set revenue_at_risk = revenue_at_risk || jsonb_build_object('at', (revenue_at_risk ->> 'at')::int8 - 3600000)`,
    ]) {
      await database.query(change);
      const later = await look(pipeline);
      expect([later.due, later.counted?.monetary]).toEqual([true, first.counted?.monetary]);
      await openHome(pipeline);
      expect((await look(pipeline)).due).toBe(false);
    }
    await pipeline.close();
  });

  it('when too few customers came back and no cycle was set, then nothing is counted, and Home knows why', async () => {
    const pipeline = await installed(smallShop({ customers: 20 }));
    const { shop } = pipeline;
    await runPipeline(pipeline);
    const { cycle, cameBack, counted, due } = await look(pipeline);
    expect([cycle, counted, due]).toEqual([null, null, false]);
    expect(cameBack).toBeLessThan(30);
    const context = { shop, admin: undefined as never, signal: new AbortController().signal };
    expect(await countRisk.run({ shopId: shop.id, generation: shop.generation }, context)).toBe('nothing');
    await pipeline.close();
  });
});
