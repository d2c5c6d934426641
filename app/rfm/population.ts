import type { StatsRules } from './customer-stats.ts';
import { leftOutReason, type CountableOrder } from './order.ts';

/** Whom somebody orders for: themselves, a company, or both. */
export type Population = 'b2c' | 'b2b' | 'mixed';

/** To which population somebody with these orders belongs; null without any whose buyer is known. */
export function populationOf(orders: readonly { company: boolean }[]): Population | null {
  return populationOfCounts(orders.length, orders.filter(({ company }) => company).length);
}

function populationOfCounts(orders: number, companies: number): Population | null {
  if (orders === 0) return null;
  if (companies === 0) return 'b2c';
  return companies === orders ? 'b2b' : 'mixed';
}

/** Folds orders, in any order, into those of their customers who buy for a company: always, or sometimes. */
export function foldPopulations({ asOf, windowDays, currency, rules, dayOf }: StatsRules) {
  const counts = new Map<number, { orders: number; companies: number }>();
  const firstDayOfWindow = windowDays === null ? -Infinity : asOf - windowDays + 1;
  return {
    /** Takes one order, which may be reused by the caller. @param refundedAfterAsOf see `orderAmount` */
    add(order: CountableOrder, company: boolean, refundedAfterAsOf: number): void {
      const { customerId } = order;
      const day = dayOf(order.processedAt);
      if (customerId === null || day < firstDayOfWindow) return;
      if (leftOutReason(order, day, asOf, rules, currency, refundedAfterAsOf) !== null) return;
      let count = counts.get(customerId);
      if (count === undefined) counts.set(customerId, (count = { orders: 0, companies: 0 }));
      count.orders += 1;
      if (company) count.companies += 1;
    },
    finish(): Map<number, CompanyPopulation> {
      const found = new Map<number, CompanyPopulation>();
      for (const [customer, { orders, companies }] of counts) {
        const population = populationOfCounts(orders, companies);
        if (population === 'b2b' || population === 'mixed') found.set(customer, population);
      }
      return found;
    },
  };
}

/** The populations of which it is stored who belongs to them. */
export type CompanyPopulation = Exclude<Population, 'b2c'>;
