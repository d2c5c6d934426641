import type { Day } from './calendar.ts';
import { leftOutReason, type CountingRules, type Order } from './order.ts';

/** By what it is decided which orders count. */
type GapRules = {
  asOf: Day;
  /** The as-of day and the N−1 days before it; null = all time. */
  windowDays: number | null;
  /** The shop's currency, ISO 4217. */
  currency: string;
  rules: CountingRules;
  /** Calendar day of an instant in the shop's zone. */
  dayOf: (epochMs: number) => Day;
};

/** The mean number of days between a customer's counted orders, and of how many gaps it is the mean. */
export type OwnGap = { days: number; gaps: number };

/**
 * Each customer's usual gap: the mean number of days between its counted orders. Customers with fewer than two of them
 * have none.
 */
export function usualGaps(
  orders: readonly Order[],
  { asOf, windowDays, currency, rules, dayOf }: GapRules,
): Map<number, OwnGap> {
  const windowBegins = windowDays === null ? -Infinity : asOf - windowDays + 1;
  const spans = new Map<number, { orders: number; first: Day; last: Day }>();
  for (const order of orders) {
    const day = dayOf(order.processedAt);
    if (order.customerId === null || day < windowBegins) continue;
    if (leftOutReason(order, day, asOf, rules, currency, 0) !== null) continue;
    const span = spans.get(order.customerId);
    spans.set(order.customerId, {
      orders: (span?.orders ?? 0) + 1,
      first: Math.min(span?.first ?? day, day),
      last: Math.max(span?.last ?? day, day),
    });
  }
  const usual = new Map<number, OwnGap>();
  for (const [customerId, { orders: counted, first, last }] of spans) {
    // Between n orders there are n − 1 gaps, which together are the days from the first to the last.
    const gaps = counted - 1;
    if (gaps > 0) usual.set(customerId, { days: (last - first) / gaps, gaps });
  }
  return usual;
}
