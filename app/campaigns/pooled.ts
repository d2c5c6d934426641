import type { Interval } from './proportions.ts';
import { normalQuantile } from './quantiles.ts';

/** The result of one campaign: profit per customer with its 95 % interval, and how many were treated. */
export type FinalResult = { profit: Interval; treated: number };

/** What several campaigns show together. */
export type Pooled = Interval & {
  campaigns: number;
  treated: number;
  /** share of the spread between campaigns that is more than chance (I², Higgins and Thompson 2002), 0 to 1 */
  unlike: number;
};

/**
 * Final results of campaigns together: a fixed-effect mean, each weighed by the inverse of its variance, as its interval's
 * width tells it. It says what these campaigns brought on average, not what the next one would where they are unlike.
 * Null with fewer than two.
 * @param level of the intervals given and told, e.g. 0.95
 */
export function pooledProfit(results: readonly FinalResult[], level: number): Pooled | null {
  const z = normalQuantile((1 + level) / 2);
  const weighed = results
    .map(({ profit }) => ({ of: profit.difference, variance: ((profit.high - profit.low) / (2 * z)) ** 2 }))
    .filter(({ variance }) => variance > 0);
  if (weighed.length < 2) return null;
  const weight = weighed.reduce((sum, { variance }) => sum + 1 / variance, 0);
  const difference = weighed.reduce((sum, { of, variance }) => sum + of / variance, 0) / weight;
  const width = z / Math.sqrt(weight);
  const q = weighed.reduce((sum, { of, variance }) => sum + (of - difference) ** 2 / variance, 0);
  return {
    difference,
    low: difference - width,
    high: difference + width,
    campaigns: weighed.length,
    treated: results.reduce((sum, { treated }) => sum + treated, 0),
    unlike: q === 0 ? 0 : Math.max(0, (q - (weighed.length - 1)) / q),
  };
}
