import { describe, expect, it } from 'vitest';
import { expectedSpread, forSizes } from '#app/campaigns/expected-spread.ts';
import { campaignFigures, type GroupSums } from '#app/campaigns/figures.ts';

const group = (customers: number, buyers: number, each: number): GroupSums => ({
  customers,
  buyers,
  orders: buyers,
  revenue: buyers * each * 2,
  revenueSquares: buyers * (each * 2) ** 2 * 1.3,
  profit: buyers * each,
  profitSquares: buyers * each ** 2 * 1.3,
  discount: 0,
});

const figures = (
  final: boolean,
  endedEarly: boolean,
  expected = expectedSpread({ treated: 700, held: 300 }, 1e7, 0.5),
) =>
  campaignFigures(
    {
      treated: group(700, 90, 2_000),
      held: group(300, 20, 2_000),
      strata: [],
      arms: [],
      steps: [],
      movement: { treated: { of: 0, better: 0, worse: 0 }, held: { of: 0, better: 0, worse: 0 } },
      orders: { compared: 110, read: 110, costed: 0, enough: true },
    },
    {
      share: 0.3,
      margin: 0.5,
      currency: 'EUR',
      expected,
      final,
      endedEarly,
      denied: null,
      random: () => 0.5,
    },
  );

describe('what is expected of a campaign', () => {
  it('given a handful who joined first, or nobody held out, then nothing yet, so that they do not decide for ever', () => {
    expect(expectedSpread({ treated: 3, held: 0 }, 1e7, 0.5)).toBeNull();
    expect(expectedSpread({ treated: 400, held: 49 }, 1e7, 0.5)).toBeNull();
    expect(expectedSpread({ treated: 400, held: 50 }, 0, 0.5)).toBeNull();
    expect(expectedSpread({ treated: 400, held: 50 }, 1e7, 0.5)?.profit).toBeGreaterThan(0);
    expect(figures(false, false, null)).toMatchObject({ profit: null, revenue: null, verdict: 'too-early' });
  });

  it('given that customers join, then it is held against the sums, whose spread grows with them', () => {
    const first = expectedSpread({ treated: 100, held: 100 }, 1e7, 0.5)!;
    // Ten times as many: the same sum is a hundredth of the variance per customer.
    expect(forSizes(first, { treated: 1_000, held: 1_000 }).profit).toBeCloseTo(first.profit / 100, 9);
    expect(forSizes(first, { treated: 100, held: 100 })).toEqual(first);
  });
});

describe('the final result of a campaign', () => {
  it('given one that ended while customers joined, then it keeps the bounds of looks, which hold whenever it ends', () => {
    const [fixed, early, look] = [figures(true, false), figures(true, true), figures(false, false)];
    expect(early.profit).toEqual(look.profit);
    expect(early.profit!.high - early.profit!.low).toBeGreaterThan(fixed.profit!.high - fixed.profit!.low);
    expect(early.beside).toBeNull();
    expect(fixed.verdict).toBe('worked');
    expect(early.verdict).toBe('cannot-tell');
  });
});
