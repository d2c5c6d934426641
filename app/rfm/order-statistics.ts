const BUCKETS = 65_536;

/**
 * The values that would stand at `ranks` if `values` were sorted upwards, without sorting and without rounding.
 * A histogram of 65,536 buckets finds the bucket of each rank; only that bucket's values are looked at again.
 * @param values integers, negative ones and ones above 2^32 included; not changed; at least one
 * @param ranks from 0, ascending, each below `values.length`
 */
export function valuesAtRanks(values: Float64Array, ranks: readonly number[]): number[] {
  const n = values.length;
  let least = Infinity;
  let most = -Infinity;
  for (let i = 0; i < n; i += 1) {
    const value = values[i] as number;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (least === most) return ranks.map(() => least);

  // A power of two as width keeps the division exact, so buckets are ordered like the values.
  let width = 1;
  while ((most - least) / width >= BUCKETS) width *= 2;
  const scale = 1 / width;
  const histogram = new Uint32Array(BUCKETS);
  for (let i = 0; i < n; i += 1) {
    const bucket = ((values[i] as number) - least) * scale;
    histogram[bucket >>> 0] = (histogram[bucket >>> 0] as number) + 1;
  }

  const found: number[] = [];
  let bucket = 0;
  let below = 0;
  let next = 0;
  while (next < ranks.length) {
    while (below + (histogram[bucket] as number) <= (ranks[next] as number)) {
      below += histogram[bucket] as number;
      bucket += 1;
    }
    const size = histogram[bucket] as number;
    const inside: number[] = [];
    while (next < ranks.length && (ranks[next] as number) < below + size) {
      inside.push((ranks[next] as number) - below);
      next += 1;
    }
    if (width === 1) found.push(...inside.map(() => least + bucket));
    else found.push(...valuesAtRanks(valuesOfBucket(values, least, scale, bucket, size), inside));
  }
  return found;
}

function valuesOfBucket(
  values: Float64Array,
  least: number,
  scale: number,
  bucket: number,
  size: number,
): Float64Array {
  const picked = new Float64Array(size);
  let taken = 0;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] as number;
    if (((value - least) * scale) >>> 0 === bucket) {
      picked[taken] = value;
      taken += 1;
    }
  }
  return picked;
}
