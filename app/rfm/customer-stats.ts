import type { Day } from './calendar.ts';
import { createCustomerIndex } from './customer-index.ts';
import {
  LEFT_OUT_REASONS,
  leftOutReason,
  orderAmount,
  type CountableOrder,
  type CountingRules,
  type LeftOutReason,
} from './order.ts';

/** `lastDay` of a customer without any counted order. */
export const NO_DAY = -0x80000000;
/** `firstDay` while no order was counted: later than any day. */
const LATER_THAN_ANY = 0x7fffffff;

export type StatsRules = {
  asOf: Day;
  /** The as-of day and the N−1 days before it; null = all time. */
  windowDays: number | null;
  /** The shop's currency, ISO 4217. */
  currency: string;
  rules: CountingRules;
  /** Calendar day of an instant in the shop's zone. */
  dayOf: (epochMs: number) => Day;
};

/** How many orders were read, and what became of them. */
export type CountedOrders = { read: number; counted: number; leftOut: Record<LeftOutReason, number> };

/** Columns with one row per customer that has any order, in the order in which customers were first seen. */
export type CustomerStats = {
  asOf: Day;
  /** Customers, the length of every column. */
  n: number;
  customerId: Float64Array;
  /** Day of the last counted order, NO_DAY without one. Before the window when `frequency` is 0. */
  lastDay: Int32Array;
  /** Day of the first counted order in the window; says nothing where `frequency` is 0. */
  firstDay: Int32Array;
  /** Counted orders in the window; 0 = unscored. */
  frequency: Uint32Array;
  /** Sum of their amounts, minor units of the shop's currency. */
  monetary: Float64Array;
  /** Day of the earliest counted order of the shop, NO_DAY without one; the window does not cut it. */
  firstOrderDay: Day;
  counts: CountedOrders;
  /** Customers of whom an order or a refund lies after the as-of day: on a later day their stats differ. */
  later: ReadonlySet<number>;
  /** The row of a customer, or -1. */
  rowOf: (customerId: number) => number;
};

type StatsFold = {
  /**
   * Takes one order; the object may be reused by the caller.
   * @param refundedAfterAsOf see `orderAmount`
   */
  add: (order: CountableOrder, refundedAfterAsOf: number) => void;
  finish: () => CustomerStats;
};

/**
 * Orders that wait to be added to their customers: among so many the processor fetches several customers' rows from
 * memory at once, where one after another it would wait for each.
 */
const WAITING = 1024;

/**
 * Folds a stream of orders, in any order, into one row per customer. Memory grows with customers
 * (about 45 bytes each), never with orders.
 */
export function createStats({ asOf, windowDays, currency, rules, dayOf }: StatsRules): StatsFold {
  const firstDayOfWindow = windowDays === null ? -Infinity : asOf - windowDays + 1;
  const index = createCustomerIndex();
  let capacity = 1024;
  let lastDay = new Int32Array(capacity).fill(NO_DAY);
  let firstDay = new Int32Array(capacity).fill(LATER_THAN_ANY);
  let frequency = new Uint32Array(capacity);
  let monetary = new Float64Array(capacity);
  let firstOrderDay = Infinity;
  const leftOut = Object.fromEntries(
    LEFT_OUT_REASONS.map((reason) => [reason, 0]),
  ) as CountedOrders['leftOut'];
  let read = 0;
  let counted = 0;
  const later = new Set<number>();
  let waiting = 0;
  const customers = new Float64Array(WAITING);
  /** NO_DAY for an order that does not count */
  const days = new Int32Array(WAITING);
  const amounts = new Float64Array(WAITING);
  const rows = new Int32Array(WAITING);

  const grow = (): void => {
    capacity *= 2;
    const latest = new Int32Array(capacity).fill(NO_DAY);
    latest.set(lastDay);
    lastDay = latest;
    const earliest = new Int32Array(capacity).fill(LATER_THAN_ANY);
    earliest.set(firstDay);
    firstDay = earliest;
    const orders = new Uint32Array(capacity);
    orders.set(frequency);
    frequency = orders;
    const money = new Float64Array(capacity);
    money.set(monetary);
    monetary = money;
  };

  const add = (order: CountableOrder, refundedAfterAsOf: number): void => {
    read += 1;
    const day = dayOf(order.processedAt);
    const reason = leftOutReason(order, day, asOf, rules, currency, refundedAfterAsOf);
    if (reason === null) counted += 1;
    else leftOut[reason] += 1;
    if (order.customerId === null) return;
    if (reason === 'later' || refundedAfterAsOf > 0) later.add(order.customerId);
    if (reason === null && day < firstOrderDay) firstOrderDay = day;
    customers[waiting] = order.customerId;
    days[waiting] = reason === null ? day : NO_DAY;
    amounts[waiting] = orderAmount(order, refundedAfterAsOf);
    waiting += 1;
    if (waiting === WAITING) addWaiting();
  };

  const addWaiting = (): void => {
    index.rowsFor(customers, waiting, rows);
    while (index.size() > capacity) grow();
    for (let i = 0; i < waiting; i += 1) {
      const row = rows[i] as number;
      const day = days[i] as number;
      if (day > (lastDay[row] as number)) lastDay[row] = day;
      if (day === NO_DAY || day < firstDayOfWindow) continue;
      if (day < (firstDay[row] as number)) firstDay[row] = day;
      frequency[row] = (frequency[row] as number) + 1;
      monetary[row] = (monetary[row] as number) + (amounts[i] as number);
    }
    waiting = 0;
  };

  const finish = (): CustomerStats => {
    addWaiting();
    const n = index.size();
    return {
      asOf,
      n,
      customerId: index.ids().subarray(0, n),
      lastDay: lastDay.subarray(0, n),
      firstDay: firstDay.subarray(0, n),
      frequency: frequency.subarray(0, n),
      monetary: monetary.subarray(0, n),
      firstOrderDay: firstOrderDay === Infinity ? NO_DAY : firstOrderDay,
      counts: { read, counted, leftOut },
      later,
      rowOf: index.rowOf,
    };
  };

  return { add, finish };
}
