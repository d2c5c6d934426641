import { directory, sqlInShop } from '#app/db.server.ts';
import { formatDay, type Day } from '#app/rfm/calendar.ts';
import type { Edge } from '#app/rfm/moves.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { segmentOf, TEN_SEGMENTS } from '#app/rfm/schemes.ts';
import type { FakeShop } from '#tests/fake-shopify/store.ts';
import {
  oracleCounted,
  oracleDayOf,
  oracleScores,
  type OracleAnswer,
  type OracleOrder,
} from '#tests/rfm/oracle.ts';

/** What the shop holds now, as the slow oracles note it. */
export function ordersOf(fake: FakeShop): OracleOrder[] {
  return [...fake.orders.values()].map((order) => ({
    customer: order.customerId === null ? null : String(order.customerId),
    processedAt: order.processedAt,
    cancelled: order.cancelledAt !== null,
    test: order.test,
    financialStatus: order.financialStatus,
    currency: fake.currency,
    total: order.total,
    refunds: [
      ...order.refunds.map(({ createdAt, amount }) => ({ at: createdAt, amount })),
      ...(order.extraRefunded > 0 ? [{ at: null, amount: order.extraRefunded }] : []),
    ],
    company: order.companyId !== null,
    till: order.attribution === 'pos' || (order.attribution === null && order.sourceName === 'pos'),
  }));
}

/**
 * The day that the shop's stored scores are as of, in its zone; today before the first. A test that asked the clock would
 * fail at midnight: the scores it looks at may be from before it.
 */
export async function scoredDay({ domain, timeZone }: FakeShop): Promise<Day> {
  const shop = await directory.shopByDomain(domain);
  const run = shop && (await latestRun(shop.id));
  return run?.asOf ?? oracleDayOf(Date.now(), timeZone);
}

/** The slow oracle's answer about what the shop holds now, as of a day in its zone. */
export function expectedScores(
  fake: FakeShop,
  day: Day,
  more: Omit<Partial<Parameters<typeof oracleScores>[1]>, 'asOf' | 'timeZone' | 'currency' | 'prefix'> = {},
): OracleAnswer {
  const { timeZone, currency } = fake;
  return oracleScores(ordersOf(fake), { asOf: formatDay(day), timeZone, currency, prefix: 'rfm', ...more });
}

/** The days of the counted orders of each customer, and what they brought, by the slow oracle. */
export function expectedDays(fake: FakeShop, asOf: Day): Map<number, { days: number[]; monetary: number }> {
  const { timeZone, currency } = fake;
  const customers = new Map<number, { days: number[]; monetary: number }>();
  for (const one of oracleCounted(ordersOf(fake), { asOf: formatDay(asOf), timeZone, currency })) {
    const customer = customers.get(Number(one.customer)) ?? { days: [], monetary: 0 };
    customer.days.push(one.day);
    customer.monetary += one.amount;
    customers.set(Number(one.customer), customer);
  }
  return customers;
}

/** What became of each customer of the shop, counted one after the other by the slow oracle. */
export async function expectedAccount(fake: FakeShop, windowDays: number | null) {
  const day = await scoredDay(fake);
  const { scores } = expectedScores(fake, day, windowDays === null ? {} : { windowDays });
  const { scores: ever } = expectedScores(fake, day);
  const account = { scored: 0, noneCounts: 0, outsideWindow: 0, neverOrdered: 0, notRead: 0 };
  for (const id of fake.customers.keys()) {
    if (scores.has(String(id))) account.scored += 1;
    else if (ever.has(String(id))) account.outsideWindow += 1;
    else if (fake.ordersByCustomer.has(id)) account.noneCounts += 1;
    else account.neverOrdered += 1;
  }
  return account;
}

/** Counted one customer at a time: who went from where to where; null = unscored. */
export function expectedMoves(
  before: ReadonlyMap<number, string | null>,
  after: ReadonlyMap<number, string | null>,
): Map<string, number> {
  const moves = new Map<string, number>();
  for (const id of new Set([...before.keys(), ...after.keys()])) {
    const [from, to] = [before.get(id) ?? null, after.get(id) ?? null];
    if (from !== null || to !== null) moves.set(`${from} ${to}`, (moves.get(`${from} ${to}`) ?? 0) + 1);
  }
  return moves;
}

/** The same of edges that were worked out. */
export const movesIn = (edges: readonly Edge[]): Map<string, number> =>
  new Map(edges.map(({ before, after, people }) => [`${before} ${after}`, people]));

/** One line per customer: our tags, the segment and the three digits, as they should be. */
export async function expectedLines(fake: FakeShop): Promise<string[]> {
  const { scores } = expectedScores(fake, await scoredDay(fake));
  return [...fake.customers.keys()]
    .map((id) => {
      const score = scores.get(String(id));
      if (score === undefined) return `${id} - - -`;
      return `${id} ${score.tag} ${score.segment} ${score.r}${score.f}${score.m}`;
    })
    .sort();
}

/** The same lines from what the shop's customers hold. */
export function heldLines(fake: FakeShop, slugs: readonly string[] = TEN_SEGMENTS.known): string[] {
  return [...fake.customers.values()]
    .map((customer) => {
      const value = (key: string): string | undefined =>
        [...customer.metafields.values()].find((field) => field.key === key)?.value;
      const tags = customer.tags
        .map((tag) => tag.toLowerCase())
        .filter((tag) => tag.startsWith('rfm:') && slugs.includes(tag.slice(4)))
        .join(',');
      const profile = JSON.parse(value('rfm_profile') ?? 'null') as {
        r: number;
        f: number;
        m: number;
      } | null;
      const digits = profile === null ? '-' : `${profile.r}${profile.f}${profile.m}`;
      return `${customer.id} ${tags || '-'} ${value('rfm_segment') ?? '-'} ${digits}`;
    })
    .sort();
}

/**
 * Between full runs: everyone's facts by the slow oracle, scored against the stored cut points. Segment and digits by
 * customer.
 */
export async function expectedBetweenRuns(
  shopId: number,
  fake: FakeShop,
  nameOf: (r: number, f: number, m: number) => string = tenName,
): Promise<Map<number, string>> {
  const run = await latestRun(shopId);
  if (run === null) throw new Error('nothing was scored');
  const rows = new Map<number, string>();
  const { cutPoints } = run;
  for (const [id, { r, f, m }] of expectedScores(fake, run.asOf, { cutPoints }).scores) {
    rows.set(Number(id), `${nameOf(r, f, m)} ${r}${f}${m}`);
  }
  return rows;
}

const tenName = (r: number, f: number, m: number): string => segmentOf(TEN_SEGMENTS, { r, f, m });

/** The same of what is stored. */
export async function storedScores(shopId: number): Promise<Map<number, string>> {
  const { rows } = await sqlInShop(shopId, (client) =>
    client.query<{ id: number; score: string }>(
      `select customer_id as id, concat(segment, ' ', r, f, m) as score from scores
       where shop_id = $1 and segment is not null`,
      [shopId],
    ),
  );
  return new Map(rows.map(({ id, score }) => [id, score]));
}

/** The same of what the shop's customers carry; 'torn' where tag and metafields differ. */
export function heldScores(fake: FakeShop, slugs?: readonly string[]): Map<number, string> {
  const lines = heldLines(fake, slugs).map((line) => line.split(' '));
  return new Map(
    lines
      .filter((line) => line.slice(1).some((value) => value !== '-'))
      .map(([id, tag, segment, digits]) => [
        Number(id),
        tag === `rfm:${segment}` ? `${segment} ${digits}` : 'torn',
      ]),
  );
}
