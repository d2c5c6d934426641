import type { ShopRow } from '#app/db.server.ts';
import { dayIn, type Day } from '#app/rfm/calendar.ts';
import { dueDate, shopGapAfter, type DueDate } from '#app/rfm/due-date.ts';
import type { CycleInForce, SuggestedCycle } from '#app/rfm/purchase-cycle.ts';
import { usualGaps, type OwnGap } from '#app/rfm/usual-gap.ts';
import { ordersOfCustomers } from './at-risk.server.ts';
import type { ScoreRun } from './scores.server.ts';
import type { Settings } from './settings.server.ts';

/** A customer's usual gap and when the next order is due; null where there is none. */
export type CustomerDue = { own: OwnGap | null; due: DueDate | null };

/** When each of a page of customers is due to order again, from all their orders. */
export async function customerDues(
  shop: ShopRow,
  { asOf, currency }: Pick<ScoreRun, 'asOf' | 'currency'>,
  settings: Settings,
  { suggested, cycle }: { suggested: SuggestedCycle; cycle: CycleInForce | null },
  customers: readonly { customerId: number; lastOrderDay: Day | null }[],
): Promise<Map<number, CustomerDue>> {
  const orders = await ordersOfCustomers(
    shop.id,
    customers.map(({ customerId }) => customerId),
  );
  const timeZone = shop.timeZone ?? 'UTC';
  const { windowDays, ...rules } = settings;
  const dayOf = (instant: number): Day => dayIn(timeZone, instant);
  const gaps = usualGaps(orders, { asOf, windowDays, currency, rules, dayOf });
  return new Map(
    customers.map(({ customerId, lastOrderDay }) => {
      const own = gaps.get(customerId) ?? null;
      const shopGap = lastOrderDay === null ? null : shopGapAfter(lastOrderDay, suggested, cycle);
      const due = lastOrderDay === null || shopGap === null ? null : dueDate(lastOrderDay, own, shopGap);
      return [customerId, { own, due }];
    }),
  );
}
