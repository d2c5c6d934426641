import type { ScoredPopulations } from './apart.ts';
import { NO_DAY, type CustomerStats } from './customer-stats.ts';
import { readiness, type ReadinessCheck } from './readiness.ts';
import { isValuable, valueTier, type ValueTier } from './grades.ts';
import type { Scheme, SegmentSlug } from './schemes.ts';
import { shopGaps, type ShopGaps } from './shop-gaps.ts';
import { checkSpread, type Spread } from './spread.ts';
import type { UnscoredReason } from './unscored.ts';

/** Customers and their money (minor units of the shop's currency). */
type Total = { customers: number; monetary: number };

/** What a full run found, as stored with it and shown on Home. Shares are customers ÷ scored. */
export type RunSummary = {
  scored: number;
  monetary: number;
  unscored: Record<UnscoredReason, number>;
  /** Customers with exactly one counted order. */
  oneTime: number;
  /** Counted orders in the window of those who are scored. */
  orders: number;
  /** Customers by value tier, and those whose monetary score is 4 or 5. */
  tiers: Record<ValueTier, number>;
  valuable: number;
  /** In the order of the scheme, empty ones included. */
  segments: ({ segment: SegmentSlug } & Total)[];
  spread: Spread;
  readiness: ReadinessCheck[];
  /** Absent in runs of before they were measured. */
  gaps?: ShopGaps;
};

/**
 * Sums up a full run.
 * @param numbers the customers' segment numbers, see `segmentNumbers`
 * @param withoutOrders customers of whom no order is left at all, who are not in the stats
 */
export function summarise(
  scheme: Scheme,
  stats: CustomerStats,
  scored: ScoredPopulations,
  numbers: Uint8Array,
  withoutOrders = 0,
): RunSummary {
  const unscored: RunSummary['unscored'] = { 'no-counted-order': withoutOrders, 'outside-window': 0 };
  const segments = scheme.segments.map((segment) => ({ segment, customers: 0, monetary: 0 }));
  let oneTime = 0;
  let monetary = 0;
  let orders = 0;
  let valuable = 0;
  const tiers: RunSummary['tiers'] = { high: 0, medium: 0, low: 0 };
  for (let i = 0; i < stats.n; i += 1) {
    const frequency = stats.frequency[i] as number;
    if (frequency === 0) {
      unscored[stats.lastDay[i] === NO_DAY ? 'no-counted-order' : 'outside-window'] += 1;
      continue;
    }
    const money = stats.monetary[i] as number;
    if (frequency === 1) oneTime += 1;
    orders += frequency;
    monetary += money;
    const m = scored.m[i] as number;
    tiers[valueTier(scored.r[i] as number, scored.f[i] as number, m)] += 1;
    if (isValuable(m)) valuable += 1;
    const segment = segments[(numbers[i] as number) - 1];
    if (segment) {
      segment.customers += 1;
      segment.monetary += money;
    }
  }
  return {
    scored: scored.scored,
    monetary,
    unscored,
    oneTime,
    orders,
    tiers,
    valuable,
    segments,
    spread: checkSpread(scheme, stats, scored),
    readiness: readiness(stats),
    gaps: shopGaps(stats),
  };
}
