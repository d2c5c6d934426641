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
  /** Bought for a company; at the till. */
  company?: boolean;
  till?: boolean;
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
  cutPoints?: OracleCutPoints & { apart?: Partial<Record<OraclePopulation, OracleCutPoints>> };
  /** Whether those who buy for a company are scored among themselves (unless told), and those at the till only. */
  companiesApart?: boolean;
  tillApart?: boolean;
};

type OracleCutPoints = Record<'r' | 'f' | 'm', (number | null)[]>;
type OraclePopulation = 'b2b' | 'mixed' | 'pos';

type OracleScore = {
  tag: string;
  segment: string;
  r: number;
  f: number;
  m: number;
  recencyDays: number;
  frequency: number;
  monetary: number;
  /** Among whom: a population's own, or everyone else. */
  among: OraclePopulation | 'main';
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

type OracleCounted = { customer: string; day: number; amount: number; company: boolean; till: boolean };

/** The orders that count, with their day and what they brought, whatever the window. */
export function oracleCounted(orders: readonly OracleOrder[], question: Counting): OracleCounted[] {
  const asOf = oracleDay(question.asOf);
  const counted: OracleCounted[] = [];
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
    const { customer, company = false, till = false } = order;
    counted.push({ customer, day, amount, company, till });
  }
  return counted;
}

type OracleCustomer = {
  lastDay: number;
  frequency: number;
  monetary: number;
  companies: number;
  tills: number;
};

/** Scores every customer that has a counted order. */
export function oracleScores(orders: readonly OracleOrder[], question: OracleQuestion): OracleAnswer {
  const asOf = oracleDay(question.asOf);
  const customers = new Map<string, OracleCustomer>();
  const counted = oracleCounted(orders, question);
  for (const order of counted) {
    if (question.windowDays !== undefined && order.day <= asOf - question.windowDays) continue;
    const known = customers.get(order.customer);
    const customer = known ?? { lastDay: order.day, frequency: 0, monetary: 0, companies: 0, tills: 0 };
    customer.lastDay = Math.max(customer.lastDay, order.day);
    customer.frequency += 1;
    customer.monetary += order.amount;
    if (order.company) customer.companies += 1;
    if (order.till) customer.tills += 1;
    customers.set(order.customer, customer);
  }

  const everyone = [...customers.values()];
  const once = everyone.filter(({ frequency }) => frequency === 1).length;
  const usual = everyone.length > 0 && once / everyone.length >= 0.6 ? 'repeat-customers' : 'all-customers';
  const method = question.method ?? usual;
  const groups = oracleGroups(everyone, question);
  const among = new Map(
    ['main', 'b2b', 'mixed', 'pos'].map((name) => [
      name,
      scoresAmong(
        everyone.filter((customer) => groups(customer) === name),
        method,
      ),
    ]),
  );

  const scores = new Map<string, OracleScore>();
  for (const [key, customer] of customers) {
    const { lastDay, frequency, monetary } = customer;
    const stored = question.cutPoints;
    let group = groups(customer);
    // Between full runs it is stored who was scored apart, however many there are by now.
    if (stored !== undefined) group = oraclePopulation(customer);
    if (stored !== undefined && group !== 'main' && stored.apart?.[group] === undefined) group = 'main';
    const own = stored && (group === 'main' ? stored : stored.apart?.[group]);
    const score = own
      ? {
          r: 1 + own.r.filter((bound) => bound !== null && asOf - lastDay <= bound).length,
          f: 1 + own.f.filter((bound) => bound !== null && frequency >= bound).length,
          m: 1 + own.m.filter((bound) => bound !== null && monetary >= bound).length,
        }
      : among.get(group)!(customer);
    const segment = nameOfCell(score.r, score.f);
    scores.set(key, {
      ...score,
      segment,
      tag: `${question.prefix}:${segment}`,
      recencyDays: asOf - lastDay,
      frequency,
      monetary,
      among: group,
    });
  }
  return { method, scores, read: orders.length, counted: counted.length };
}

/** Whom a customer buys for, and where. */
function oraclePopulation({
  frequency,
  companies,
  tills,
}: Pick<OracleCustomer, 'frequency' | 'companies' | 'tills'>): OraclePopulation | 'main' {
  if (companies > 0) return companies === frequency ? 'b2b' : 'mixed';
  return tills === frequency ? 'pos' : 'main';
}

/** Among whom each is scored: 50 are enough for a group of their own, and the rest must be as many. */
function oracleGroups(
  customers: readonly OracleCustomer[],
  { companiesApart = true, tillApart = false }: Pick<OracleQuestion, 'companiesApart' | 'tillApart'>,
): (customer: OracleCustomer) => OraclePopulation | 'main' {
  const sizeOf = (name: string): number => customers.filter((one) => oraclePopulation(one) === name).length;
  const wanted: OraclePopulation[] = [
    ...(companiesApart ? (['b2b', 'mixed'] as const) : []),
    ...(tillApart ? (['pos'] as const) : []),
  ];
  const large = wanted.filter((name) => sizeOf(name) >= 50).sort((a, b) => sizeOf(b) - sizeOf(a));
  const rest = customers.length - large.reduce((sum, name) => sum + sizeOf(name), 0);
  const apart = new Set<string>(rest >= 50 ? large : large.slice(1));
  return (customer) => {
    const name = oraclePopulation(customer);
    return apart.has(name) ? name : 'main';
  };
}

/** The scores of some customers, compared with each other. */
function scoresAmong(all: readonly OracleCustomer[], method: OracleAnswer['method']) {
  const r = scoreOfValue(
    all.map(({ lastDay }) => lastDay),
    5,
  );
  const m = scoreOfValue(
    all.map(({ monetary }) => monetary),
    5,
  );
  const orders = all.map(({ frequency }) => frequency);
  const among = scoreOfValue(
    method === 'all-customers' ? orders : orders.filter((count) => count > 1),
    method === 'all-customers' ? 5 : 4,
  );
  const f = (frequency: number): number => {
    if (method === 'all-customers') return among(frequency);
    return frequency === 1 ? 1 : 1 + among(frequency);
  };
  return ({ lastDay, frequency, monetary }: OracleCustomer) => ({
    r: r(lastDay),
    f: f(frequency),
    m: m(monetary),
  });
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
