import type { CustomerStats } from './customer-stats.ts';

/** What the gaps between the orders of a shop's customers are like, as of a full run. */
export type ShopGaps = {
  /** Customers with a gap: they ordered on more than one day. Every one of them counts once, by the own usual gap. */
  customers: number;
  /** Days from the first counted order (in the window) to the as-of day, both included: longer gaps cannot be seen. */
  history: number;
  /** Whole days; null without such customers. */
  days: {
    /** At least a quarter, half and three quarters of these customers have a usual gap of at most this many days. */
    quarter: number;
    median: number;
    threeQuarters: number;
    /** The 95 % interval of the median. */
    from: number;
    to: number;
  } | null;
};

/**
 * The usual gaps of a shop's customers: of each who ordered on more than one day the days from the first to the last
 * counted order ÷ (orders − 1), as `usualGaps` has it, rounded up to whole days. Customers count once each, so that a
 * few who order every week do not stand for all. The interval of the median is the one of order statistics, which
 * supposes nothing of how gaps spread: the values at the ranks (n + 1)/2 ± 1.96 √n/2, rounded outwards (after Conover,
 * Practical Nonparametric Statistics, 3rd ed., 3.2).
 */
export function shopGaps({ n, asOf, frequency, firstDay, lastDay }: CustomerStats): ShopGaps {
  let earliest = asOf + 1;
  for (let i = 0; i < n; i += 1) {
    if ((frequency[i] as number) > 0 && (firstDay[i] as number) < earliest) earliest = firstDay[i] as number;
  }
  const history = asOf - earliest + 1;
  const histogram = new Uint32Array(history + 1);
  let customers = 0;
  for (let i = 0; i < n; i += 1) {
    const orders = frequency[i] as number;
    const span = (lastDay[i] as number) - (firstDay[i] as number);
    if (orders > 1 && span > 0) {
      const gap = Math.ceil(span / (orders - 1));
      histogram[gap] = (histogram[gap] as number) + 1;
      customers += 1;
    }
  }
  if (customers === 0) return { customers, history, days: null };
  /** The gap of the customer at a rank from 1. */
  const at = (rank: number): number => {
    let seen = 0;
    return histogram.findIndex((count) => (seen += count) >= Math.min(Math.max(rank, 1), customers));
  };
  const low = Math.floor((customers + 1) / 2 - (1.96 * Math.sqrt(customers)) / 2);
  const days = {
    quarter: at(Math.ceil(customers / 4)),
    median: at(Math.ceil(customers / 2)),
    threeQuarters: at(Math.ceil((customers * 3) / 4)),
    from: at(low),
    to: at(customers + 1 - low),
  };
  return { customers, history, days };
}
