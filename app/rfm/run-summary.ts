import { NO_DAY, type CustomerStats } from './customer-stats.ts';
import { readiness, type ReadinessCheck } from './readiness.ts';
import { SEGMENTS, type SegmentSlug } from './schemes.ts';
import type { ScoredCustomers } from './scores.ts';
import { checkSpread, type Spread } from './spread.ts';
import type { UnscoredReason } from './unscored.ts';

/** Customers and their money (minor units of the shop's currency). */
type Total = { customers: number; monetary: number };

/** What a full run found, as stored with it and shown on Home and in the grid. Shares are customers ÷ scored. */
export type RunSummary = {
  scored: number;
  monetary: number;
  unscored: Record<UnscoredReason, number>;
  /** Customers with exactly one counted order. */
  oneTime: number;
  /** In the order of SEGMENTS, empty ones included. */
  segments: ({ segment: SegmentSlug } & Total)[];
  /** The 25 cells, R5 to R1 and in each F1 to F5. */
  grid: ({ r: number; f: number } & Total)[];
  spread: Spread;
  readiness: ReadinessCheck[];
};

/**
 * Sums up a full run.
 * @param numbers the customers' segment numbers, see `segmentNumbers`
 * @param withoutOrders customers of whom no order is left at all, who are not in the stats
 */
export function summarise(
  stats: CustomerStats,
  scored: ScoredCustomers,
  numbers: Uint8Array,
  withoutOrders = 0,
): RunSummary {
  const unscored: RunSummary['unscored'] = { 'no-counted-order': withoutOrders, 'outside-window': 0 };
  const segments = SEGMENTS.map(({ slug }) => ({ segment: slug, customers: 0, monetary: 0 }));
  const cells = new Float64Array(36);
  const cellMoney = new Float64Array(36);
  let oneTime = 0;
  let monetary = 0;
  for (let i = 0; i < stats.n; i += 1) {
    const orders = stats.frequency[i] as number;
    if (orders === 0) {
      unscored[stats.lastDay[i] === NO_DAY ? 'no-counted-order' : 'outside-window'] += 1;
      continue;
    }
    const money = stats.monetary[i] as number;
    if (orders === 1) oneTime += 1;
    monetary += money;
    const cell = (scored.r[i] as number) * 6 + (scored.f[i] as number);
    cells[cell] = (cells[cell] as number) + 1;
    cellMoney[cell] = (cellMoney[cell] as number) + money;
    const segment = segments[(numbers[i] as number) - 1];
    if (segment) {
      segment.customers += 1;
      segment.monetary += money;
    }
  }
  const grid = [5, 4, 3, 2, 1].flatMap((r) =>
    [1, 2, 3, 4, 5].map((f) => ({
      r,
      f,
      customers: cells[r * 6 + f] as number,
      monetary: cellMoney[r * 6 + f] as number,
    })),
  );
  return {
    scored: scored.scored,
    monetary,
    unscored,
    oneTime,
    segments,
    grid,
    spread: checkSpread(stats, scored),
    readiness: readiness(stats),
  };
}
