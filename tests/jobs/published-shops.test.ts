import { basename, join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { sqlInShop } from '#app/db.server.ts';
import { env } from '#app/env.server.ts';
import { closeQueue, enqueue } from '#app/jobs/queue.server.ts';
import { scoreCustomers } from '#app/jobs/score-customers.server.ts';
import { simulate } from '#app/jobs/simulate.server.ts';
import { customerAccount } from '#app/models/customer-account.server.ts';
import { countCycleStates } from '#app/models/cycle-counts.server.ts';
import { fallenValuable } from '#app/models/movers.server.ts';
import { storedMoves } from '#app/models/moves.server.ts';
import { segmentReach } from '#app/models/reach.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { readSettings, type SettingsPatch } from '#app/models/settings.server.ts';
import { askSimulation, simulationState } from '#app/models/simulations.server.ts';
import { formatDay, parseDay, type Day } from '#app/rfm/calendar.ts';
import { directionOf } from '#app/rfm/moves.ts';
import { cycleDays, type Cycle } from '#app/rfm/purchase-cycle.ts';
import { TEN_SEGMENTS } from '#app/rfm/schemes.ts';
import type { Simulated } from '#app/rfm/simulated.ts';
import { readOrderCsv } from '#tests/fake-shopify/order-csv.ts';
import { shopFromExport } from '#tests/fake-shopify/order-csv-shop.ts';
import { PLANS } from '#tests/fake-shopify/store.ts';
import { oracleShopGaps, oracleState } from '#tests/rfm/cycle-oracle.ts';
import { testDatabase } from '#tests/support/database.ts';
import { expectedAccount, expectedDays, expectedMoves, expectedScores, movesIn } from './expected.ts';
import { decide, drain, installed, runPipeline, type Pipeline } from './pipeline.ts';

const dir = process.env['REFERENCE_DIR'];
if (dir) testDatabase();
afterEach(() => void Object.assign(env, { AS_OF_DAY: undefined }));
afterAll(() => closeQueue(1));

/** Each is scored as of a first day, of one a month later, and of one two days after that. */
const SHOPS = [
  { file: 'cdnow-sample-orders.csv.gz', timeZone: 'UTC', first: '1997-09-30' },
  { file: 'online-retail-orders.csv.gz', timeZone: 'Europe/London', first: '2011-09-09' },
] as const;
const LATER = [30, 32];
const CYCLES: Cycle[] = [
  { length: 45, unit: 'days' },
  { length: 3, unit: 'months' },
];

type Where = { r: number; f: number; m: number; segment: string };

describe.skipIf(!dir)('given the real orders of a shop (skipped without REFERENCE_DIR)', () => {
  it.each(SHOPS)(
    'when $file is imported and followed, then reconciliation, reach, cycle, moves and plans are what slow computations say',
    async ({ file, timeZone, first }) => {
      const pipeline = await shopOf(join(dir ?? '', 'data', file), timeZone);
      const { fake, shop } = pipeline;
      const days = [0, ...LATER].map((later) => parseDay(first) + later);
      const [day = 0, , last = 0] = days;
      const ends = new Map<Day, Map<number, Where>>();

      on(day);
      await runPipeline(pipeline);
      const run = (await latestRun(shop.id))!;
      const { scores } = expectedScores(fake, day);
      expect(await storedOf(pipeline)).toEqual(byNumber(scores));
      expect(await customerAccount(shop.id)).toEqual(await expectedAccount(fake, null));
      await reachIsCounted(pipeline, byNumber(scores));
      await cycleIsCounted(pipeline, day);
      ends.set(day, byNumber(scores));

      for (const later of days.slice(1)) {
        on(later);
        await enqueue(scoreCustomers, { shopId: shop.id, generation: shop.generation });
        await drain();
        const now = (await latestRun(shop.id))!;
        // After a month everyone is scored anew; two days later the cut points of then still hold.
        const fresh = now.ranOn === later;
        expect(fresh).toBe(later === days[1]);
        const method = run.frequencyMethod;
        const told = expectedScores(fake, later, fresh ? { method } : { method, cutPoints: now.cutPoints });
        ends.set(later, byNumber(told.scores));
        expect(await storedOf(pipeline)).toEqual(ends.get(later));
      }
      for (const from of days) {
        for (const to of days.filter((one) => one > from)) {
          await movesAreCounted(pipeline, { from, to }, ends.get(from)!, ends.get(to)!);
        }
      }

      const before = ends.get(last)!;
      const past = await worked(pipeline, {}, day - 40);
      const then = expectedScores(fake, day - 40, { method: run.frequencyMethod }).scores;
      expect(movesIn(past.edges)).toEqual(expectedMoves(segments(byNumber(then)), segments(before)));
      const wish: SettingsPatch = { windowDays: 150 };
      const shown = await worked(pipeline, wish);
      await decide(shop.id, wish);
      await enqueue(scoreCustomers, { shopId: shop.id, generation: shop.generation });
      await drain();
      const narrowed = expectedScores(fake, last, { method: run.frequencyMethod, windowDays: 150 }).scores;
      expect(await storedOf(pipeline)).toEqual(byNumber(narrowed));
      expect(movesIn(shown.edges)).toEqual(expectedMoves(segments(before), segments(byNumber(narrowed))));
      await pipeline.close();
    },
    300_000,
  );
});

/** Scores are as of this day from now on. */
function on(day: Day): void {
  Object.assign(env, { AS_OF_DAY: formatDay(day) });
}

/** The shop of an export, with consents of every kind; of each order one line is enough here. */
async function shopOf(path: string, timeZone: string): Promise<Pipeline> {
  const { orders, ...exported } = await readOrderCsv(path);
  const short = orders.map((order) => ({ ...order, lines: order.lines.slice(0, 1) }));
  const fake = shopFromExport(
    { ...exported, orders: short },
    {
      domain: `${basename(path, '-orders.csv.gz')}.myshopify.com`,
      name: 'Published',
      timeZone,
      plan: PLANS.plus,
    },
  );
  for (const [place, customer] of [...fake.customers.values()].entries()) {
    const email = (['SUBSCRIBED', 'NOT_SUBSCRIBED', 'UNSUBSCRIBED', 'PENDING'] as const)[place % 4]!;
    customer.emailState = email;
    if (place % 3 === 0) {
      customer.phone = `+1555${1_000_000 + place}`;
      customer.smsState = place % 2 === 0 ? 'SUBSCRIBED' : 'NOT_SUBSCRIBED';
    }
  }
  return installed(fake);
}

async function storedOf({ shop }: Pipeline): Promise<Map<number, Where>> {
  const { rows } = await sqlInShop(shop.id, (client) =>
    client.query<Where & { id: number }>(
      'select customer_id as id, r, f, m, segment from scores where shop_id = $1 and segment is not null',
      [shop.id],
    ),
  );
  return new Map(rows.map(({ id, ...where }) => [id, where]));
}

function byNumber(scores: ReadonlyMap<string, Where>): Map<number, Where> {
  return new Map([...scores].map(([id, { r, f, m, segment }]) => [Number(id), { r, f, m, segment }]));
}

const segments = (scores: ReadonlyMap<number, Where>): Map<number, string> =>
  new Map([...scores].map(([id, { segment }]) => [id, segment]));

async function reachIsCounted({ fake, shop }: Pipeline, scores: ReadonlyMap<number, Where>): Promise<void> {
  for (const slug of TEN_SEGMENTS.segments) {
    const those = [...fake.customers.values()].filter(({ id }) => scores.get(id)?.segment === slug);
    const numbers = those.filter(({ phone }) => phone !== null);
    const agreed = (states: string[]) => states.filter((state) => state === 'SUBSCRIBED').length;
    const [emails, sms] = [
      those.map(({ emailState }) => emailState),
      numbers.map(({ smsState }) => smsState),
    ];
    expect({ slug, ...(await segmentReach(shop.id, slug)) }).toEqual({
      slug,
      customers: those.length,
      unknown: 0,
      email: { agreed: agreed(emails), notAgreed: those.length - agreed(emails) },
      sms: { agreed: agreed(sms), notAgreed: numbers.length - agreed(sms) },
      phone: numbers.length,
    });
  }
}

async function cycleIsCounted({ fake, shop }: Pipeline, asOf: Day): Promise<void> {
  const customers = expectedDays(fake, asOf);
  const gaps = new Map([...customers].map(([id, customer]) => [id, customer.days]));
  expect((await latestRun(shop.id))!.summary.gaps).toEqual(oracleShopGaps(gaps, asOf));
  for (const cycle of CYCLES) {
    for (const { state, customers: counted, repeat, monetary } of await countCycleStates(
      shop.id,
      cycleDays(cycle, asOf),
    )) {
      if (state === 'no-order') continue;
      const those = [...customers.values()].filter(
        (each) => oracleState(Math.max(...each.days), cycle, asOf) === state,
      );
      expect({ state, counted, repeat, monetary }).toEqual({
        state,
        counted: those.length,
        repeat: those.filter((each) => each.days.length > 1).length,
        monetary: those.reduce((sum, each) => sum + each.monetary, 0),
      });
    }
  }
}

async function movesAreCounted(
  { shop }: Pipeline,
  between: { from: Day; to: Day },
  before: ReadonlyMap<number, Where>,
  after: ReadonlyMap<number, Where>,
): Promise<void> {
  const { edges } = await storedMoves(shop.id, TEN_SEGMENTS, between);
  expect(movesIn(edges)).toEqual(expectedMoves(segments(before), segments(after)));
  const fell = [...before].filter(([id, was]) => {
    const is = after.get(id);
    const valuable = Math.max(was.m, is?.m ?? 0) >= 4;
    return valuable && directionOf(TEN_SEGMENTS, was.segment, is?.segment ?? null) === 'worse';
  });
  const page = await fallenValuable(shop.id, TEN_SEGMENTS, between, {
    sort: 'monetary',
    cursor: null,
    limit: 20_000,
  });
  expect(new Set(page.rows.map(({ customerId }) => customerId))).toEqual(new Set(fell.map(([id]) => id)));
}

async function worked(pipeline: Pipeline, wish: SettingsPatch, asOf: Day | null = null): Promise<Simulated> {
  const { shop } = pipeline;
  const { version } = await readSettings(shop.id);
  const number = await askSimulation(shop.id, { version, wish, asOf });
  await enqueue(simulate, { shopId: shop.id, generation: shop.generation });
  await drain();
  const state = await simulationState(shop.id, number);
  if (state.at !== 'done') throw new Error(`the simulation is ${state.at}`);
  return state.result;
}
