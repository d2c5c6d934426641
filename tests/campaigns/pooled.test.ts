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

  it('given two, then each weighs by the inverse of its variance', () => {
    // (2/1 + 6/4) / (1/1 + 1/4) = 2.8, its error 1/√1.25; Q = 0.64/1 + 10.24/4 = 3.2, I² = 2.2/3.2
    const pooled = pooledProfit([around(2, 1), around(6, 2, 300)], 0.95);
    expect(pooled?.difference).toBeCloseTo(2.8, 10);
    expect(pooled?.high).toBeCloseTo(2.8 + 1.959964 / Math.sqrt(1.25), 5);
    expect(pooled?.unlike).toBeCloseTo(2.2 / 3.2, 10);
    expect(pooled).toMatchObject({ campaigns: 2, treated: 400 });
  });

  it('given any campaigns, then together they are surer than each, and lie among them', () => {
    const result = fc
      .tuple(fc.double({ min: -50, max: 50, noNaN: true }), fc.double({ min: 0.1, max: 20, noNaN: true }))
      .map(([difference, error]) => around(difference, error));
    fc.assert(
      fc.property(fc.array(result, { minLength: 2, maxLength: 8 }), (results) => {
        const pooled = pooledProfit(results, 0.95)!;
        const differences = results.map(({ profit }) => profit.difference);
        expect(pooled.difference).toBeGreaterThanOrEqual(Math.min(...differences) - 1e-9);
        expect(pooled.difference).toBeLessThanOrEqual(Math.max(...differences) + 1e-9);
        for (const { profit } of results)
          expect(pooled.high - pooled.low).toBeLessThan(profit.high - profit.low);
      }),
    );
  });
});
