import type { CustomerStats } from './customer-stats.ts';
import { bucketing, bucketsOfRanks, valuesAtRanks, type Bucketing, type Hit } from './order-statistics.ts';
import type { OtherPopulation } from './population.ts';
import { countValues, gatherMoney, MIXED, readScores, surveyColumns } from './score-passes.ts';

/** How frequency is scored; recency and monetary are always scored among all scored customers. */
export type FrequencyMethod = 'all-customers' | 'repeat-customers';

/** Where the scores 2, 3, 4 and 5 begin. Null: nobody can reach that score now. */
export type Bounds = [number | null, number | null, number | null, number | null];

/**
 * The cut points of a full run. `r` holds recency days (at most this many for the score), `f` counted orders and
 * `m` minor units of the shop's currency (at least this much for the score). Each is a real customer's value, but in
 * the dimensions named in `own`, whose cut points the merchant set. `apart` has those of the populations that were
 * scored among their own, see apart.ts.
 */
export type CutPoints = {
  r: Bounds;
  f: Bounds;
  m: Bounds;
  own?: ('r' | 'f' | 'm')[];
  apart?: Partial<Record<OtherPopulation, CutPoints>>;
};

/** Scores per row of the stats, 1 to 5 with 5 best, 0 = unscored. */
type Scores = { r: Uint8Array; f: Uint8Array; m: Uint8Array };

export type ScoredCustomers = Scores & { cutPoints: CutPoints; method: FrequencyMethod; scored: number };

/**
 * 'repeat-customers' when 60 % or more of the scored customers ordered exactly once, since plain scores would then
 * make every second order F4 or F5.
 * @param frequency counted orders of the first `n` customers, 0 = unscored
 */
export function chooseFrequencyMethod(frequency: Uint32Array, n: number): FrequencyMethod {
  let unscored = 0;
  let once = 0;
  // Without branches: one-time buyers come at random, and a wrong guess of the processor costs more than both sums.
  for (let i = 0; i < n; i += 1) {
    const orders = frequency[i] as number;
    unscored += (orders - 1) >>> 31;
    once += ((orders ^ 1) - 1) >>> 31;
  }
  return unscored < n && once * 5 >= (n - unscored) * 3 ? 'repeat-customers' : 'all-customers';
}

/**
 * Scores every customer with a counted order: `1 + floor(5 × share of scored customers strictly worse)`, by which
 * equal customers always score equally. With 'repeat-customers' one order is F1 and the others get
 * `2 + floor(4 × share of repeat customers with strictly fewer orders)`.
 */
export function scoreCustomers(stats: CustomerStats, method: FrequencyMethod): ScoredCustomers {
  const seen = surveyColumns(stats);
  if (seen.mostOrders === 0) return nobodyScored(stats.n, method);
  const into = bucketing(seen.leastMoney, seen.mostMoney);
  const counted = countValues(stats, seen, stats.asOf, into);
  const unscored = counted.orders[0] as number;
  const scored = stats.n - unscored;
  counted.days[0] = 0;
  counted.orders[0] = 0;
  const noMoney = ((0 - into.least) * into.scale) >>> 0;
  counted.money[noMoney] = (counted.money[noMoney] as number) - unscored;

  // A later last day is better, so days are scored upwards and told as recency.
  const days = scoresOfHistogram(counted.days, scored, 5);
  const lastPlace = stats.asOf - seen.firstDay + 1;
  const recency = days.bounds.map((place) => (place === null ? null : lastPlace - place));
  const orders = scoresOfOrders(counted.orders, scored, method);
  const money = scoresOfMoney(stats, counted.money, scored, into);
  const tables = {
    days: days.scoreAt,
    orders: orders.scoreAt,
    money: money.scoreAt,
    thresholds: money.thresholds,
  };
  return {
    ...readScores(stats, seen.firstDay, into, tables),
    cutPoints: { r: recency as Bounds, f: orders.bounds as Bounds, m: money.bounds as Bounds },
    method,
    scored,
  };
}

/**
 * Scores one customer against stored cut points; for a customer of the population they were taken from this is
 * the score of the full run.
 * @param values recency in days (0 = today), counted orders (at least 1) and minor units
 */
export function scoreWith(
  cutPoints: CutPoints,
  values: { recencyDays: number; frequency: number; monetary: number },
): { r: number; f: number; m: number } {
  const above = (bounds: Bounds, value: number): number =>
    1 + bounds.filter((bound) => bound !== null && value >= bound).length;
  return {
    r: 1 + cutPoints.r.filter((bound) => bound !== null && values.recencyDays <= bound).length,
    f: above(cutPoints.f, values.frequency),
    m: above(cutPoints.m, values.monetary),
  };
}

function nobodyScored(n: number, method: FrequencyMethod): ScoredCustomers {
  const zeros = (): Uint8Array => new Uint8Array(n);
  const none = (): Bounds => [null, null, null, null];
  const cutPoints = { r: none(), f: none(), m: none() };
  return { r: zeros(), f: zeros(), m: zeros(), cutPoints, method, scored: 0 };
}

type ScoredHistogram = { scoreAt: Uint8Array; bounds: (number | null)[] };

// The score of each place of a histogram of ascending values, and the first place of the scores 2, 3 …
function scoresOfHistogram(histogram: Uint32Array, n: number, groups: number): ScoredHistogram {
  const scoreAt = new Uint8Array(histogram.length);
  const bounds = Array.from({ length: groups - 1 }, (): number | null => null);
  let worse = 0;
  let best = 1;
  for (const [place, customers] of histogram.entries()) {
    if (customers > 0) {
      const score = 1 + Math.floor((groups * worse) / n);
      scoreAt[place] = score;
      bounds.fill(place, best - 1, score - 1);
      best = score;
      worse += customers;
    }
  }
  return { scoreAt, bounds };
}

function scoresOfOrders(histogram: Uint32Array, scored: number, method: FrequencyMethod): ScoredHistogram {
  if (method === 'all-customers') return scoresOfHistogram(histogram, scored, 5);
  const repeats = Uint32Array.from(histogram);
  repeats[1] = 0;
  const { scoreAt, bounds } = scoresOfHistogram(repeats, scored - (histogram[1] ?? 0), 4);
  // Two orders are enough for F2, whether anybody has exactly two or not.
  return { scoreAt: scoreAt.map((score, count) => (count === 0 ? 0 : score + 1)), bounds: [2, ...bounds] };
}

// Score s needs `worse ≥ (s−1)·n/5`, which the values above the one at that rank minus one have, and only they.
function scoresOfMoney(
  stats: CustomerStats,
  histogram: Uint32Array,
  scored: number,
  into: Bucketing,
): ScoredHistogram & { thresholds: number[] } {
  const ranks = [1, 2, 3, 4].map((step) => Math.ceil((step * scored) / 5) - 1);
  const hits = withNextBucket(histogram, bucketsOfRanks(histogram, ranks));
  const contents = gatherMoney(stats, into, hits);
  const thresholds = hits.flatMap(({ inside }, place) =>
    valuesAtRanks(contents[place] as Float64Array, inside),
  );

  // Buckets without a threshold lie wholly between two of them.
  const scoreAt = new Uint8Array(histogram.length).fill(1);
  for (const [place, value] of thresholds.entries()) {
    scoreAt.fill(place + 2, Math.floor((value - into.least) * into.scale) + 1);
  }
  for (const { bucket } of hits) scoreAt[bucket] = MIXED;
  return { scoreAt, bounds: thresholds.map((value) => leastAbove(contents, value)), thresholds };
}

// The hits, in their order, and after them the next buckets with customers in them, where the first value above a
// threshold may be.
function withNextBucket(histogram: Uint32Array, hits: readonly Hit[]): Hit[] {
  const wider = new Map(hits.map((hit) => [hit.bucket, hit]));
  for (const { bucket } of hits) {
    const next = histogram.findIndex((customers, place) => place > bucket && customers > 0);
    if (next > 0 && !wider.has(next))
      wider.set(next, { bucket: next, size: histogram[next] as number, inside: [] });
  }
  return [...wider.values()];
}

function leastAbove(contents: readonly Float64Array[], value: number): number | null {
  let least = Infinity;
  for (const content of contents) {
    for (const other of content) if (other > value && other < least) least = other;
  }
  return least === Infinity ? null : least;
}
