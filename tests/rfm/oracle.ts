// The slow, obvious answer that the product is compared with. It shares no code with app/: one object per order and
// customer, days asked from Intl for every order, "strictly worse" counted over sorted copies. Write rules down here
// as PRODUCT words say them, not as app/rfm computes them.

/** An order as a person would note it down. Money in minor units of `currency`, instants in epoch milliseconds. */
export type OracleOrder = {
  /** Whatever identifies the customer; null for a guest. */
  customer: string | null;
  processedAt: number;
  cancelled: boolean;
  test: boolean;
  /** Shopify's OrderDisplayFinancialStatus, upper case. */
  financialStatus: string;
  currency: string;
  total: number;
  /** Refunds; `at` null where the day is unknown, which then is the order's. */
  refunds: { at: number | null; amount: number }[];
};

type OracleQuestion = {
  /** YYYY-MM-DD in the shop's zone. */
  asOf: string;
  timeZone: string;
  /** The shop's currency. */
  currency: string;
  prefix: string;
  windowDays?: number;
  countZero?: boolean;
  /** Decided earlier, instead of by the 60 % rule. */
  method?: OracleAnswer['method'];
  /** Where the scores 2 to 5 began at an earlier run, null = unreachable, instead of from these customers. */
  cutPoints?: Record<'r' | 'f' | 'm', (number | null)[]>;
};

type OracleScore = {
  tag: string;
  segment: string;
  r: number;
  f: number;
  m: number;
  recencyDays: number;
  frequency: number;
  monetary: number;
};

export type OracleAnswer = {
  method: 'all-customers' | 'repeat-customers';
  /** Scored customers only. */
  scores: Map<string, OracleScore>;
  read: number;
  counted: number;
};

/** Days since 1970-01-01 of a date, by the JavaScript date object. */
function oracleDay(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / 86_400_000;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** The calendar day of an instant in a zone, asked from Intl as year, month and day. */
export function oracleDayOf(epochMs: number, timeZone: string): number {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-u-ca-iso8601', {
      timeZone,
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
    });
    formats.set(timeZone, format);
  }
  const part = { year: 0, month: 0, day: 0 };
  for (const { type, value } of format.formatToParts(epochMs)) {
    if (type === 'year' || type === 'month' || type === 'day') part[type] = Number(value);
  }
  return Date.UTC(part.year, part.month - 1, part.day) / 86_400_000;
}

type Counting = Pick<OracleQuestion, 'asOf' | 'timeZone' | 'currency' | 'countZero'>;

/** The orders that count, with their day and what they brought, whatever the window. */
export function oracleCounted(
  orders: readonly OracleOrder[],
  question: Counting,
): { customer: string; day: number; amount: number }[] {
  const asOf = oracleDay(question.asOf);
  const counted: { customer: string; day: number; amount: number }[] = [];
  for (const order of orders) {
    const day = oracleDayOf(order.processedAt, question.timeZone);
    if (day > asOf) continue;
    const known = order.refunds.filter(({ at }) => at === null || oracleDayOf(at, question.timeZone) <= asOf);
    const refundedLater = known.length < order.refunds.length;
    const amount = order.total - known.reduce((sum, refund) => sum + refund.amount, 0);
    const paid = ['PAID', 'PARTIALLY_PAID', 'PARTIALLY_REFUNDED'].includes(order.financialStatus);
    if (order.customer === null || order.test || order.cancelled) continue;
    // What says REFUNDED now was paid until its refund's own day.
    if (!paid && !(order.financialStatus === 'REFUNDED' && refundedLater)) continue;
    if (order.currency !== question.currency) continue;
    if (amount <= 0 && !question.countZero) continue;
    counted.push({ customer: order.customer, day, amount });
  }
  return counted;
}

/** Scores every customer that has a counted order. */
export function oracleScores(orders: readonly OracleOrder[], question: OracleQuestion): OracleAnswer {
  const asOf = oracleDay(question.asOf);
  const customers = new Map<string, { lastDay: number; frequency: number; monetary: number }>();
  const counted = oracleCounted(orders, question);
  for (const order of counted) {
    if (question.windowDays !== undefined && order.day <= asOf - question.windowDays) continue;
    const customer = customers.get(order.customer) ?? { lastDay: order.day, frequency: 0, monetary: 0 };
    customer.lastDay = Math.max(customer.lastDay, order.day);
    customer.frequency += 1;
    customer.monetary += order.amount;
    customers.set(order.customer, customer);
  }

  const all = [...customers.values()];
  const once = all.filter(({ frequency }) => frequency === 1).length;
  const usual = all.length > 0 && once / all.length >= 0.6 ? 'repeat-customers' : 'all-customers';
  const method = question.method ?? usual;
  const days = all.map(({ lastDay }) => lastDay);
  const money = all.map(({ monetary }) => monetary);
  const repeats = all.map(({ frequency }) => frequency).filter((count) => count > 1);
  const r = scoreOfValue(days, 5);
  const m = scoreOfValue(money, 5);
  const among = scoreOfValue(
    method === 'all-customers' ? all.map(({ frequency }) => frequency) : repeats,
    method === 'all-customers' ? 5 : 4,
  );
  const f = (frequency: number): number => {
    if (method === 'all-customers') return among(frequency);
    return frequency === 1 ? 1 : 1 + among(frequency);
  };

  const scores = new Map<string, OracleScore>();
  for (const [key, { lastDay, frequency, monetary }] of customers) {
    const stored = question.cutPoints;
    const score =
      stored === undefined
        ? { r: r(lastDay), f: f(frequency), m: m(monetary) }
        : {
            r: 1 + stored.r.filter((bound) => bound !== null && asOf - lastDay <= bound).length,
            f: 1 + stored.f.filter((bound) => bound !== null && frequency >= bound).length,
            m: 1 + stored.m.filter((bound) => bound !== null && monetary >= bound).length,
          };
    const segment = nameOfCell(score.r, score.f);
    scores.set(key, {
      ...score,
      segment,
      tag: `${question.prefix}:${segment}`,
      recencyDays: asOf - lastDay,
      frequency,
      monetary,
    });
  }
  return { method, scores, read: orders.length, counted: counted.length };
}

/** `1 + floor(groups × share strictly worse)`: sort a copy, the first place of a value is how many are worse. */
function scoreOfValue(values: number[], groups: number): (value: number) => number {
  const sorted = values.toSorted((a, b) => a - b);
  const worse = new Map<number, number>();
  for (const [place, value] of sorted.entries()) if (!worse.has(value)) worse.set(value, place);
  // Integers only, so that 3/5 of 5 is 3 and not 2.999.
  return (value) => 1 + Number((BigInt(groups) * BigInt(worse.get(value) ?? 0)) / BigInt(sorted.length));
}

/** The ten-segment grid drawn as a picture: rows R5 to R1, columns F1 to F5. */
const GRID = [
  ['new', 'potential-loyalists', 'potential-loyalists', 'champions', 'champions'],
  ['promising', 'potential-loyalists', 'potential-loyalists', 'loyal', 'loyal'],
  ['about-to-sleep', 'about-to-sleep', 'needs-attention', 'loyal', 'loyal'],
  ['hibernating', 'hibernating', 'at-risk', 'at-risk', 'cant-lose-them'],
  ['hibernating', 'hibernating', 'at-risk', 'at-risk', 'cant-lose-them'],
];

function nameOfCell(r: number, f: number): string {
  return GRID[5 - r]?.[f - 1] ?? 'no such cell';
}
