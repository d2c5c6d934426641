/** Places of a histogram of money: few enough for the processor's cache. */
const BUCKETS = 65_536;

/** How whole numbers fall into buckets: `((value − least) × scale) >>> 0`, ordered like the values. */
export type Bucketing = { least: number; scale: number; buckets: number };

/** Buckets for values from `least` to `most`, as narrow as 65,536 of them allow; one value each where possible. */
export function bucketing(least: number, most: number): Bucketing {
  // A power of two as width keeps the division exact.
  let width = 1;
  while ((most - least) / width >= BUCKETS) width *= 2;
  return { least, scale: 1 / width, buckets: Math.floor((most - least) / width) + 1 };
}

/** A bucket that holds ranks, how many values it has, and the ranks counted from its own first value. */
export type Hit = { bucket: number; size: number; inside: number[] };

/**
 * The buckets in which `ranks` lie.
 * @param ranks from 0, ascending, each below the histogram's total
 */
export function bucketsOfRanks(histogram: Uint32Array, ranks: readonly number[]): Hit[] {
  const hits: Hit[] = [];
  let bucket = 0;
  let below = 0;
  for (const rank of ranks) {
    while (below + (histogram[bucket] as number) <= rank) {
      below += histogram[bucket] as number;
      bucket += 1;
    }
    const last = hits.at(-1);
    if (last?.bucket === bucket) last.inside.push(rank - below);
    else hits.push({ bucket, size: histogram[bucket] as number, inside: [rank - below] });
  }
  return hits;
}

/**
 * The values that would stand at `ranks` if `values` were sorted upwards, without sorting and without rounding: a
 * histogram finds the bucket of each rank, and only the values of those buckets are looked at again.
 * @param values integers, negative ones and ones above 2^32 included; not changed; at least one
 * @param ranks from 0, ascending, each below `values.length`
 */
export function valuesAtRanks(values: Float64Array, ranks: readonly number[]): number[] {
  let least = Infinity;
  let most = -Infinity;
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (least === most) return ranks.map(() => least);
  const into = bucketing(least, most);
  const histogram = new Uint32Array(into.buckets);
  for (const value of values) {
    const bucket = ((value - least) * into.scale) >>> 0;
    histogram[bucket] = (histogram[bucket] as number) + 1;
  }
  return bucketsOfRanks(histogram, ranks).flatMap(({ bucket, inside }) => {
    if (into.scale === 1) return inside.map(() => least + bucket);
    const content = values.filter((value) => ((value - least) * into.scale) >>> 0 === bucket);
    return valuesAtRanks(content, inside);
  });
}
