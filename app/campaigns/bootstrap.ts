import type { Interval } from './proportions.ts';

/** What the customers of one side brought: how many they are, and what each of those brought who brought anything. */
export type Brought = { customers: number; values: readonly number[] };

/** The two sides of customers of one stratum. */
type Stratum = { treated: Brought; held: Brought };

const RESAMPLES = 599;

/**
 * The difference of means and its interval by a bootstrap-t (Efron and Tibshirani 1993, 12.5) that draws within each
 * stratum, to be shown beside ours. Strata weigh as many customers as they have, treated and held out together. A side
 * without customers leaves its stratum out. Null when nobody brought anything.
 * @param random numbers from 0 to below 1
 */
export function bootstrapInterval(
  random: () => number,
  strata: readonly Stratum[],
  level: number,
): Interval | null {
  const compared = strata.filter(({ treated, held }) => Math.min(treated.customers, held.customers) > 1);
  const own = difference(compared, (side) => side);
  if (!(own.error > 0)) return null;
  const off: number[] = [];
  for (let i = 0; i < RESAMPLES; i += 1) {
    const again = difference(compared, (side) => resample(random, side));
    if (again.error > 0) off.push((again.of - own.of) / again.error);
  }
  if (off.length === 0) return null;
  off.sort((a, b) => a - b);
  const at = (share: number): number => off[Math.floor(share * off.length)]!;
  const tail = (1 - level) / 2;
  return { difference: own.of, low: own.of - at(1 - tail) * own.error, high: own.of - at(tail) * own.error };
}

function difference(strata: readonly Stratum[], drawn: (side: Brought) => Brought) {
  const all = strata.reduce((sum, { treated, held }) => sum + treated.customers + held.customers, 0);
  let [of, variance] = [0, 0];
  for (const { treated, held } of strata) {
    const weight = (treated.customers + held.customers) / all;
    const [one, other] = [moments(drawn(treated)), moments(drawn(held))];
    of += weight * (one.mean - other.mean);
    variance += weight * weight * (one.variance + other.variance);
  }
  return { of, error: Math.sqrt(variance) };
}

function moments({ customers, values }: Brought): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / customers;
  const squares = values.reduce((sum, value) => sum + value * value, 0);
  return { mean, variance: Math.max(0, squares / customers - mean * mean) / (customers - 1) };
}

/** As many draws as customers; how many lie between two who brought something is geometrically distributed. */
function resample(random: () => number, { customers, values }: Brought): Brought {
  const drawn: number[] = [];
  if (values.length === customers) {
    for (let i = 0; i < customers; i += 1) drawn.push(values[Math.floor(random() * values.length)]!);
    return { customers, values: drawn };
  }
  const log = Math.log1p(-values.length / customers);
  const skip = (): number => (log === 0 ? Infinity : Math.floor(Math.log(1 - random()) / log));
  for (let place = skip(); place < customers; place += 1 + skip())
    drawn.push(values[Math.floor(random() * values.length)]!);
  return { customers, values: drawn };
}

/**
 * Numbers from 0 to below 1 that a seed decides: mulberry32, by Tommy Ettinger. Good enough to draw with, and no secret.
 */
export function drawsOf(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
