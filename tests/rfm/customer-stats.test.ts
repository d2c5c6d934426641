import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_DAY } from '#app/rfm/customer-stats.ts';
import { DEFAULT_RULES } from '#app/rfm/order.ts';
import { unscoredReason } from '#app/rfm/unscored.ts';
import { order, statsOf } from './given.ts';

describe('orders that count', () => {
  it('each order left out has one reason, the first that applies', () => {
    const cancelledAt = 5;
    const { counts } = statsOf([
      order(1001, 1),
      order(900, null, { test: true }),
      order(900, 1, { test: true, cancelledAt }),
      order(900, 1, { cancelledAt, financialStatus: 'PENDING' }),
      order(900, 1, { financialStatus: 'PENDING', currency: 'EUR' }),
      order(900, 1, { financialStatus: null }),
      order(900, 1, { currency: 'EUR', total: 0 }),
      order(900, 1, { total: 0 }),
      order(900, 1, { total: 1000, refunded: 1000, financialStatus: 'PARTIALLY_REFUNDED' }),
      order(900, 1, { financialStatus: 'PARTIALLY_PAID' }),
    ]);
    expect(counts).toEqual({
      read: 10,
      counted: 1,
      leftOut: { later: 1, guest: 1, test: 1, cancelled: 1, unpaid: 2, 'other-currency': 1, zero: 2 },
    });
  });

  it('a rule that is switched on lets its orders count', () => {
    const orders = [
      order(1, 1, { test: true }),
      order(1, 1, { cancelledAt: 1 }),
      order(1, 1, { financialStatus: 'VOIDED' }),
      order(1, 1, { total: -300 }),
    ];
    const rules = { countTest: true, countCancelled: true, countUnpaid: true, countZero: true };
    const stats = statsOf(orders, { rules });
    expect(stats.counts.counted).toBe(4);
    expect([...stats.monetary]).toEqual([2700]);
    expect(statsOf(orders, { rules: { ...DEFAULT_RULES, countZero: true } }).counts.counted).toBe(1);
  });

  it('B18: amounts in another currency are never added to the shop’s', () => {
    const stats = statsOf([order(1, 7), order(2, 7, { currency: 'KRW', total: 90_000 }), order(3, 7)]);
    expect([...stats.monetary]).toEqual([2000]);
    expect(stats.counts.leftOut['other-currency']).toBe(1);
  });

  it('a refund counts from its own day: before it the order is worth what it was', () => {
    const full = order(900, 1, { total: 1000, refunded: 1000, financialStatus: 'REFUNDED' });
    const part = order(900, 1, { total: 1000, refunded: 300, financialStatus: 'PARTIALLY_REFUNDED' });
    expect(statsOf([full]).counts.leftOut.unpaid).toBe(1);
    expect([...statsOf([{ ...full, refundedAfterAsOf: 1000 }]).monetary]).toEqual([1000]);
    expect([...statsOf([part]).monetary]).toEqual([700]);
    expect([...statsOf([{ ...part, refundedAfterAsOf: 200 }]).monetary]).toEqual([900]);
  });
});

describe('customers', () => {
  it('B19: later orders are ignored, so recency is never negative', () => {
    const stats = statsOf([order(1000, 1), order(1001, 1), order(1001, 2)], { asOf: 1000 });
    expect([...stats.lastDay]).toEqual([1000, NO_DAY]);
    expect([...stats.frequency]).toEqual([1, 0]);
  });

  it('the window holds the as-of day and the days before it, for all three values', () => {
    const orders = [order(971, 1), order(970, 1), order(1000, 1), order(970, 2), order(1, 3, { test: true })];
    const stats = statsOf(orders, { windowDays: 30 });
    expect([...stats.frequency]).toEqual([2, 0, 0]);
    expect([...stats.monetary]).toEqual([2000, 0, 0]);
    const reasons = [0, 1, 2].map((i) => unscoredReason(stats.lastDay[i] ?? 0, stats.frequency[i] ?? 0));
    expect(reasons).toEqual([null, 'outside-window', 'no-counted-order']);
    expect(stats.firstOrderDay).toBe(970);
  });

  it('fold to the same values as one object per customer, however many and in whatever order', () => {
    const someOrder = fc.record({
      // Neighbouring ids as Shopify gives them, and ones above 2^32.
      customerId: fc.oneof(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 2 ** 40, max: 2 ** 40 + 3000 }),
      ),
      day: fc.integer({ min: 1, max: 1000 }),
      total: fc.integer({ min: 1, max: 2 ** 40 }),
    });
    fc.assert(
      fc.property(fc.array(someOrder, { maxLength: 4000, size: 'max' }), (orders) => {
        const stats = statsOf(orders.map(({ day, customerId, total }) => order(day, customerId, { total })));
        const expected = new Map<number, { lastDay: number; frequency: number; monetary: number }>();
        for (const { customerId, day, total } of orders) {
          const known = expected.get(customerId) ?? { lastDay: 0, frequency: 0, monetary: 0 };
          known.lastDay = Math.max(known.lastDay, day);
          known.frequency += 1;
          known.monetary += total;
          expected.set(customerId, known);
        }
        expect(stats.n).toBe(expected.size);
        for (const [customerId, values] of expected) {
          const i = stats.rowOf(customerId);
          expect(stats.customerId[i]).toBe(customerId);
          const { lastDay, frequency, monetary } = stats;
          expect({ lastDay: lastDay[i], frequency: frequency[i], monetary: monetary[i] }).toEqual(values);
        }
        expect(stats.rowOf(41)).toBe(-1);
      }),
      { numRuns: 30 },
    );
  });

  it('B21: an empty shop has no customers and no reasons to fail', () => {
    const stats = statsOf([]);
    expect(stats.n).toBe(0);
    expect(stats.firstOrderDay).toBe(NO_DAY);
    expect(stats.counts.read).toBe(0);
  });
});
