import type { Day } from '#app/rfm/calendar.ts';
import { createStats, type CustomerStats, type StatsRules } from '#app/rfm/customer-stats.ts';
import { DEFAULT_RULES, type CountableOrder, type FinancialStatus } from '#app/rfm/order.ts';

const DAY_MS = 86_400_000;

/** A paid order in a shop that lives in UTC; `day` is the order's day. */
export function order(
  day: Day,
  customerId: number | null,
  more: Partial<CountableOrder> = {},
): CountableOrder {
  return {
    customerId,
    processedAt: day * DAY_MS + 1,
    cancelledAt: null,
    test: false,
    financialStatus: 'PAID' satisfies FinancialStatus,
    currency: 'USD',
    total: 1000,
    refunded: 0,
    ...more,
  };
}

/** The stats of a shop in UTC and USD on day 1000, all time, unless said otherwise. */
export function statsOf(
  orders: readonly (CountableOrder & { refundedAfterAsOf?: number })[],
  rules: Partial<StatsRules> = {},
): CustomerStats {
  const fold = createStats({
    asOf: 1000,
    windowDays: null,
    currency: 'USD',
    rules: DEFAULT_RULES,
    dayOf: (epochMs) => Math.floor(epochMs / DAY_MS),
    ...rules,
  });
  for (const one of orders) fold.add(one, one.refundedAfterAsOf ?? 0);
  return fold.finish();
}

/** Stats with exactly these values per customer: [days since the last order, orders, minor units]; 0 orders = unscored. */
export function statsWith(
  values: readonly (readonly [number, number, number])[],
  asOf: Day = 1000,
): CustomerStats {
  const orders = values.flatMap(([recency, frequency, monetary], customer) => {
    const day = asOf - recency;
    if (frequency === 0) return [order(day, customer + 1, { test: true })];
    return Array.from({ length: frequency }, (_, i) =>
      order(day, customer + 1, { total: i === 0 ? monetary : 0 }),
    );
  });
  return statsOf(orders, { asOf, rules: { ...DEFAULT_RULES, countZero: true } });
}
