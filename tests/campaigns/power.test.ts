import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { baseRate } from '#app/campaigns/base-rate.ts';
import { powerAt, SHARES, suggestedShare } from '#app/campaigns/power.ts';
import { smallestRise } from '#app/campaigns/sample-size.ts';

describe('how an audience orders by itself', () => {
  it('given customers all alike, then it is the share of them with Wilson’s limits', () => {
    const known = baseRate([{ audience: 500, similar: 1000, ordered: 50 }]);
    expect(known).toMatchObject({ rate: 0.05, similar: 1000, covered: 1 });
    // R: binom::binom.wilson(50, 1000)
    expect(known?.low).toBeCloseTo(0.0381, 4);
    expect(known?.high).toBeCloseTo(0.0653, 4);
  });

  it('given an audience that is made up differently than the past was, then each cell weighs as it has it', () => {
    const known = baseRate([
      { audience: 900, similar: 100, ordered: 10 },
      { audience: 100, similar: 900, ordered: 450 },
    ]);
    expect(known?.rate).toBeCloseTo(0.9 * 0.1 + 0.1 * 0.5, 12);
    // Nine tenths of it rest on a hundred customers: it is no surer than these are.
    expect((known?.high ?? 0) - (known?.low ?? 0)).toBeGreaterThan(0.1);
  });

  it('given too few who were like them, or like less than half of them, then it is not known', () => {
    expect(baseRate([{ audience: 500, similar: 99, ordered: 9 }])).toBeNull();
    const unlike = { audience: 600, similar: 0, ordered: 0 };
    expect(baseRate([{ audience: 500, similar: 200, ordered: 9 }, unlike])).toBeNull();
    expect(baseRate([{ audience: 600, similar: 200, ordered: 9 }, unlike])?.covered).toBe(0.5);
    expect(baseRate([])).toBeNull();
  });

  it('given nobody ordered, then the upper limit is above nothing all the same', () => {
    expect(baseRate([{ audience: 5, similar: 200, ordered: 0 }])).toMatchObject({ rate: 0, low: 0 });
    expect(baseRate([{ audience: 5, similar: 200, ordered: 0 }])?.high).toBeGreaterThan(0.01);
  });
});

describe('what a campaign can show', () => {
  it('given a share, then it tells both groups, who of them is expected to order, and what would show', () => {
    const power = powerAt(5_000, 0.2, 0.05, { mean: 4_000, squares: 20_000_000 }, 0.5);
    expect(power).toMatchObject({ treated: 4_000, held: 1_000, heldBuyers: 50 });
    expect(power.rise).toBe(smallestRise(5_000, 0.2, 0.05));
    // 2.80 standard errors of half the money's spread, √(0.05 · 20,000,000 − 200²) ≈ 980, over 4,000 and 1,000
    expect(power.gain).toBeCloseTo(2.8016 * 0.5 * Math.sqrt(960_000) * Math.sqrt(1 / 4_000 + 1 / 1_000), 0);
    expect(powerAt(5_000, 0.2, 0.05, null, 0.5).gain).toBeNull();
  });

  it('given a larger audience or margin, then a smaller rise and a larger gain show', () => {
    const sizes = fc.record({
      audience: fc.integer({ min: 200, max: 50_000 }),
      base: fc.double({ min: 0.01, max: 0.4, noNaN: true }),
      share: fc.constantFrom(...SHARES),
    });
    fc.assert(
      fc.property(sizes, ({ audience, base, share }) => {
        const money = { mean: 100, squares: 30_000 };
        const [one, twice] = [audience, audience * 2].map((n) => powerAt(n, share, base, money, 1));
        if (one!.rise !== null) expect(twice!.rise!).toBeLessThan(one!.rise);
        expect(twice!.gain!).toBeLessThan(one!.gain!);
        expect(powerAt(audience, share, base, money, 0.5).gain! / one!.gain!).toBeCloseTo(0.5, 9);
      }),
    );
  });
});

describe('the share that is suggested', () => {
  it.each([
    // Twenty expected buyers among 5 % of 100,000 and a rise by a fifth shows.
    [100_000, 0.1, 0.05, 'small-rise'],
    // A fifth does not show at all, but at 20 % hardly less than at 50 %.
    [5_000, 0.05, 0.25, 'nearly-best'],
    [300, 0.05, 0.5, 'audience-small'],
  ])('given %i customers of whom %f order, then it is %f: %s', (audience, base, share, because) => {
    expect(suggestedShare(audience, base)).toEqual({ share, because });
  });

  it('given any audience, then no smaller share would have done', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 200_000 }),
        fc.double({ min: 0, max: 0.6, noNaN: true }),
        (audience, base) => {
          const { share, because } = suggestedShare(audience, base);
          expect(SHARES).toContain(share);
          if (because === 'audience-small') return;
          expect(audience * share * base).toBeGreaterThanOrEqual(20);
          expect(smallestRise(audience, share, base)).not.toBeNull();
        },
      ),
    );
  });
});
