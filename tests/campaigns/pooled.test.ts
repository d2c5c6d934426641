import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pooledProfit } from '#app/campaigns/pooled.ts';

const around = (difference: number, error: number, treated = 100) => ({
  profit: {
    difference,
    low: difference - 1.959963984540054 * error,
    high: difference + 1.959963984540054 * error,
  },
  treated,
});

describe('several campaigns together', () => {
  it('given one or none, then nothing is said of them together', () => {
    expect(pooledProfit([], 0.95)).toBeNull();
    expect(pooledProfit([around(3, 1)], 0.95)).toBeNull();
  });

  it('given two, then each weighs as many customers as it treated', () => {
    // (2·100 + 6·300) / 400 = 5; its error hypot(1·100, 2·300) / 400; Q = 0.64/1 + 10.24/4 = 3.2, I² = 2.2/3.2
    const pooled = pooledProfit([around(2, 1), around(6, 2, 300)], 0.95);
    expect(pooled?.difference).toBeCloseTo(5, 10);
    expect(pooled?.high).toBeCloseTo(5 + (1.959964 * Math.hypot(100, 600)) / 400, 5);
    expect(pooled?.unlike).toBeCloseTo(2.2 / 3.2, 10);
    expect(pooled).toMatchObject({ campaigns: 2, treated: 400 });
  });

  it('given a campaign whose few orders make it look sure, then it does not outweigh one with more customers', () => {
    // Weighed by how sure they are, a campaign in which hardly anybody ordered would decide alone.
    const pooled = pooledProfit([around(0.1, 0.05, 200), around(8, 3, 2_000)], 0.95)!;
    expect(pooled.difference).toBeGreaterThan(7);
  });

  it('given limits further off on one side, then they are together as well', () => {
    const skewed = (treated: number) => ({ profit: { difference: 5, low: 2, high: 13 }, treated });
    const { difference, low, high } = pooledProfit([skewed(100), skewed(100)], 0.95)!;
    expect([difference, low, high]).toEqual(
      [5, 5 - 3 / Math.SQRT2, 5 + 8 / Math.SQRT2].map((x) => expect.closeTo(x, 9)),
    );
  });

  it('given any campaigns, then together they are surer than the least sure, and lie among them', () => {
    const result = fc
      .tuple(
        fc.double({ min: -50, max: 50, noNaN: true }),
        fc.double({ min: 0.1, max: 20, noNaN: true }),
        fc.integer({ min: 1, max: 10_000 }),
      )
      .map(([difference, error, treated]) => around(difference, error, treated));
    fc.assert(
      fc.property(fc.array(result, { minLength: 2, maxLength: 8 }), (results) => {
        const pooled = pooledProfit(results, 0.95)!;
        const differences = results.map(({ profit }) => profit.difference);
        expect(pooled.difference).toBeGreaterThanOrEqual(Math.min(...differences) - 1e-9);
        expect(pooled.difference).toBeLessThanOrEqual(Math.max(...differences) + 1e-9);
        const widths = results.map(({ profit }) => profit.high - profit.low);
        expect(pooled.high - pooled.low).toBeLessThan(Math.max(...widths));
      }),
    );
  });
});
