import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_RULES, type Order } from '#app/rfm/order.ts';
import { usualGaps } from '#app/rfm/usual-gap.ts';

const DAY = 86_400_000;
const AS_OF = 20_000;
const RULES = {
  asOf: AS_OF,
  windowDays: null,
  currency: 'EUR',
  rules: DEFAULT_RULES,
  dayOf: (instant: number) => Math.floor(instant / DAY),
};

let id = 0;
function order(customerId: number | null, daysAgo: number, change: Partial<Order> = {}): Order {
  const processedAt = (AS_OF - daysAgo) * DAY;
  return {
    id: (id += 1),
    customerId,
    createdAt: processedAt,
    processedAt,
    updatedAt: processedAt,
    cancelledAt: null,
    test: false,
    financialStatus: 'PAID',
    currency: 'EUR',
    total: 1000,
    refunded: 0,
    ...change,
  };
}

describe('the usual gap', () => {
  it('given any days, in any order, then it is the mean of the gaps between one order and the next', () => {
    const days = fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 2, maxLength: 20 });
    fc.assert(
      fc.property(days, (daysAgo) => {
        const sorted = daysAgo.toSorted((a, b) => a - b);
        const gaps = sorted.slice(1).map((day, i) => day - (sorted[i] as number));
        const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
        expect(
          usualGaps(
            daysAgo.map((day) => order(7, day)),
            RULES,
          ).get(7)?.days,
        ).toBeCloseTo(mean, 9);
      }),
    );
  });

  it('given a customer with one order that counts, then there is none, whatever else was ordered', () => {
    const others: Partial<Order>[] = [
      { test: true },
      { cancelledAt: 1 },
      { financialStatus: 'PENDING' },
      { currency: 'USD' },
      { refunded: 1000 },
    ];
    const orders = [
      order(7, 10),
      ...others.map((change) => order(7, 50, change)),
      order(7, -1),
      order(null, 9),
    ];
    expect(usualGaps(orders, RULES).size).toBe(0);
    expect(usualGaps(orders, { ...RULES, rules: { ...DEFAULT_RULES, countTest: true } }).get(7)).toEqual({
      days: 40,
      gaps: 1,
    });
  });

  it('given a window, then orders before it do not count', () => {
    const orders = [order(7, 0), order(7, 29), order(7, 30)];
    expect(usualGaps(orders, { ...RULES, windowDays: 30 }).get(7)?.days).toBe(29);
    expect(usualGaps(orders, { ...RULES, windowDays: 31 }).get(7)).toEqual({ days: 15, gaps: 2 });
  });

  it('given two orders on one day, then the gap is nothing; and customers are kept apart', () => {
    const gaps = usualGaps([order(1, 5), order(1, 5), order(2, 5), order(2, 7)], RULES);
    expect([...gaps]).toEqual([
      [1, { days: 0, gaps: 1 }],
      [2, { days: 2, gaps: 1 }],
    ]);
  });
});
