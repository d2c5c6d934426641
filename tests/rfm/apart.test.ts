import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  LEAST_APART,
  amongWhom,
  apartState,
  cutPointsOf,
  scoredApart,
  scorePopulations,
  type ScoringRules,
} from '#app/rfm/apart.ts';
import { createStats } from '#app/rfm/customer-stats.ts';
import { DEFAULT_RULES } from '#app/rfm/order.ts';
import { withOwnCutPoints } from '#app/rfm/own-cut-points.ts';
import {
  foldPopulations,
  OTHER_POPULATIONS,
  type OtherPopulation,
  type Purchased,
} from '#app/rfm/population.ts';
import { recencyCrossings } from '#app/rfm/recency-crossings.ts';
import { summarise } from '#app/rfm/run-summary.ts';
import { segmentNumbers, TEN_SEGMENTS } from '#app/rfm/schemes.ts';
import { scoreAgainst } from '#app/rfm/score-against.ts';
import { scoreCustomers, type CutPoints } from '#app/rfm/scores.ts';
import { order, statsOf } from './given.ts';
import { oracleScores, type OracleOrder } from './oracle.ts';

const AS_OF = 1000;
const RULES = {
  asOf: AS_OF,
  windowDays: null,
  currency: 'USD',
  rules: DEFAULT_RULES,
  dayOf: (instant: number) => Math.floor(instant / 86_400_000),
};
type Kind = 'self' | 'company' | 'till' | 'both';
type Bought = { kind: Kind; orders: { ago: number; total: number }[] };

const KINDS: Kind[] = ['self', 'company', 'till', 'both'];

/** How the order at a place is bought by somebody of a kind. */
const howOf = (kind: Kind, place: number): Purchased => ({
  company: kind === 'company' || (kind === 'both' && place === 0),
  till: kind === 'till',
});

const customer = (kind: fc.Arbitrary<Kind>) =>
  fc.record({
    kind,
    orders: fc.array(fc.record({ ago: fc.nat(300), total: fc.nat(9_000) }), { minLength: 1, maxLength: 4 }),
  });

/** Shops in which any of the populations may be large enough to be scored apart, or all there is. */
const shop = fc
  .tuple(fc.subarray(KINDS, { minLength: 1 }), fc.constantFrom(30, 120, 260))
  .chain(([kinds, most]) =>
    fc.array(customer(fc.constantFrom(...kinds)), { minLength: most - 30, maxLength: most }),
  );

const rules = fc.record({
  method: fc.constantFrom('all-customers' as const, 'repeat-customers' as const),
  companiesApart: fc.boolean(),
  tillApart: fc.boolean(),
  ownCutPoints: fc.constant({}),
});

/** The customers as the app folds them. */
function folded(customers: readonly Bought[]) {
  const stats = createStats(RULES);
  const populations = foldPopulations(RULES);
  for (const [i, { kind, orders }] of customers.entries()) {
    for (const [place, { ago, total }] of orders.entries()) {
      const one = order(AS_OF - ago, i + 1, { total });
      stats.add(one, 0);
      populations.add(one, howOf(kind, place), 0);
    }
  }
  return { stats: stats.finish(), members: populations.finish() };
}

/** The same as the slow oracle is told. */
function told(customers: readonly Bought[]): OracleOrder[] {
  return customers.flatMap(({ kind, orders }, i) =>
    orders.map(({ ago, total }, place) => ({
      customer: String(i + 1),
      processedAt: (AS_OF - ago) * 86_400_000 + 1,
      cancelled: false,
      test: false,
      financialStatus: 'PAID',
      currency: 'USD',
      total,
      refunds: [],
      ...howOf(kind, place),
    })),
  );
}

const asked = ({ method, companiesApart, tillApart }: ScoringRules) => ({
  asOf: new Date(AS_OF * 86_400_000).toISOString().slice(0, 10),
  timeZone: 'UTC',
  currency: 'USD',
  prefix: 'rfm',
  method,
  companiesApart,
  tillApart,
});

const HOW: ScoringRules = {
  method: 'all-customers',
  ownCutPoints: {},
  companiesApart: true,
  tillApart: false,
};

describe('populations scored apart', () => {
  it('given any shop, then each customer is scored among their own, where those are enough, as the slow oracle says', () => {
    fc.assert(
      fc.property(shop, rules, (customers, how) => {
        const { stats, members } = folded(customers);
        const scored = scorePopulations(stats, members, how);
        const expected = oracleScores(told(customers), asked(how)).scores;
        expect(scored.scored).toBe(expected.size);
        const apart = new Set<string>();
        for (let row = 0; row < stats.n; row += 1) {
          const wanted = expected.get(String(stats.customerId[row]));
          const found = [scored.r[row], scored.f[row], scored.m[row]];
          expect(found).toEqual(wanted ? [wanted.r, wanted.f, wanted.m] : [0, 0, 0]);
          if (wanted && wanted.among !== 'main') apart.add(wanted.among);
        }
        expect(new Set(scoredApart(scored.cutPoints))).toEqual(apart);
      }),
      { numRuns: 60 },
    );
  });

  it('given a run, then scoring against its cut points, population by population, gives what the run gave', () => {
    fc.assert(
      fc.property(shop, rules, (customers, how) => {
        const { stats, members } = folded(customers);
        const run = scorePopulations(stats, members, how);
        const again = scoreAgainst(stats, run.cutPoints, how.method, members);
        expect([again.r, again.f, again.m, again.scored]).toEqual([run.r, run.f, run.m, run.scored]);
      }),
      { numRuns: 60 },
    );
  });

  it('given nights that pass, then exactly those differ who cross a cut point of their own population', () => {
    fc.assert(
      fc.property(shop, rules, fc.integer({ min: 1, max: 9 }), (customers, how, nights) => {
        const { stats, members } = folded(customers);
        const run = scorePopulations(stats, members, how);
        const later = { ...stats, asOf: AS_OF + nights };
        const now = scoreAgainst(later, run.cutPoints, how.method, members);
        for (let row = 0; row < stats.n; row += 1) {
          const { r } = cutPointsOf(run.cutPoints, members.get(stats.customerId[row] as number));
          const last = stats.lastDay[row] as number;
          const crosses = recencyCrossings(r, AS_OF, later.asOf).some(
            ({ from, before }) => last >= from && last < before,
          );
          expect(now.r[row] !== run.r[row]).toBe(crosses && (stats.frequency[row] as number) > 0);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('given nobody of another population, or none apart, then it is the run of everyone to the last bound', () => {
    fc.assert(
      fc.property(shop, rules, (customers, how) => {
        const { stats, members } = folded(customers);
        const plain = withOwnCutPoints(stats, scoreCustomers(stats, how.method), how.ownCutPoints);
        expect(scorePopulations(stats, new Map(), how)).toEqual(plain);
        const off = { ...how, companiesApart: false, tillApart: false };
        expect(scorePopulations(stats, members, off)).toEqual(plain);
      }),
      { numRuns: 20 },
    );
  });

  it('given a run, then of each population it is said truly whether it is scored apart, and among whom its customers are', () => {
    fc.assert(
      fc.property(shop, rules, (customers, how) => {
        const { stats, members } = folded(customers);
        const { cutPoints, scored } = scorePopulations(stats, members, how);
        const apart = scoredApart(cutPoints);
        const of = (population: OtherPopulation): number =>
          [...members.values()].filter((one) => one === population).length;
        const counts = { scored, b2b: of('b2b'), mixed: of('mixed'), pos: of('pos') };
        for (const population of OTHER_POPULATIONS) {
          const state = apartState(population, cutPoints, how, counts);
          expect(state === 'apart').toBe(apart.includes(population));
          expect(state).not.toBe('next');
          if (state === 'few') expect(counts[population]).toBeLessThan(LEAST_APART);
          const own = { population, without: [] };
          const rest = { population: null, without: apart };
          expect(amongWhom(cutPoints, population)).toEqual(state === 'apart' ? own : rest);
        }
        expect(amongWhom(cutPoints, undefined)).toEqual({ population: null, without: apart });
      }),
      { numRuns: 40 },
    );
  });

  it('given another choice since the run, or enough customers since, then it says how it will be', () => {
    const none = { r: [9, 8, 7, 6], f: [2, 3, 4, 5], m: [2, 3, 4, 5] } as CutPoints;
    const many = { scored: 300, b2b: 60, mixed: 70, pos: 90 };
    expect(apartState('b2b', none, HOW, many)).toBe('next');
    expect(apartState('pos', none, HOW, many)).toBe('off');
    expect(apartState('mixed', none, HOW, { ...many, scored: 140 })).toBe('rest');
    const all = {
      ...HOW,
      ownCutPoints: { r: [9, 8, 7, 6], f: [2, 3, 4, 5], m: [2, 3, 4, 5] },
    } as ScoringRules;
    expect(apartState('b2b', none, all, many)).toBe('own');
    const state = (b2b: number, mixed: number, rest: number) =>
      apartState('b2b', none, HOW, { scored: b2b + mixed + rest, b2b, mixed, pos: 0 });
    expect(state(LEAST_APART - 1, 80, 100)).toBe('few');
    expect(state(LEAST_APART, 80, 100)).toBe('next');
    // Where too few others are left the largest joins them, and those who are too few to be apart are of the others.
    expect(state(80, 70, LEAST_APART - 1)).toBe('rest');
    expect(state(80, 70, LEAST_APART)).toBe('next');
    expect(state(70, 80, LEAST_APART - 1)).toBe('next');
    expect(state(80, 40, 20)).toBe('next');
    expect(state(80, LEAST_APART, 20)).toBe('rest');
  });

  const people = (kind: Kind, n: number, ago = 0): Bought[] =>
    Array.from({ length: n }, (_, i) => ({ kind, orders: [{ ago: ago + i, total: 100 + i }] }));
  const apartOf = (customers: Bought[], how = HOW): OtherPopulation[] => {
    const { stats, members } = folded(customers);
    return scoredApart(scorePopulations(stats, members, how).cutPoints);
  };

  it('given fewer than fifty, or fewer than fifty others, then they are scored with everyone else', () => {
    expect(apartOf([...people('self', 90), ...people('company', LEAST_APART - 1)])).toEqual([]);
    expect(apartOf([...people('self', 90), ...people('company', LEAST_APART)])).toEqual(['b2b']);
    expect(apartOf([...people('self', LEAST_APART - 1), ...people('company', 90)])).toEqual([]);
    expect(apartOf([...people('self', LEAST_APART), ...people('company', 90)])).toEqual(['b2b']);
    expect(apartOf(people('company', 90))).toEqual([]);
    const three = [...people('self', 3), ...people('company', 90), ...people('till', 60)];
    expect(apartOf(three, { ...HOW, tillApart: true })).toEqual(['pos']);
  });

  it('given customers without an order that counts, or without any, then they are not among the fifty, nor the fifty others', () => {
    const orders = (from: number, n: number, more: Partial<ReturnType<typeof order>> = {}) =>
      Array.from({ length: n }, (_, i) => order(AS_OF - i, from + i, { total: 100 + i, ...more }));
    const members = new Map<number, OtherPopulation>(
      Array.from({ length: 60 }, (_, i) => [1_001 + i, 'b2b'] as const),
    );
    const apart = (companies: number, others: number): OtherPopulation[] => {
      const stats = statsOf([
        ...orders(1_001, companies),
        ...orders(1_001 + companies, 59 - companies, { test: true }),
        ...orders(1, others),
        ...orders(1 + others, 10, { test: true }),
      ]);
      const scored = scorePopulations(stats, members, HOW);
      expect(scored.scored).toBe(companies + others);
      return scoredApart(scored.cutPoints);
    };
    expect(apart(LEAST_APART - 1, 80)).toEqual([]);
    expect(apart(LEAST_APART, 80)).toEqual(['b2b']);
    expect(apart(59, LEAST_APART - 1)).toEqual([]);
  });

  it('given cut points of the merchant, then they hold for everyone, and what is left is ranked apart', () => {
    const customers = [...people('self', 60), ...people('company', 60, 100)];
    const r: [number, number, number, number] = [120, 90, 60, 30];
    const { stats, members } = folded(customers);
    const { cutPoints } = scorePopulations(stats, members, { ...HOW, ownCutPoints: { r } });
    expect(cutPoints).toMatchObject({ r, own: ['r'], apart: { b2b: { r, own: ['r'] } } });
    const all = { r, f: [2, 3, 4, 5], m: [200, 300, 400, 500] } as ScoringRules['ownCutPoints'];
    expect(apartOf(customers, { ...HOW, ownCutPoints: all })).toEqual([]);
  });

  it('given companies that all ordered on one day, then the check of the spread says so of them alone', () => {
    const company: Bought[] = people('company', 60).map((one) => ({
      ...one,
      orders: [{ ago: 40, total: 100 }],
    }));
    const { stats, members } = folded([...people('self', 60), ...company]);
    const scored = scorePopulations(stats, members, HOW);
    const { spread } = summarise(TEN_SEGMENTS, stats, scored, segmentNumbers(TEN_SEGMENTS, scored));
    expect(spread.emptyScores.r).toEqual([]);
    expect(spread.ties?.r.customers).toBe(1);
    expect(spread.apart).toMatchObject([
      { population: 'b2b', emptyScores: { r: [2, 3, 4, 5] }, ties: { r: { value: 40, customers: 60 } } },
    ]);
  });
});
