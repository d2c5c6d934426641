import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueDate, SHOP_WEIGHT } from '#app/rfm/due-date.ts';

const LAST = 20_000;
const own = fc.record({
  days: fc.double({ min: 0.5, max: 900, noNaN: true }),
  gaps: fc.integer({ min: 1, max: 60 }),
});
const shopGap = fc.integer({ min: 1, max: 1095 });

describe('the day a customer is due to order again', () => {
  it('given one order, then it is the shop’s usual gap after it', () => {
    expect(dueDate(LAST, null, 74)).toEqual({
      gap: 74,
      ownGaps: 0,
      on: LAST + 74,
      from: LAST + 31,
      to: LAST + 148,
    });
  });

  it('given three own gaps of 40 days and a usual gap of 74 in the shop, then it is 54 days after the last order', () => {
    expect(dueDate(LAST, { days: 40, gaps: 3 }, 74)).toMatchObject({ gap: 54, ownGaps: 3, on: LAST + 54 });
  });

  it('given orders that all lie on one day, then it is that of a customer with one order', () => {
    expect(dueDate(LAST, { days: 0, gaps: 4 }, 74)).toEqual(dueDate(LAST, null, 74));
  });

  it('given any gaps, then it is the mean of the own ones and of the shop’s, taken as often as it weighs', () => {
    fc.assert(
      fc.property(own, shopGap, (gaps, shop) => {
        const all = [
          ...Array.from({ length: SHOP_WEIGHT }, () => shop),
          ...Array.from({ length: gaps.gaps }, () => gaps.days),
        ];
        const mean = all.reduce((sum, gap) => sum + gap, 0) / all.length;
        expect(Math.abs(dueDate(LAST, gaps, shop).gap - mean)).toBeLessThan(0.501);
      }),
    );
  });

  it('given more own gaps of the same length, then it comes closer to them and never passes them', () => {
    fc.assert(
      fc.property(own, shopGap, ({ days, gaps }, shop) => {
        const far = (of: number): number => Math.abs(dueDate(LAST, { days, gaps: of }, shop).gap - days);
        expect(far(gaps + 1)).toBeLessThanOrEqual(far(gaps) + 1);
        const { gap } = dueDate(LAST, { days, gaps }, shop);
        expect(gap).toBeGreaterThanOrEqual(Math.floor(Math.min(days, shop)));
        expect(gap).toBeLessThanOrEqual(Math.max(1, Math.ceil(Math.max(days, shop))));
      }),
    );
  });

  it('given any gaps, then the due day lies between the two days around it, and after the last order', () => {
    fc.assert(
      fc.property(fc.option(own, { nil: null }), shopGap, (gaps, shop) => {
        const { from, on, to } = dueDate(LAST, gaps, shop);
        expect(on).toBeGreaterThan(LAST);
        expect(from).toBeLessThanOrEqual(on);
        expect(to).toBeGreaterThanOrEqual(on);
      }),
    );
  });
});
