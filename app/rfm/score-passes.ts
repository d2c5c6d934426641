import type { CustomerStats } from './customer-stats.ts';
import type { Bucketing, Hit } from './order-statistics.ts';

// The passes that scoring makes over the columns of all customers. They work on blocks, so that the engine calls each
// loop often and optimises it early, and they avoid asking "is this one scored?" per row: an unscored customer has no
// orders, no money, and a last day before every scored customer's (before the window, or NO_DAY).

export type Columns = Pick<CustomerStats, 'n' | 'lastDay' | 'frequency' | 'monetary'>;

const BLOCK = 8192;

/** Table entry of a bucket of money that holds a threshold, so that its values must be compared. */
export const MIXED = 255;

/** What the values lie between; money counts the zero of unscored customers in. */
type Survey = { firstDay: number; mostOrders: number; leastMoney: number; mostMoney: number };

/** First pass: the ranges of the values. `firstDay` is the earliest last day of a scored customer. */
export function surveyColumns(columns: Columns): Survey {
  const seen: Survey = { firstDay: Infinity, mostOrders: 0, leastMoney: 0, mostMoney: 0 };
  inBlocks(columns.n, (from, to) => surveyBlock(columns, from, to, seen));
  return seen;
}

function surveyBlock(
  { lastDay, frequency, monetary }: Columns,
  from: number,
  to: number,
  seen: Survey,
): void {
  let { firstDay, mostOrders, leastMoney, mostMoney } = seen;
  for (let i = from; i < to; i += 1) {
    const orders = frequency[i] as number;
    const money = monetary[i] as number;
    const day = lastDay[i] as number;
    if (day < firstDay && orders > 0) firstDay = day;
    if (orders > mostOrders) mostOrders = orders;
    if (money < leastMoney) leastMoney = money;
    if (money > mostMoney) mostMoney = money;
  }
  Object.assign(seen, { firstDay, mostOrders, leastMoney, mostMoney });
}

/**
 * Customers per place of days (place 1 is the first day, 0 every day before it), per number of orders, and per bucket
 * of money; unscored customers stand in the first two at 0 and in the third with no money.
 */
type Histograms = { days: Uint32Array; orders: Uint32Array; money: Uint32Array };

/** Second pass: counts the customers by value. */
export function countValues(columns: Columns, seen: Survey, asOf: number, into: Bucketing): Histograms {
  const days = new Uint32Array(asOf - seen.firstDay + 2);
  const orders = new Uint32Array(seen.mostOrders + 1);
  const money = new Uint32Array(into.buckets);
  inBlocks(columns.n, (from, to) => {
    countDays(columns.lastDay, from, to, seen.firstDay - 1, days);
    countOrders(columns.frequency, from, to, orders);
    countMoney(columns.monetary, from, to, into, money);
  });
  return { days, orders, money };
}

function countDays(lastDay: Int32Array, from: number, to: number, before: number, days: Uint32Array): void {
  for (let i = from; i < to; i += 1) {
    const day = lastDay[i] as number;
    const place = day > before ? day - before : 0;
    days[place] = (days[place] as number) + 1;
  }
}

function countOrders(frequency: Uint32Array, from: number, to: number, orders: Uint32Array): void {
  for (let i = from; i < to; i += 1) {
    const count = frequency[i] as number;
    orders[count] = (orders[count] as number) + 1;
  }
}

function countMoney(
  monetary: Float64Array,
  from: number,
  to: number,
  { least, scale }: Bucketing,
  money: Uint32Array,
): void {
  for (let i = from; i < to; i += 1) {
    const bucket = (((monetary[i] as number) - least) * scale) >>> 0;
    money[bucket] = (money[bucket] as number) + 1;
  }
}

/** Third pass: the money of the scored customers in each of the `hits`, whose sizes count scored customers only. */
export function gatherMoney(columns: Columns, into: Bucketing, hits: readonly Hit[]): Float64Array[] {
  const contents = hits.map(({ size }) => new Float64Array(size));
  const taken = hits.map(() => 0);
  const placeOf = new Uint8Array(into.buckets);
  for (const [place, { bucket }] of hits.entries()) placeOf[bucket] = place + 1;
  const take = (place: number, value: number): void => {
    (contents[place] as Float64Array)[taken[place] as number] = value;
    taken[place] = (taken[place] as number) + 1;
  };
  inBlocks(columns.n, (from, to) => gatherBlock(columns, from, to, into, placeOf, take));
  return contents;
}

function gatherBlock(
  { frequency, monetary }: Columns,
  from: number,
  to: number,
  { least, scale }: Bucketing,
  placeOf: Uint8Array,
  take: (place: number, value: number) => void,
): void {
  for (let i = from; i < to; i += 1) {
    const value = monetary[i] as number;
    const place = placeOf[((value - least) * scale) >>> 0] as number;
    if (place > 0 && (frequency[i] as number) > 0) take(place - 1, value);
  }
}

/** The score of each place of the histograms, 0 for unscored places of days and orders. */
type ScoreTables = {
  days: Uint8Array;
  orders: Uint8Array;
  money: Uint8Array;
  /** Money above the first has score 2, above the second 3 … */
  thresholds: readonly number[];
};

/** Fourth pass: reads everybody's scores from the tables; unscored customers get 0. */
export function readScores(
  columns: Columns,
  firstDay: number,
  into: Bucketing,
  tables: ScoreTables,
): { r: Uint8Array; f: Uint8Array; m: Uint8Array } {
  const { n } = columns;
  const scores = { r: new Uint8Array(n), f: new Uint8Array(n), m: new Uint8Array(n) };
  inBlocks(n, (from, to) => {
    readDays(columns.lastDay, from, to, firstDay - 1, tables.days, scores.r);
    readOrders(columns.frequency, from, to, tables.orders, scores.f);
    readMoney(columns, from, to, into, tables, scores.m);
  });
  return scores;
}

function readDays(
  lastDay: Int32Array,
  from: number,
  to: number,
  before: number,
  scoreAt: Uint8Array,
  scores: Uint8Array,
): void {
  for (let i = from; i < to; i += 1) {
    const day = lastDay[i] as number;
    scores[i] = day > before ? (scoreAt[day - before] as number) : 0;
  }
}

function readOrders(
  frequency: Uint32Array,
  from: number,
  to: number,
  scoreAt: Uint8Array,
  scores: Uint8Array,
): void {
  for (let i = from; i < to; i += 1) scores[i] = scoreAt[frequency[i] as number] as number;
}

function readMoney(
  { frequency, monetary }: Columns,
  from: number,
  to: number,
  { least, scale }: Bucketing,
  { money, thresholds }: ScoreTables,
  scores: Uint8Array,
): void {
  for (let i = from; i < to; i += 1) {
    if ((frequency[i] as number) > 0) {
      const value = monetary[i] as number;
      const score = money[((value - least) * scale) >>> 0] as number;
      scores[i] = score === MIXED ? scoreAbove(thresholds, value) : score;
    }
  }
}

// The score of a value: one more than the thresholds below it.
function scoreAbove(thresholds: readonly number[], value: number): number {
  let score = 1;
  for (let i = 0; i < thresholds.length; i += 1) if (value > (thresholds[i] as number)) score += 1;
  return score;
}

function inBlocks(n: number, work: (from: number, to: number) => void): void {
  for (let from = 0; from < n; from += BLOCK) work(from, Math.min(from + BLOCK, n));
}
