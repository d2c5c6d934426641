import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDay, parseDay } from '#app/rfm/calendar.ts';
import { NO_DAY } from '#app/rfm/customer-stats.ts';
import { dayFigures, lookBack, readingOf } from '#app/rfm/day-figures.ts';
import { summarise } from '#app/rfm/run-summary.ts';
import { segmentNumbers, TEN_SEGMENTS } from '#app/rfm/schemes.ts';
import { scoreCustomers } from '#app/rfm/scores.ts';
import { statsWith } from './given.ts';

const values = fc.array(fc.tuple(fc.nat(400), fc.nat(6), fc.nat(90_000)), { maxLength: 60 });
const method = fc.constantFrom('all-customers' as const, 'repeat-customers' as const);

describe('the figures of a day', () => {
  it('are those of its customers, counted one by one', () => {
    fc.assert(
      fc.property(values, method, (shop, how) => {
        const stats = statsWith(shop);
        const scored = scoreCustomers(stats, how);
        const summary = summarise(TEN_SEGMENTS, stats, scored, segmentNumbers(TEN_SEGMENTS, scored));
        const figures = dayFigures(summary);
        const buyers = shop.filter(([, orders]) => orders > 0);
        const sum = (numbers: number[]) => numbers.reduce((total, one) => total + one, 0);
        const orders = sum(buyers.map(([, count]) => count));
        const money = sum(buyers.map(([, , spent]) => spent));
        const tiers = shop
          .map((_, row) => sum([scored.r, scored.f, scored.m].map((column) => column[row]!)))
          .filter((total) => total > 0);
        expect(figures).toEqual({
          scored: buyers.length,
          oneTime: buyers.filter(([, count]) => count === 1).length,
          orders,
          monetary: money,
          highTier: tiers.filter((total) => total > 11).length,
        });
        expect(summary.tiers).toEqual({
          high: tiers.filter((total) => total > 11).length,
          medium: tiers.filter((total) => total > 7 && total < 12).length,
          low: tiers.filter((total) => total < 8).length,
        });
        expect(summary.valuable).toBe([...scored.m].filter((m) => m > 3).length);
        expect(readingOf('average-order', figures)).toBe(orders === 0 ? null : Math.round(money / orders));
        const again = buyers.filter(([, count]) => count > 1).length;
        const repeat = readingOf('repeat', figures);
        if (buyers.length === 0) expect(repeat).toBeNull();
        else expect(repeat).toBeCloseTo(again / buyers.length, 12);
      }),
    );
  });

  it('B21: say nothing of a share or a mean where there is nobody', () => {
    const nobody = { scored: 0, oneTime: 0, orders: 0, monetary: 0, highTier: 0 };
    expect(
      ['scored', 'money', 'repeat', 'again', 'average-order', 'high-tier'].map((name) =>
        readingOf(name as 'scored', nobody),
      ),
    ).toEqual([0, 0, null, null, null, 0]);
    const again = { cycle: '60 days', customers: 0, of: 0 };
    expect(readingOf('again', { ...nobody, again })).toBeNull();
    expect(readingOf('again', { ...nobody, again: { ...again, customers: 3, of: 12 } })).toBe(0.25);
  });
});

describe('the days Home looks back on', () => {
  it('are thirty days ago and the ends of the twelve months before', () => {
    const { before, months } = lookBack(parseDay('2024-03-31'), parseDay('2020-01-01'));
    expect(formatDay(before!)).toBe('2024-03-01');
    expect(months.map(formatDay)).toEqual([
      '2023-03-31',
      '2023-04-30',
      '2023-05-31',
      '2023-06-30',
      '2023-07-31',
      '2023-08-31',
      '2023-09-30',
      '2023-10-31',
      '2023-11-30',
      '2023-12-31',
      '2024-01-31',
      '2024-02-29',
    ]);
  });

  it('begin with the first order that counts, and are none without one', () => {
    const first = parseDay('2024-01-31');
    expect(lookBack(parseDay('2024-03-01'), first)).toEqual({
      before: parseDay('2024-01-31'),
      months: [parseDay('2024-01-31'), parseDay('2024-02-29')],
    });
    expect(lookBack(parseDay('2024-02-29'), first)).toEqual({ before: null, months: [first] });
    expect(lookBack(20_000, NO_DAY)).toEqual({ before: null, months: [] });
  });
});
