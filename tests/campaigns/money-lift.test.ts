import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { finalInterval, interimInterval, welchInterval, type Side } from '#app/campaigns/money-lift.ts';
import { differenceOfShares } from '#app/campaigns/proportions.ts';

const LEVEL = 0.95;
const brought = fc.array(fc.integer({ min: -5_000, max: 90_000 }), { minLength: 2, maxLength: 40 });
const side = fc
  .tuple(brought, fc.integer({ min: 0, max: 2_000 }))
  .map(([values, others]) => sideOf(values, others));

/** A side where each of these was brought by one customer, and nothing by the others. */
function sideOf(values: readonly number[], others: number): Side {
  const sum = values.reduce((all, value) => all + value, 0);
  const squares = values.reduce((all, value) => all + value * value, 0);
  return { customers: values.length + others, buyers: values.length, sum, squares };
}

describe('what treated customers bring more', () => {
  it('given buyers who all bring the same, then the interval is that of the shares of buyers', () => {
    const count = fc.integer({ min: 2, max: 60 });
    fc.assert(
      fc.property(count, count, count, count, (one, other, more, others) => {
        const each = (buyers: number, rest: number): Side =>
          sideOf(
            Array.from({ length: buyers }, () => 100),
            rest,
          );
        const money = finalInterval(each(one, more), each(other, others), LEVEL);
        const shares = differenceOfShares(
          { did: one, of: one + more },
          { did: other, of: other + others },
          LEVEL,
        );
        expect(money?.difference).toBeCloseTo(100 * (shares?.difference ?? NaN), 9);
        expect(money?.low).toBeCloseTo(100 * (shares?.low ?? NaN), 9);
        expect(money?.high).toBeCloseTo(100 * (shares?.high ?? NaN), 9);
      }),
    );
  });

  it('given any two sides, then the interval holds the difference, and turns round with them', () => {
    fc.assert(
      fc.property(side, side, (one, other) => {
        const there = finalInterval(one, other, LEVEL);
        const back = finalInterval(other, one, LEVEL);
        if (there === null || back === null) throw new Error('both have buyers');
        expect(there.low).toBeLessThanOrEqual(there.difference);
        expect(there.high).toBeGreaterThanOrEqual(there.difference);
        expect(-back.high).toBeCloseTo(there.low, 6);
        expect(-back.low).toBeCloseTo(there.high, 6);
      }),
    );
  });

  it('given money in another unit, then the interval is the same in that unit', () => {
    fc.assert(
      fc.property(side, side, (one, other) => {
        const inUnits = ({ sum, squares, ...counts }: Side): Side => ({
          ...counts,
          sum: sum * 1_300,
          squares: squares * 1_300 * 1_300,
        });
        const before = finalInterval(one, other, LEVEL);
        const after = finalInterval(inUnits(one), inUnits(other), LEVEL);
        expect((after?.low ?? NaN) / 1_300).toBeCloseTo(before?.low ?? NaN, 3);
      }),
    );
  });

  it('given a look while the campaign runs, then the interval is wider than at the end', () => {
    const expected = fc.double({ min: 1, max: 1e8, noNaN: true });
    fc.assert(
      fc.property(side, side, expected, (one, other, variance) => {
        const last = finalInterval(one, other, LEVEL);
        const look = interimInterval(one, other, variance, LEVEL);
        if (last === null || look === null) return;
        expect(look.low).toBeLessThan(last.low);
        expect(look.high).toBeGreaterThan(last.high);
      }),
    );
  });

  it('given fewer than two buyers on a side, then there is none', () => {
    const two = sideOf([100, 200], 50);
    const one = sideOf([100], 50);
    expect(finalInterval(one, two, LEVEL)).toBeNull();
    expect(finalInterval(two, sideOf([], 50), LEVEL)).toBeNull();
    expect(interimInterval(two, sideOf([], 50), 10, LEVEL)).toBeNull();
    expect(welchInterval(two, sideOf([100], 0), LEVEL)).toBeNull();
  });
});
