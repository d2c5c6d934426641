import type { CustomerStats } from './customer-stats.ts';
import type { Dimension } from './ranges.ts';
import { scoreWith, type CutPoints, type ScoredCustomers } from './scores.ts';

/** Where the scores 2, 3, 4 and 5 begin: recency days (at most), counted orders or minor units (at least). */
export type OwnBounds = [number, number, number, number];

/** The cut points a merchant sets; a dimension without them is scored by rank. */
export type OwnCutPoints = Partial<Record<Dimension, OwnBounds>>;

/** The least and the most each bound may be: a first order or an order of today would leave nobody for the score 1. */
const LIMITS: Record<Dimension, readonly [number, number]> = {
  r: [0, 36_500],
  f: [2, 100_000],
  m: [1, 1e12],
};

/**
 * Whether bounds can be scored by: whole numbers within bounds, each score harder to reach than the one before it
 * (fewer days, more orders, more money).
 */
export function areOwnBounds(dimension: Dimension, bounds: readonly number[]): bounds is OwnBounds {
  const [least, most] = LIMITS[dimension];
  const harder = (value: number, place: number): boolean => {
    const before = bounds[place - 1];
    return before === undefined || (dimension === 'r' ? value < before : value > before);
  };
  return (
    bounds.length === 4 &&
    bounds.every((value, i) => Number.isInteger(value) && value >= least && value <= most && harder(value, i))
  );
}

/** The scores of a run with those dimensions scored anew that have cut points of the merchant's own. */
export function withOwnCutPoints(
  stats: CustomerStats,
  scored: ScoredCustomers,
  own: OwnCutPoints,
): ScoredCustomers {
  const dimensions = (['r', 'f', 'm'] as const).filter((dimension) => own[dimension] !== undefined);
  if (dimensions.length === 0) return scored;
  const cutPoints: CutPoints = { ...scored.cutPoints, ...own, own: dimensions };
  for (let row = 0; row < stats.n; row += 1) {
    const frequency = stats.frequency[row] as number;
    if (frequency === 0) continue;
    const recencyDays = stats.asOf - (stats.lastDay[row] as number);
    const scores = scoreWith(cutPoints, { recencyDays, frequency, monetary: stats.monetary[row] as number });
    for (const dimension of dimensions) scored[dimension][row] = scores[dimension];
  }
  return { ...scored, cutPoints };
}
