import type { CustomerStats } from './customer-stats.ts';
import { valuesAtRanks } from './order-statistics.ts';

/** How frequency is scored; recency and monetary are always scored among all scored customers. */
export type FrequencyMethod = 'all-customers' | 'repeat-customers';

/** Where the scores 2, 3, 4 and 5 begin. Null: nobody can reach that score now. */
export type Bounds = [number | null, number | null, number | null, number | null];

/**
 * The cut points of a full run. `r` holds recency days (at most this many for the score), `f` counted orders and
 * `m` minor units of the shop's currency (at least this much for the score). Each is a real customer's value.
 */
export type CutPoints = { r: Bounds; f: Bounds; m: Bounds };

/** Scores per row of the stats, 1 to 5 with 5 best, 0 = unscored. */
export type Scores = { r: Uint8Array; f: Uint8Array; m: Uint8Array };

export type ScoredCustomers = Scores & { cutPoints: CutPoints; method: FrequencyMethod; scored: number };

/**
 * 'repeat-customers' when 60 % or more of the scored customers ordered exactly once, since plain scores would then
 * make every second order F4 or F5.
 * @param frequency counted orders of the first `n` customers, 0 = unscored
 */
export function chooseFrequencyMethod(frequency: Uint32Array, n: number): FrequencyMethod {
  let scored = 0;
  let once = 0;
  for (let i = 0; i < n; i += 1) {
    if ((frequency[i] as number) > 0) scored += 1;
    if (frequency[i] === 1) once += 1;
  }
  return scored > 0 && once * 5 >= scored * 3 ? 'repeat-customers' : 'all-customers';
}

/**
 * Scores every customer with a counted order: `1 + floor(5 × share of scored customers strictly worse)`, by which
 * equal customers always score equally. With 'repeat-customers' one order is F1 and the others get
 * `2 + floor(4 × share of repeat customers with strictly fewer orders)`.
 */
export function scoreCustomers(stats: CustomerStats, method: FrequencyMethod): ScoredCustomers {
  const { n, lastDay, frequency, monetary, asOf } = stats;
  const column = new Float64Array(n);
  // A later last day is a smaller recency: scored as days, told as recency.
  const scored = pick(lastDay, frequency, 1, column);
  const days = scoreColumn(column.subarray(0, scored), 5);
  const r = place(days.scores, frequency, 1, 0);
  const recency = days.bounds.map((day) => (day === null ? null : asOf - day)) as Bounds;

  pick(monetary, frequency, 1, column);
  const money = scoreColumn(column.subarray(0, scored), 5);
  const m = place(money.scores, frequency, 1, 0);

  const least = method === 'repeat-customers' ? 2 : 1;
  const among = pick(frequency, frequency, least, column);
  const orders = scoreColumn(column.subarray(0, among), 6 - least);
  const f = place(orders.scores, frequency, least, least - 1);
  const bounds = least === 2 ? [2, ...orders.bounds] : orders.bounds;
  return {
    r,
    f,
    m,
    cutPoints: { r: recency, f: bounds as Bounds, m: money.bounds as Bounds },
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

// The values of the customers with at least `least` orders, packed to the front of `column`; returns how many.
function pick(
  values: Int32Array | Uint32Array | Float64Array,
  frequency: Uint32Array,
  least: number,
  column: Float64Array,
): number {
  let taken = 0;
  for (let i = 0; i < values.length; i += 1) {
    if ((frequency[i] as number) >= least) {
      column[taken] = values[i] as number;
      taken += 1;
    }
  }
  return taken;
}

// The inverse of `pick` for scores, each `lift` higher; scored customers below `least` orders get score 1.
function place(packed: Uint8Array, frequency: Uint32Array, least: number, lift: number): Uint8Array {
  const scores = new Uint8Array(frequency.length);
  let taken = 0;
  for (let i = 0; i < scores.length; i += 1) {
    const orders = frequency[i] as number;
    if (orders >= least) {
      scores[i] = (packed[taken] as number) + lift;
      taken += 1;
    } else if (orders > 0) scores[i] = 1;
  }
  return scores;
}

// Scores 1 to `groups` of a column in which more is better, and the smallest value that has at least score 2, 3 …
// Score s needs `worse ≥ (s−1)·n/groups`: with the values sorted upwards, more than the value at that rank minus one.
function scoreColumn(
  column: Float64Array,
  groups: number,
): { scores: Uint8Array; bounds: (number | null)[] } {
  const n = column.length;
  const scores = new Uint8Array(n);
  const steps = Array.from({ length: groups - 1 }, (_, i) => i + 1);
  if (n === 0) return { scores, bounds: steps.map(() => null) };
  const ranks = steps.map((step) => Math.ceil((step * n) / groups) - 1);
  const [a = Infinity, b = Infinity, c = Infinity, d = Infinity] = valuesAtRanks(column, ranks);
  const least = new Float64Array(groups + 2).fill(Infinity);
  for (let i = 0; i < n; i += 1) {
    const value = column[i] as number;
    const score = 1 + Number(value > a) + Number(value > b) + Number(value > c) + Number(value > d);
    scores[i] = score;
    if (value < (least[score] as number)) least[score] = value;
  }
  for (let score = groups; score > 1; score -= 1) {
    least[score] = Math.min(least[score] as number, least[score + 1] as number);
  }
  const bounds = steps.map((step) => {
    const bound = least[step + 1] as number;
    return bound === Infinity ? null : bound;
  });
  return { scores, bounds };
}
