import { createCustomerIndex } from './customer-index.ts';
import type { StatsRules } from './customer-stats.ts';
import { leftOutReason, type CountableOrder } from './order.ts';

/** Whom somebody orders for: themselves, a company, or both. */
export type Population = 'b2c' | 'b2b' | 'mixed';

/**
 * The populations of which it is stored who belongs to them: who orders for a company, always or sometimes, and who
 * orders for themselves and only ever at the till. Everybody else is of the main one.
 */
export const OTHER_POPULATIONS = ['b2b', 'mixed', 'pos'] as const;
export type OtherPopulation = (typeof OTHER_POPULATIONS)[number];

/** Who is of another population than the main one. */
export type Members = ReadonlyMap<number, OtherPopulation>;

/** To which population somebody with these orders belongs; null without any whose buyer is known. */
export function populationOf(orders: readonly { company: boolean }[]): Population | null {
  return populationOfCounts(orders.length, orders.filter(({ company }) => company).length);
}

function populationOfCounts(orders: number, companies: number): Population | null {
  if (orders === 0) return null;
  if (companies === 0) return 'b2c';
  return companies === orders ? 'b2b' : 'mixed';
}

/** How an order was bought: for a company, at the till. */
export type Purchased = { company: boolean; till: boolean };

/** Folds orders, in any order, into those of their customers who are of another population than the main one. */
export function foldPopulations({ asOf, windowDays, currency, rules, dayOf }: StatsRules) {
  const index = createCustomerIndex();
  const customer = new Float64Array(1);
  const place = new Int32Array(1);
  // Orders, those for a company, those at the till: of each customer, one after the other.
  let counts = new Uint32Array(3 * 1024);
  const firstDayOfWindow = windowDays === null ? -Infinity : asOf - windowDays + 1;
  const rowFor = (customerId: number): number => {
    customer[0] = customerId;
    index.rowsFor(customer, 1, place);
    if (index.size() * 3 > counts.length) {
      const longer = new Uint32Array(counts.length * 2);
      longer.set(counts);
      counts = longer;
    }
    return (place[0] as number) * 3;
  };
  return {
    /** Takes one order, which may be reused by the caller. @param refundedAfterAsOf see `orderAmount` */
    add(order: CountableOrder, { company, till }: Purchased, refundedAfterAsOf: number): void {
      const { customerId } = order;
      const day = dayOf(order.processedAt);
      if (customerId === null || day < firstDayOfWindow) return;
      if (leftOutReason(order, day, asOf, rules, currency, refundedAfterAsOf) !== null) return;
      const row = rowFor(customerId);
      counts[row] = (counts[row] as number) + 1;
      if (company) counts[row + 1] = (counts[row + 1] as number) + 1;
      if (till) counts[row + 2] = (counts[row + 2] as number) + 1;
    },
    finish(): Map<number, OtherPopulation> {
      const found = new Map<number, OtherPopulation>();
      const ids = index.ids();
      for (let i = 0; i < index.size(); i += 1) {
        const [orders = 0, companies = 0, tills = 0] = counts.subarray(i * 3, i * 3 + 3);
        const population = populationOfCounts(orders, companies);
        if (population === 'b2b' || population === 'mixed') found.set(ids[i] as number, population);
        else if (tills === orders) found.set(ids[i] as number, 'pos');
      }
      return found;
    },
  };
}
