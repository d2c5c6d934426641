import * as fc from 'fast-check';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { edgeMovers, fallenValuable, type Mover, type Reading } from '#app/models/movers.server.ts';
import { scoreHistory, storedMoves } from '#app/models/moves.server.ts';
import { formatDay } from '#app/rfm/calendar.ts';
import { directionOf, placesOf, type Place } from '#app/rfm/moves.ts';
import { segmentOf, TEN_SEGMENTS } from '#app/rfm/schemes.ts';
import type { Cause } from '#app/rfm/transitions.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';

const databaseUrl = testDatabase();
const FIRST = 20_000;
let database: Client;

beforeAll(async () => {
  database = new Client(databaseUrl);
  await database.connect();
});
afterAll(() => database.end());

/** R, F and M as digits; '000' = known and unscored. */
type Scores = string;
/** What happens to a customer in a run of a day; 'gone' = the shop no longer has it. */
type Event = { customer: number; becomes: Scores | 'gone'; cause: Cause };
/** The first run's scores, and for each day after it the runs of that day. */
type Told = { first: Scores[]; days: Event[][][] };
/** Where everybody was at the end of each day, and every move with its day, as this test itself noted them. */
type Kept = { ends: Map<number, Scores>[]; moves: (Event & { day: number; before: Place; after: Place })[] };

const scores = fc.oneof(
  { weight: 1, arbitrary: fc.constant('000') },
  { weight: 6, arbitrary: fc.stringMatching(/^[1-5]{3}$/) },
);
const event: fc.Arbitrary<Event> = fc.record({
  customer: fc.integer({ min: 0, max: 11 }),
  becomes: fc.oneof({ weight: 9, arbitrary: scores }, { weight: 1, arbitrary: fc.constant('gone' as const) }),
  cause: fc.constantFrom('order', 'time', 'correction', 'others', 'settings'),
});
const told: fc.Arbitrary<Told> = fc.record({
  first: fc.array(scores, { maxLength: 8 }),
  days: fc.array(fc.array(fc.array(event, { maxLength: 6 }), { maxLength: 2 }), {
    minLength: 1,
    maxLength: 6,
  }),
});

const placeOf = (scored: Scores | undefined): Place =>
  scored === undefined || scored === '000'
    ? null
    : segmentOf(TEN_SEGMENTS, { r: Number(scored[0]), f: Number(scored[1]), m: 1 });

/** Lives through the days in a shop of its own: notes every day's end, and stores what the app would have stored. */
async function live({ first, days }: Told): Promise<Kept & { shopId: number }> {
  const { id: shopId } = await testShop();
  const now = new Map(first.map((scored, customer) => [customer, scored]));
  const ends = [new Map(now)];
  const moves: Kept['moves'] = [];
  let run = 1;
  const last = FIRST + days.length;
  for (const [at, asOf] of [FIRST, last].entries()) {
    await database.query(
      `insert into score_runs (shop_id, id, as_of, reason, frequency_method, cut_points, order_counts, summary, currency, holds_on)
       values ($1, $2, $3, 'first', 'all-customers', '{}', '{"read": 7}', '{}', 'EUR', $3)`,
      [shopId, at === 0 ? 1 : 10_000, formatDay(asOf)],
    );
  }
  for (const [index, runs] of days.entries()) {
    for (const events of runs) {
      run += 1;
      // A run changes a customer once.
      for (const one of new Map(events.map((e) => [e.customer, e])).values()) {
        const { customer, becomes, cause } = one;
        const was = now.get(customer);
        if (becomes === 'gone') now.delete(customer);
        else now.set(customer, becomes);
        const [before, after] = [was ?? '000', now.get(customer) ?? '000'];
        if (before === after) continue;
        const day = FIRST + 1 + index;
        const why = was === undefined ? 'first' : cause;
        moves.push({ ...one, cause: why, day, before: placeOf(before), after: placeOf(after) });
        await database.query(
          `insert into segment_changes (shop_id, customer_id, run_id, day, before, after, cause, score_before, score_after)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
          [shopId, customer, run, formatDay(day), placeOf(before), placeOf(after), why, before, after],
        );
      }
    }
    ends.push(new Map(now));
  }
  for (const [customer, scored] of now) {
    const place = placeOf(scored);
    await database.query(
      `insert into scores (shop_id, customer_id, last_order_day, frequency, monetary, r, f, m, segment, since)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        shopId,
        customer,
        place === null ? null : formatDay(last - (customer % 5)),
        customer % 3,
        (customer % 4) * 100,
        ...[...scored].map(Number),
        place,
        formatDay(FIRST),
      ],
    );
  }
  return { shopId, ends, moves };
}

/** What a customer did between the ends of two days, told from the notes. */
function between({ ends, moves }: Kept, customer: number, from: number, to: number) {
  const [was, became] = [ends[from - FIRST]?.get(customer), ends[to - FIRST]?.get(customer)];
  const last = moves.findLast(
    (move) => move.customer === customer && move.day > from && move.day <= to && move.before !== move.after,
  );
  return {
    before: placeOf(was),
    after: placeOf(became),
    valuable: Number(was?.[2] ?? 0) >= 4 || Number(became?.[2] ?? 0) >= 4,
    moved: last === undefined ? null : { day: last.day, cause: last.cause },
  };
}

const everybody = ({ ends }: Kept): number[] => [...new Set(ends.flatMap((end) => [...end.keys()]))];

/** Every page of a list from the front to the end, and back again to the front. */
async function readAll(
  list: (
    reading: Reading,
  ) => Promise<{ rows: Mover[]; next: string | null; previous: string | null; total: number }>,
) {
  const sort = 'monetary';
  let page = await list({ sort, cursor: null, limit: 3 });
  const { total } = page;
  const rows = [...page.rows];
  const firsts = [page.rows];
  while (page.next !== null) {
    page = await list({ sort, cursor: page.next, limit: 3 });
    rows.push(...page.rows);
    firsts.push(page.rows);
  }
  for (const expected of firsts.toReversed().slice(1)) {
    page = await list({ sort, cursor: page.previous, limit: 3 });
    expect(page.rows).toEqual(expected);
  }
  expect(rows.length).toBe(total);
  return rows;
}

const byCustomer = (a: { customerId: number }, b: { customerId: number }): number =>
  a.customerId - b.customerId;
const pairs = (days: number): [number, number][] =>
  Array.from({ length: days }, (_, a) =>
    Array.from({ length: days - a }, (_b, b) => [FIRST + a, FIRST + a + 1 + b] as [number, number]),
  ).flat();

describe('given any history of several days, kept day by day beside the stored one', () => {
  it('then the moves between any two days, their totals and their causes are those of the days kept', async () => {
    await fc.assert(
      fc.asyncProperty(told, async (history) => {
        const kept = await live(history);
        for (const [from, to] of pairs(history.days.length)) {
          const people = everybody(kept).map((customer) => between(kept, customer, from, to));
          const moves = await storedMoves(kept.shopId, TEN_SEGMENTS, { from, to });
          const places = placesOf(TEN_SEGMENTS);
          const expected = places
            .flatMap((before) => places.map((after) => ({ before, after })))
            .filter(({ before, after }) => before !== null || after !== null)
            .map((edge) => ({
              ...edge,
              people: people.filter(({ before, after }) => before === edge.before && after === edge.after)
                .length,
            }))
            .filter((edge) => edge.people > 0);
          expect(moves.edges).toEqual(expected);
          for (const [side, day] of [
            ['before', from],
            ['after', to],
          ] as const) {
            const scored = [...kept.ends[day - FIRST]!.values()].filter((one) => one !== '000').length;
            const told = moves.edges.filter((edge) => edge[side] !== null);
            expect(told.reduce((sum, edge) => sum + edge.people, 0)).toBe(scored);
          }
          const movers = people.filter(({ before, after }) => before !== after);
          expect(moves.moved).toBe(movers.length);
          for (const { cause, people: count, better, worse } of moves.causes) {
            const same = movers.filter(({ moved }) => moved?.cause === cause);
            const towards = (direction: string) =>
              cause === 'settings'
                ? 0
                : same.filter(({ before, after }) => directionOf(TEN_SEGMENTS, before, after) === direction)
                    .length;
            expect([count, better, worse]).toEqual([same.length, towards('better'), towards('worse')]);
          }
          expect(moves.causes.reduce((sum, { people: count }) => sum + count, 0)).toBe(movers.length);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('then the people behind every move, page by page, are those of the days kept, each with the last cause', async () => {
    await fc.assert(
      fc.asyncProperty(told, async (history) => {
        const kept = await live(history);
        const last = FIRST + history.days.length;
        const now = kept.ends.at(-1)!;
        const all = pairs(history.days.length);
        for (const [from, to] of [
          all[0]!,
          all.at(-1)!,
          all[Math.floor(all.length / 2)]!,
          [FIRST, last] as const,
        ]) {
          const days = { from, to };
          const { edges } = await storedMoves(kept.shopId, TEN_SEGMENTS, days);
          for (const { before, after, people } of edges) {
            const rows = await readAll((reading) =>
              edgeMovers(kept.shopId, days, { before, after }, reading),
            );
            expect(rows.length).toBe(people);
            expect(
              rows
                .toSorted(byCustomer)
                .map(({ customerId, moved, gone, ...row }) => [
                  customerId,
                  moved,
                  gone,
                  row.before,
                  row.after,
                  `${row.r}${row.f}${row.m}`,
                ]),
            ).toEqual(
              everybody(kept)
                .map((customerId) => ({ customerId, ...between(kept, customerId, from, to) }))
                .filter((one) => one.before === before && one.after === after)
                .toSorted(byCustomer)
                .map(({ customerId, moved }) => [
                  customerId,
                  moved,
                  !now.has(customerId),
                  before,
                  after,
                  now.get(customerId) ?? '000',
                ]),
            );
          }
        }
      }),
      { numRuns: 15 },
    );
  });

  it('then the valuable customers who fell are those of the days kept, highest money first', async () => {
    await fc.assert(
      fc.asyncProperty(told, async (history) => {
        const kept = await live(history);
        for (const [from, to] of pairs(history.days.length)) {
          const rows = await readAll((reading) =>
            fallenValuable(kept.shopId, TEN_SEGMENTS, { from, to }, reading),
          );
          const expected = everybody(kept)
            .map((customerId) => ({ customerId, ...between(kept, customerId, from, to) }))
            .filter(
              ({ before, after, valuable }) =>
                valuable && directionOf(TEN_SEGMENTS, before, after) === 'worse',
            )
            .filter(({ customerId }) => kept.ends.at(-1)!.has(customerId))
            .toSorted((a, b) => (b.customerId % 4) - (a.customerId % 4) || b.customerId - a.customerId);
          expect(
            rows.map(({ customerId, before, after, moved }) => [customerId, before, after, moved]),
          ).toEqual(
            expected.map(({ customerId, before, after, moved }) => [customerId, before, after, moved]),
          );
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe('given two shops', () => {
  it('then neither sees moves, people or days of the other', async () => {
    const mine = await live({
      first: ['555', '111'],
      days: [[[{ customer: 0, becomes: '155', cause: 'time' }]]],
    });
    const { id: other } = await testShop();
    const days = { from: FIRST, to: FIRST + 1 };
    const reading = { sort: 'monetary', cursor: null, limit: 50 } as const;
    expect(await scoreHistory(mine.shopId)).toEqual({ first: FIRST, last: FIRST + 1, orders: 7 });
    expect(await scoreHistory(other)).toBeNull();
    expect((await storedMoves(mine.shopId, TEN_SEGMENTS, days)).moved).toBe(1);
    expect(await storedMoves(other, TEN_SEGMENTS, days)).toEqual({
      edges: [],
      customers: 0,
      moved: 0,
      causes: [],
    });
    const edge = { before: 'champions', after: 'cant-lose-them' } as const;
    expect((await edgeMovers(mine.shopId, days, edge, reading)).total).toBe(1);
    expect((await edgeMovers(other, days, edge, reading)).rows).toEqual([]);
    expect((await fallenValuable(mine.shopId, TEN_SEGMENTS, days, reading)).total).toBe(1);
    expect((await fallenValuable(other, TEN_SEGMENTS, days, reading)).rows).toEqual([]);
  });
});
