import { normalQuantile } from './quantiles.ts';

/** Of how many customers how many did something. */
export type Share = { did: number; of: number };

/** A difference and the interval in which it lies with the stated confidence. */
export type Interval = { difference: number; low: number; high: number };

/** The share in which something is expected again, after Wilson (1927): never outside 0 and 1, also for nobody. */
export function shareLimits({ did, of }: Share, z: number): { low: number; high: number } {
  const share = did / of;
  const middle = share + (z * z) / (2 * of);
  const width = z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  const scale = 1 + (z * z) / of;
  return { low: (middle - width) / scale, high: (middle + width) / scale };
}

/**
 * By how much the first share is larger than the second: Newcombe's hybrid score interval (1998, Statistics in
 * Medicine 17:873-890, method 10). Null when one of them is of nobody.
 * @param level confidence, e.g. 0.95
 */
export function differenceOfShares(one: Share, other: Share, level: number): Interval | null {
  if (one.of === 0 || other.of === 0) return null;
  const z = normalQuantile((1 + level) / 2);
  const [p, q] = [one.did / one.of, other.did / other.of];
  const [a, b] = [shareLimits(one, z), shareLimits(other, z)];
  const difference = p - q;
  return {
    difference,
    low: difference - Math.hypot(p - a.low, b.high - q),
    high: difference + Math.hypot(a.high - p, q - b.low),
  };
}
