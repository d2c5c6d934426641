import type { Day } from './calendar.ts';
import { NO_DAY } from './customer-stats.ts';
import { readinessFrom, readinessFacts } from './readiness.ts';
import type { RunSummary } from './run-summary.ts';
import { isValuable, valueTier } from './grades.ts';

/** What of a customer a summary counts. */
export type Tallied = {
  /** NO_DAY without a counted order. */
  lastDay: Day;
  /** Counted orders in the window, 0 = unscored. */
  frequency: number;
  /** Minor units. */
  monetary: number;
  /** The scores, 0 = unscored. */
  r: number;
  f: number;
  m: number;
  /** See `segmentNumbers`; 0 = unscored. */
  segment: number;
};

/** A customer before and after; null = was not, or is no longer, one of the shop. */
export type Move = { before: Tallied | null; after: Tallied | null };

/**
 * The summary of a run after some customers moved: totals, segments and readiness are those of a summary of
 * everyone as they are now. The spread check stays that of the full run, since it speaks of the cut points; the days of
 * the shop's first and last orders are looked for only there too, and an order that comes moves the last one on.
 * @param asOf the day the scores are as of now
 */
export function movedSummary(
  summary: RunSummary,
  moves: Iterable<Move>,
  asOf: Day,
  asOfBefore: Day,
): RunSummary {
  const next = copied(summary);
  const facts = readinessFacts(summary.readiness, asOfBefore);
  const count = (one: Tallied, sign: 1 | -1): void => {
    if (one.frequency === 0) {
      next.unscored[one.lastDay === NO_DAY ? 'no-counted-order' : 'outside-window'] += sign;
      return;
    }
    next.scored += sign;
    next.monetary += sign * one.monetary;
    next.orders += sign * one.frequency;
    next.tiers[valueTier(one.r, one.f, one.m)] += sign;
    if (isValuable(one.m)) next.valuable += sign;
    if (one.frequency === 1) next.oneTime += sign;
    if (one.frequency >= 3) facts.threeOrders += sign;
    const total = next.segments[one.segment - 1];
    if (total === undefined) return;
    total.customers += sign;
    total.monetary += sign * one.monetary;
  };
  for (const { before, after } of moves) {
    if (before !== null) count(before, -1);
    if (after === null) continue;
    count(after, 1);
    if (after.lastDay === NO_DAY) continue;
    facts.lastOrderDay = Math.max(facts.lastOrderDay, after.lastDay);
    facts.firstOrderDay = facts.firstOrderDay === NO_DAY ? after.lastDay : facts.firstOrderDay;
  }
  facts.customers = next.scored;
  return { ...next, readiness: readinessFrom(facts, asOf) };
}

function copied(summary: RunSummary): RunSummary {
  return {
    ...summary,
    unscored: { ...summary.unscored },
    tiers: { ...summary.tiers },
    segments: summary.segments.map((total) => ({ ...total })),
  };
}
