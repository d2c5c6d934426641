import { shareLimits, type Interval } from './proportions.ts';
import { normalQuantile, tQuantile } from './quantiles.ts';

/** What the customers of one side brought: how many they are, how many of them ordered, the sum, and that of squares. */
export type Side = { customers: number; buyers: number; sum: number; squares: number };

/**
 * By how much more a treated customer brought than one held out, once all orders are in: the method of variance
 * estimates recovery (Zou and Donner 2008, Statistics in Medicine 27:1693-1702), which for shares is Newcombe's. The
 * limits of each side are those of its share of buyers, after Wilson, and of what a buyer brings, whose spread is taken
 * from the buyers of both sides. Null with fewer than two buyers on a side.
 *
 * Few customers are held out and few of them order, so their own spread misses the large orders that none of them
 * happened to make; just then Welch's interval is narrow and wrong. `npm run proof` shows both.
 * @param level confidence, e.g. 0.95
 */
export function finalInterval(treated: Side, held: Side, level: number): Interval | null {
  return recovered(treated, held, normalQuantile((1 + level) / 2));
}

/**
 * The same so far, however often it is looked at: with the stated confidence the true difference lies within at every
 * look at once. What treated customers brought more, summed up day by day, is a martingale whose variance grows with
 * the orders; it is as wide as the bounds of the normal mixture (Robbins 1970; Howard, Ramdas, McAuliffe and Sekhon
 * 2021, Annals of Statistics 49, proposition 5).
 * @param expected the variance of the difference that was expected for the end when the campaign began, above 0: there
 *   the interval is narrowest. It must not be taken from the campaign's own results.
 */
export function interimInterval(treated: Side, held: Side, expected: number, level: number): Interval | null {
  const variance = between(treated) / treated.customers + between(held) / held.customers;
  if (!(variance > 0)) return null;
  const odds = 2 * Math.log(1 / (1 - level));
  const rho = expected / (odds + Math.log(1 + odds));
  const bound = (variance + rho) * (Math.log((variance + rho) / rho) + odds);
  return recovered(treated, held, Math.sqrt(bound / variance));
}

/**
 * The same by Welch (1947), with Satterthwaite's degrees of freedom, to be shown beside it: each side's spread is its
 * own. Null with fewer than two customers on a side, when nobody brought anything, or below 3 degrees.
 */
export function welchInterval(treated: Side, held: Side, level: number): Interval | null {
  if (Math.min(treated.customers, held.customers) < 2) return null;
  const [a, b] = [between(treated) / treated.customers, between(held) / held.customers];
  const variance = a + b;
  if (variance === 0) return null;
  const df = variance ** 2 / (a ** 2 / (treated.customers - 1) + b ** 2 / (held.customers - 1));
  if (df < 3) return null;
  const difference = meanOf(treated) - meanOf(held);
  const width = Math.sqrt(variance) * tQuantile((1 + level) / 2, df);
  return { difference, low: difference - width, high: difference + width };
}

function recovered(treated: Side, held: Side, z: number): Interval | null {
  if (Math.min(treated.buyers, held.buyers) < 2) return null;
  const spread = (spreadAmongBuyers(treated) + spreadAmongBuyers(held)) / (treated.buyers + held.buyers - 2);
  const [a, b] = [limits(treated, spread, z), limits(held, spread, z)];
  const difference = a.mean - b.mean;
  return {
    difference,
    low: difference - Math.hypot(a.below, b.above),
    high: difference + Math.hypot(a.above, b.below),
  };
}

/** A side's mean, and how far below and above it the limits lie. */
function limits({ customers, buyers, sum }: Side, spread: number, z: number) {
  const share = buyers / customers;
  const each = sum / buyers;
  const { low, high } = shareLimits({ did: buyers, of: customers }, z);
  const byEach = share * z * Math.sqrt(spread / buyers);
  const [fewer, more] = [(share - low) * each, (high - share) * each];
  // Who loses money with each order loses most when most order.
  const [below, above] = each < 0 ? [more, fewer] : [fewer, more];
  return { mean: share * each, below: Math.hypot(below, byEach), above: Math.hypot(above, byEach) };
}

function meanOf({ customers, sum }: Side): number {
  return sum / customers;
}

/** The variance between customers; at least 0, whatever rounding says. */
function between({ customers, sum, squares }: Side): number {
  return Math.max(0, squares - (sum * sum) / customers) / (customers - 1);
}

/** Squared deviations of what each buyer brought from their mean, summed. */
function spreadAmongBuyers({ buyers, sum, squares }: Side): number {
  return Math.max(0, squares - (sum * sum) / buyers);
}
