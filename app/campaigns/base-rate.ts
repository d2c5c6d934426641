import { shareLimits } from './proportions.ts';
import { normalQuantile } from './quantiles.ts';

/**
 * Customers of the audience that share recency and frequency scores, and those who were like them on a past day: how
 * many that were, and how many of them ordered in the days after it.
 */
export type AlikeCell = { audience: number; similar: number; ordered: number };

/** In which share of an audience somebody orders without a campaign; limits with 95 % confidence. */
export type BaseRate = {
  rate: number;
  low: number;
  high: number;
  /** customers of the past it rests on */
  similar: number;
  /** share of the audience of which anybody in the past was like */
  covered: number;
};

/** Fewer customers in the past, or likeness to less than half of the audience, say nothing. */
const LEAST_SIMILAR = 100;
const LEAST_COVERED = 0.5;

/**
 * How an audience orders by itself, from how those ordered who were like it on a past day: each cell weighs as many as
 * the audience has in it now (post-stratification). The limits are Wilson's for as many customers as the weighted ones
 * are worth (Kish's effective size). Null when too little is known.
 */
export function baseRate(cells: readonly AlikeCell[]): BaseRate | null {
  const known = cells.filter(({ audience, similar }) => audience > 0 && similar > 0);
  const all = cells.reduce((sum, cell) => sum + cell.audience, 0);
  const covered = known.reduce((sum, cell) => sum + cell.audience, 0);
  const similar = known.reduce((sum, cell) => sum + cell.similar, 0);
  if (similar < LEAST_SIMILAR || covered < all * LEAST_COVERED) return null;
  let [rate, unevenness] = [0, 0];
  for (const cell of known) {
    const weight = cell.audience / covered;
    rate += (weight * cell.ordered) / cell.similar;
    unevenness += (weight * weight) / cell.similar;
  }
  const worth = 1 / unevenness;
  const limits = shareLimits({ did: rate * worth, of: worth }, normalQuantile(0.975));
  return { rate, ...limits, similar, covered: covered / all };
}
