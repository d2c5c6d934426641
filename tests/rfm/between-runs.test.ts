import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_DAY, type CustomerStats } from '#app/rfm/customer-stats.ts';
import { movedSummary, type Tallied } from '#app/rfm/moved-summary.ts';
import { recencyCrossings } from '#app/rfm/recency-crossings.ts';
import { summarise } from '#app/rfm/run-summary.ts';
import { segmentNumbers, TEN_SEGMENTS } from '#app/rfm/schemes.ts';
import { scoreAgainst } from '#app/rfm/score-against.ts';
import { scoreCustomers, scoreWith, type Bounds } from '#app/rfm/scores.ts';
import { statsWith } from './given.ts';

/** Recency in days, counted orders (0 = unscored) and money of the customers of a shop. */
const shop = fc.array(fc.tuple(fc.nat(400), fc.nat(6), fc.nat(90_000)), { minLength: 1, maxLength: 60 });
const method = fc.constantFrom('all-customers' as const, 'repeat-customers' as const);

/** What a summary counts of a row. */
function tallied(stats: CustomerStats, scores: Record<'r' | 'f' | 'm', Uint8Array>, row: number): Tallied {
  const frequency = stats.frequency[row] as number;
  return {
    lastDay: frequency === 0 ? NO_DAY : (stats.lastDay[row] as number),
    frequency,
    monetary: stats.monetary[row] as number,
    r: scores.r[row] as number,
    f: scores.f[row] as number,
    m: scores.m[row] as number,
    segment: segmentNumbers(TEN_SEGMENTS, scores)[row] as number,
  };
}

describe('between full runs', () => {
  it('customers scored against the cut points of their own run score as in that run', () => {
    fc.assert(
      fc.property(shop, method, (values, how) => {
        const stats = statsWith(values);
        const full = scoreCustomers(stats, how);
        const again = scoreAgainst(stats, full.cutPoints, how, new Map());
        expect([again.r, again.f, again.m, again.scored]).toEqual([full.r, full.f, full.m, full.scored]);
      }),
    );
  });

  it('at midnight exactly those cross a cut point whose last order lies on one of the days', () => {
    const bound = fc.option(fc.nat(500), { nil: null });
    const bounds = fc
      .tuple(bound, bound, bound, bound)
      .map((all) => all.toSorted((a, b) => (b ?? -1) - (a ?? -1)) as Bounds);
    fc.assert(
      fc.property(bounds, fc.nat(40), fc.integer({ min: 19_000, max: 20_000 }), (r, passed, lastDay) => {
        const before = 20_000;
        const asOf = before + passed;
        const scoreOn = (day: number): number =>
          scoreWith(
            { r, f: [null, null, null, null], m: [null, null, null, null] },
            { recencyDays: day - lastDay, frequency: 1, monetary: 1 },
          ).r;
        const crosses = recencyCrossings(r, before, asOf).some(
          (days) => lastDay >= days.from && lastDay < days.before,
        );
        expect(crosses).toBe(scoreOn(before) !== scoreOn(asOf));
      }),
      { numRuns: 500 },
    );
  });

  it('the summary after customers moved is that of everyone as they are', () => {
    fc.assert(
      fc.property(shop, shop, method, (values, others, how) => {
        const after = values.map((value, row) => others[row] ?? value);
        const [old, now] = [statsWith(values), statsWith(after)];
        const full = scoreCustomers(old, how);
        const scored = scoreAgainst(now, full.cutPoints, how, new Map());
        const before = summarise(TEN_SEGMENTS, old, full, segmentNumbers(TEN_SEGMENTS, full));
        const whole = summarise(TEN_SEGMENTS, now, scored, segmentNumbers(TEN_SEGMENTS, scored));
        const moves = values.map((_, row) => ({
          before: tallied(old, full, row),
          after: tallied(now, scored, row),
        }));
        const moved = movedSummary(before, moves, now.asOf, old.asOf);
        const { scored: customers, monetary, oneTime, orders, tiers, valuable, segments, unscored } = whole;
        expect(moved).toMatchObject({
          scored: customers,
          monetary,
          oneTime,
          orders,
          tiers,
          valuable,
          segments,
        });
        expect(moved.unscored['no-counted-order'] + moved.unscored['outside-window']).toBe(
          unscored['no-counted-order'] + unscored['outside-window'],
        );
        for (const check of ['customers', 'three-orders'] as const) {
          const of = ({ readiness }: typeof whole) => readiness.find((one) => one.check === check);
          expect(of(moved)).toEqual(of(whole));
        }
      }),
    );
  });

  it('a customer who is gone is no longer counted, and nothing else changes', () => {
    const stats = statsWith([
      [1, 1, 100],
      [30, 2, 500],
      [200, 3, 900],
    ]);
    const full = scoreCustomers(stats, 'all-customers');
    const before = summarise(TEN_SEGMENTS, stats, full, segmentNumbers(TEN_SEGMENTS, full));
    const gone = movedSummary(
      before,
      [{ before: tallied(stats, full, 1), after: null }],
      stats.asOf,
      stats.asOf,
    );
    expect(gone).toMatchObject({ scored: 2, monetary: 1_000, oneTime: 1, orders: 4 });
    expect(before).toMatchObject({ scored: 3, monetary: 1_500, orders: 6 });
  });
});
