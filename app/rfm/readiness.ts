import { NO_DAY, type CustomerStats } from './customer-stats.ts';

/** A live check of whether scores can be trusted: "412 of 500". */
export type ReadinessCheck = {
  check: 'customers' | 'history' | 'recent-order' | 'three-orders';
  /**
   * Scored customers · days of history, the as-of day included · days since the last counted order, null without
   * one · scored customers with three or more orders.
   */
  value: number | null;
  /** At least this; for 'recent-order' at most this. */
  needed: number;
  met: boolean;
};

const CUSTOMERS = 500;
const HISTORY_DAYS = 180;
const RECENT_DAYS = 30;
const THREE_ORDERS_PERCENT = 1;

/** The four checks for the customers of a run. */
export function readiness(stats: CustomerStats): ReadinessCheck[] {
  let customers = 0;
  let threeOrders = 0;
  let lastOrderDay = NO_DAY;
  for (let i = 0; i < stats.n; i += 1) {
    const orders = stats.frequency[i] as number;
    if (orders > 0) customers += 1;
    if (orders >= 3) threeOrders += 1;
    lastOrderDay = Math.max(lastOrderDay, stats.lastDay[i] as number);
  }
  const any = lastOrderDay !== NO_DAY;
  const history = any ? stats.asOf - stats.firstOrderDay + 1 : 0;
  const sinceLast = any ? stats.asOf - lastOrderDay : null;
  const threeNeeded = Math.max(1, Math.ceil((customers * THREE_ORDERS_PERCENT) / 100));
  return [
    { check: 'customers', value: customers, needed: CUSTOMERS, met: customers >= CUSTOMERS },
    { check: 'history', value: history, needed: HISTORY_DAYS, met: history >= HISTORY_DAYS },
    {
      check: 'recent-order',
      value: sinceLast,
      needed: RECENT_DAYS,
      met: sinceLast !== null && sinceLast <= RECENT_DAYS,
    },
    { check: 'three-orders', value: threeOrders, needed: threeNeeded, met: threeOrders >= threeNeeded },
  ];
}
