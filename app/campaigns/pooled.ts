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
 * Final results of campaigns together: what they brought on average for each customer who took part, so each campaign
 * weighs as many as it treated. To weigh by how sure each is, as is usual, would lean on those in which few or small
 * orders happened to come, and these brought least. The limits of each side are recovered from theirs (Zou and Donner
 * 2008). It says what these campaigns brought, not what the next one would where they are unlike. Null with fewer than two.
 * @param level of the intervals given and told, e.g. 0.95
 */
export function pooledProfit(results: readonly FinalResult[], level: number): Pooled | null {
  const sure = results.filter(({ profit, treated }) => profit.high > profit.low && treated > 0);
  if (sure.length < 2) return null;
  const treated = sure.reduce((sum, result) => sum + result.treated, 0);
  const over = (of: (profit: Interval) => number): number =>
    sure.reduce((sum, result) => sum + (result.treated / treated) * of(result.profit), 0);
  const reach = (of: (profit: Interval) => number): number =>
    Math.hypot(...sure.map((result) => (result.treated / treated) * of(result.profit)));
  const difference = over((profit) => profit.difference);
  return {
    difference,
    low: difference - reach((profit) => profit.difference - profit.low),
    high: difference + reach((profit) => profit.high - profit.difference),
    campaigns: sure.length,
    treated,
    unlike: unlike(sure, normalQuantile((1 + level) / 2)),
  };
}

/** I²: how much of the spread of their differences is more than chance. */
function unlike(results: readonly FinalResult[], z: number): number {
  const each = results.map(({ profit }) => ({
    of: profit.difference,
    weight: ((2 * z) / (profit.high - profit.low)) ** 2,
  }));
  const weight = each.reduce((sum, one) => sum + one.weight, 0);
  const mean = each.reduce((sum, one) => sum + one.weight * one.of, 0) / weight;
  const q = each.reduce((sum, one) => sum + one.weight * (one.of - mean) ** 2, 0);
  return q === 0 ? 0 : Math.max(0, (q - (each.length - 1)) / q);
}
