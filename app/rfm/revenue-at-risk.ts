import type { Day } from './calendar.ts';
import type { StatsRules } from './customer-stats.ts';
import { leftOutReason, orderAmount, type CountableOrder } from './order.ts';
import { cycleDays, type Cycle } from './purchase-cycle.ts';

/** Money at stake is the net spend of so many days, that of the last order being the last of them. */
export const STAKE_DAYS = 365;

/**
 * The last order days, ends included, of customers who are about to lapse or lapsed for less than one cycle, which is
 * to say: whose last order is less than two cycles ago. Null when no day is one of them.
 */
export function riskDays(cycle: Cycle, asOf: Day): { from: Day; to: Day } | null {
  const { aboutToLapse, lapsed } = cycleDays(cycle, asOf);
  const from = cycleDays({ ...cycle, length: cycle.length * 2 }, asOf).lapsed + 1;
  const to = Math.max(aboutToLapse, lapsed);
  return from > to ? null : { from, to };
}

/** What customers have at stake: past spend, never a forecast. Money in minor units. */
export type RevenueAtRisk = { customers: number; monetary: number };

type RiskFold = {
  /** Takes one order of anybody; the object may be reused by the caller. */
  add: (order: CountableOrder, refundedAfterAsOf: number) => void;
  finish: () => RevenueAtRisk;
};

/**
 * Adds up the money at stake of some customers from a stream of orders in any order. Orders from before the window are
 * among them: a window says how scores are made, and not what a customer was worth.
 * @param lastDays the last counted order's day of each customer it is about
 */
export function revenueAtRisk(
  lastDays: ReadonlyMap<number, Day>,
  { asOf, currency, rules, dayOf }: Omit<StatsRules, 'windowDays'>,
): RiskFold {
  let monetary = 0;
  return {
    add: (order, refundedAfterAsOf) => {
      const lastDay = order.customerId === null ? undefined : lastDays.get(order.customerId);
      if (lastDay === undefined) return;
      const day = dayOf(order.processedAt);
      // A later order than the last one came since the scores were made: who has it is not at risk any more.
      if (day <= lastDay - STAKE_DAYS || day > lastDay) return;
      if (leftOutReason(order, day, asOf, rules, currency, refundedAfterAsOf) !== null) return;
      monetary += orderAmount(order, refundedAfterAsOf);
    },
    finish: () => ({ customers: lastDays.size, monetary }),
  };
}
