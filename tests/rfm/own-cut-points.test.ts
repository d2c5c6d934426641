import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areOwnBounds, withOwnCutPoints, type OwnCutPoints } from '#app/rfm/own-cut-points.ts';
import { scoreAgainst } from '#app/rfm/score-against.ts';
import { scoreCustomers } from '#app/rfm/scores.ts';
import { statsWith } from './given.ts';

const values = fc.array(
  fc.tuple(
    fc.integer({ min: 0, max: 400 }),
    fc.integer({ min: 0, max: 12 }),
    fc.integer({ min: 0, max: 50_000 }),
  ),
  { maxLength: 60 },
);
const four = (min: number, max: number) =>
  fc.uniqueArray(fc.integer({ min, max }), { minLength: 4, maxLength: 4 }).map((bounds) => {
    const [a, b, c, d] = bounds.toSorted((x, y) => x - y) as [number, number, number, number];
    return [a, b, c, d] as [number, number, number, number];
  });
const own: fc.Arbitrary<OwnCutPoints> = fc.record(
  {
    r: four(0, 400).map(([a, b, c, d]) => [d, c, b, a] as [number, number, number, number]),
    f: four(2, 12),
    m: four(1, 50_000),
  },
  { requiredKeys: [] },
);

describe('cut points that the merchant sets', () => {
  it('given any customers, then each is scored by them where they are set and by rank elsewhere', () => {
    fc.assert(
      fc.property(values, own, (customers, cutPoints) => {
        const stats = statsWith(customers);
        const ranked = scoreCustomers(stats, 'all-customers');
        const [rank, r, f, m] = [ranked, Array.from(ranked.r), Array.from(ranked.f), Array.from(ranked.m)];
        const scored = withOwnCutPoints(stats, rank, cutPoints);
        for (const [i, [days, orders, money]] of customers.entries()) {
          const row = stats.rowOf(i + 1);
          const by = (bounds: readonly number[] | undefined, ranks: number[], met: (b: number) => boolean) =>
            orders === 0 ? 0 : bounds === undefined ? ranks[row] : 1 + bounds.filter(met).length;
          expect([scored.r[row], scored.f[row], scored.m[row]]).toEqual([
            by(cutPoints.r, r, (bound) => days <= bound),
            by(cutPoints.f, f, (bound) => orders >= bound),
            by(cutPoints.m, m, (bound) => money >= bound),
          ]);
        }
      }),
    );
  });

  it('given any customers, then scoring them one by one against the run gives what the run gave', () => {
    fc.assert(
      fc.property(values, own, (customers, cutPoints) => {
        const stats = statsWith(customers);
        const run = withOwnCutPoints(stats, scoreCustomers(stats, 'repeat-customers'), cutPoints);
        const alone = scoreAgainst(stats, run.cutPoints, 'repeat-customers', new Map());
        for (const dimension of ['r', 'f', 'm'] as const) expect(alone[dimension]).toEqual(run[dimension]);
      }),
    );
  });

  it('given none, then the run is the one by rank', () => {
    const stats = statsWith([
      [1, 2, 300],
      [5, 1, 100],
    ]);
    const ranked = scoreCustomers(stats, 'all-customers');
    expect(withOwnCutPoints(stats, ranked, {})).toBe(ranked);
  });

  it.each([
    ['r', [365, 120, 60, 0], true],
    ['r', [120, 120, 60, 30], false],
    ['r', [30, 60, 120, 365], false],
    ['r', [365, 120, 60], false],
    ['r', [365, 120, 60, 30, 10], false],
    ['r', [365, 120, 60, -1], false],
    ['r', [40_000, 120, 60, 1], false],
    ['f', [2, 3, 4, 6], true],
    ['f', [1, 2, 3, 4], false],
    ['f', [2, 3, 3, 6], false],
    ['f', [2, 3, 4.5, 6], false],
    ['m', [1, 2, 3, 1e12], true],
    ['m', [0, 2, 3, 4], false],
    ['m', [1, 2, 3, NaN], false],
  ] as const)('given %s %j, then it can be scored by: %s', (dimension, bounds, can) => {
    expect(areOwnBounds(dimension, bounds)).toBe(can);
  });
});
