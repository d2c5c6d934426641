import type { Day } from './calendar.ts';
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

/** What the checks are made of. */
type ReadinessFacts = {
  customers: number;
  threeOrders: number;
  /** Days of the shop's first and last counted orders, NO_DAY without one. */
  firstOrderDay: Day;
  lastOrderDay: Day;
};

const CUSTOMERS = 500;
const HISTORY_DAYS = 180;
const RECENT_DAYS = 30;
const THREE_ORDERS_PERCENT = 1;

/** The four checks for the customers of a run. */
export function readiness(stats: CustomerStats): ReadinessCheck[] {
  const facts = { customers: 0, threeOrders: 0, firstOrderDay: stats.firstOrderDay, lastOrderDay: NO_DAY };
  for (let i = 0; i < stats.n; i += 1) {
    const orders = stats.frequency[i] as number;
    if (orders > 0) facts.customers += 1;
    if (orders >= 3) facts.threeOrders += 1;
    facts.lastOrderDay = Math.max(facts.lastOrderDay, stats.lastDay[i] as number);
  }
  return readinessFrom(facts, stats.asOf);
}

/** The four checks as of a day. */
export function readinessFrom(facts: ReadinessFacts, asOf: Day): ReadinessCheck[] {
  const { customers, threeOrders, firstOrderDay, lastOrderDay } = facts;
  const any = lastOrderDay !== NO_DAY;
  const history = any ? asOf - firstOrderDay + 1 : 0;
  const sinceLast = any ? asOf - lastOrderDay : null;
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

/** What checks as of a day were made of. */
export function readinessFacts(checks: readonly ReadinessCheck[], asOf: Day): ReadinessFacts {
  const value = (name: ReadinessCheck['check']): number | null =>
    checks.find(({ check }) => check === name)?.value ?? null;
  const sinceLast = value('recent-order');
  return {
    customers: value('customers') ?? 0,
    threeOrders: value('three-orders') ?? 0,
    firstOrderDay: sinceLast === null ? NO_DAY : asOf - (value('history') ?? 0) + 1,
    lastOrderDay: sinceLast === null ? NO_DAY : asOf - sinceLast,
  };
}
