import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scoreCustomers, scoreWith, type FrequencyMethod } from '#app/rfm/scores.ts';
import { valuesAtRanks } from '#app/rfm/order-statistics.ts';
import { statsWith } from './given.ts';

const METHODS: FrequencyMethod[] = ['all-customers', 'repeat-customers'];

type Values = [recency: number, frequency: number, monetary: number];

const someValues: fc.Arbitrary<Values> = fc.tuple(
  fc.nat({ max: 400 }),
  // Many one-time buyers and ties, as in a real shop.
  fc.oneof(
    fc.constant(1),
    fc.nat({ max: 3 }).map((more) => 1 + more),
    fc.integer({ min: 1, max: 30 }),
  ),
  fc.oneof(
    fc.integer({ min: 1, max: 50 }),
    fc.integer({ min: -(10 ** 6), max: 10 ** 6 }),
    fc.integer({ min: 2 ** 32, max: 2 ** 50 }),
  ),
);
const population = fc.array(someValues, { minLength: 1, maxLength: 80 });
const method = fc.constantFrom(...METHODS);

const scoresOf = (values: readonly Values[], how: FrequencyMethod): string[] => {
  const { r, f, m } = scoreCustomers(statsWith(values), how);
  return values.map((_, i) => `${r[i]}${f[i]}${m[i]}`);
};

/** The definition, customer against customer. */
function byDefinition(values: readonly Values[], how: FrequencyMethod): string[] {
  const score = (groups: number, all: number[], worse: (other: number) => boolean): number =>
    1 + Math.floor((groups * all.filter(worse).length) / all.length);
  const repeats = values.map(([, f]) => f).filter((f) => f > 1);
  const all = (place: 0 | 1 | 2): number[] => values.map((each) => each[place]);
  return values.map(([recency, orders, money]) => {
    const r = score(5, all(0), (other) => other > recency);
    const m = score(5, all(2), (other) => other < money);
    let f = score(5, all(1), (other) => other < orders);
    if (how === 'repeat-customers') f = orders === 1 ? 1 : 1 + score(4, repeats, (other) => other < orders);
    return `${r}${f}${m}`;
  });
}

describe('scores', () => {
  it('are one plus the whole fifths of customers strictly worse, exactly', () => {
    fc.assert(
      fc.property(population, method, (values, how) => {
        expect(scoresOf(values, how)).toEqual(byDefinition(values, how));
      }),
      { numRuns: 300 },
    );
  });

  it('are tie-honest and monotone: equal customers score equally, better ones never worse', () => {
    fc.assert(
      fc.property(population, method, (values, how) => {
        const { r, f, m } = scoreCustomers(statsWith(values), how);
        const columns = [
          { scores: r, better: values.map(([recency]) => -recency) },
          { scores: f, better: values.map(([, orders]) => orders) },
          { scores: m, better: values.map(([, , money]) => money) },
        ];
        for (const { scores, better } of columns) {
          const order = better.map((_, i) => i).toSorted((a, b) => (better[a] ?? 0) - (better[b] ?? 0));
          for (const [place, i] of order.entries()) {
            const before = order[place - 1] ?? i;
            if (better[before] === better[i]) expect(scores[before]).toBe(scores[i]);
            expect(scores[before]).toBeLessThanOrEqual(scores[i] ?? 0);
          }
        }
      }),
    );
  });

  it('do not depend on the order of rows', () => {
    const shuffled = population.chain((values) =>
      fc.tuple(
        fc.constant(values),
        fc.shuffledSubarray([...values.keys()], { minLength: values.length, maxLength: values.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, method, ([values, places], how) => {
        const straight = scoresOf(values, how);
        const mixed = scoresOf(
          places.map((i) => values[i] as Values),
          how,
        );
        expect(mixed).toEqual(places.map((i) => straight[i]));
      }),
    );
  });

  it('do not depend on the currency’s unit or on every customer being there twice', () => {
    fc.assert(
      fc.property(population, method, fc.integer({ min: 2, max: 5 }), (values, how, times) => {
        const straight = scoresOf(values, how);
        const small = values.map(([r, f, m]): Values => [r, f, m % 2 ** 40]);
        const cents = small.map(([r, f, m]): Values => [r, f, m * 1000]);
        expect(scoresOf(cents, how)).toEqual(scoresOf(small, how));
        const doubled = Array.from({ length: times }, () => values).flat();
        expect(scoresOf(doubled, how).slice(0, values.length)).toEqual(straight);
      }),
    );
  });

  it('by stored cut points equal the full scoring, for every customer of the population', () => {
    fc.assert(
      fc.property(population, method, (values, how) => {
        const { r, f, m, cutPoints } = scoreCustomers(statsWith(values), how);
        for (const [i, [recencyDays, frequency, monetary]] of values.entries()) {
          const one = scoreWith(cutPoints, { recencyDays, frequency, monetary });
          expect(one).toEqual({ r: r[i], f: f[i], m: m[i] });
        }
      }),
    );
  });
});

describe('values at ranks', () => {
  it('are those of a sorted copy, for huge, negative and lopsided columns alike', () => {
    const column = fc.oneof(
      fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1 }),
      fc.array(
        // Plus zero: no negative zero.
        fc.maxSafeInteger().map((value) => Math.trunc(value / 2) + 0),
        { minLength: 1 },
      ),
      // One giant customer pushes everybody else into one bucket.
      fc.array(fc.nat({ max: 200_000 }), { minLength: 1 }).map((rest) => [2 ** 51, ...rest]),
    );
    fc.assert(
      fc.property(column, fc.array(fc.nat()), (values, wishes) => {
        const ranks = wishes.map((wish) => wish % values.length).toSorted((a, b) => a - b);
        const sorted = Float64Array.from(values).sort();
        expect(valuesAtRanks(Float64Array.from(values), ranks)).toEqual(ranks.map((rank) => sorted[rank]));
      }),
      { numRuns: 300 },
    );
  });
});
