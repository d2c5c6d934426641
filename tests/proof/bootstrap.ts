import type { Interval } from '#app/campaigns/proportions.ts';
import type { RandomSource } from '#tests/fake-shopify/generator-random.ts';

/** What the customers of one side brought: how many they are, and what each of those brought who brought anything. */
export type Brought = { customers: number; values: readonly number[] };

const RESAMPLES = 599;

/** The difference of means and its interval by a bootstrap-t (Efron and Tibshirani 1993, 12.5), to compare with. */
export function bootstrapInterval(
  random: RandomSource,
  treated: Brought,
  held: Brought,
  level: number,
): Interval {
  const own = difference(moments(treated), moments(held));
  const off: number[] = [];
  for (let i = 0; i < RESAMPLES; i += 1) {
    const again = difference(moments(resample(random, treated)), moments(resample(random, held)));
    if (again.error > 0) off.push((again.of - own.of) / again.error);
  }
  off.sort((a, b) => a - b);
  const at = (share: number): number => off[Math.floor(share * off.length)]!;
  const tail = (1 - level) / 2;
  return { difference: own.of, low: own.of - at(1 - tail) * own.error, high: own.of - at(tail) * own.error };
}

function moments({ customers, values }: Brought): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / customers;
  const squares = values.reduce((sum, value) => sum + value * value, 0);
  return { mean, variance: (squares / customers - mean * mean) / (customers - 1) };
}

function difference(one: ReturnType<typeof moments>, other: ReturnType<typeof moments>) {
  return { of: one.mean - other.mean, error: Math.sqrt(one.variance + other.variance) };
}

/** As many draws as customers; how many lie between two who brought something is geometrically distributed. */
function resample(random: RandomSource, { customers, values }: Brought): Brought {
  const drawn: number[] = [];
  const log = Math.log1p(-values.length / customers);
  const skip = (): number => Math.floor(Math.log(1 - random.next()) / log);
  for (let place = skip(); place < customers; place += 1 + skip()) drawn.push(random.pick(values));
  return { customers, values: drawn };
}
