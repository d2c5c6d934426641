import { formatDay } from '#app/rfm/calendar.ts';
import type { CutPoints } from '#app/rfm/scores.ts';
import { oracleDayOf, oracleScores, type OracleAnswer } from '#tests/rfm/oracle.ts';
import { CAMPAIGN_TAG, campaignsAreTrue } from './check-campaigns.ts';
import { truthfulHome, withinBudget } from './check-pages.ts';
import { nothingErasedLeft, nothingOfOthers, nothingUnderWay } from './check-remains.ts';
import { isOurs } from './hands.ts';
import { oracleOrders, trueCustomers, trueOrders } from './truth.ts';
import type { SoakShop, SoakWorld } from './world.ts';

/** What a checker found wrong, one line each; nothing when all is well. */
type Findings = string[];

/** Looks at everything that must hold once nothing is under way any more. */
export async function checkShop(world: SoakWorld, shop: SoakShop, fresh: boolean): Promise<Findings> {
  const { id } = await shop.row();
  const scores = await expectedScores(world, shop, id, fresh);
  return [
    ...(await keptWebhooks(world, shop, id)),
    ...(await sameHistory(world, shop, id)),
    ...(await sameScores(world, shop, id, scores)),
    ...sameWritten(shop, scores),
    ...(await oneEffectEach(world, shop, id)),
    ...(await campaignsAreTrue(world, shop, id)),
    ...(await nothingOfOthers(world, id)),
    ...(await nothingErasedLeft(world, shop, id)),
    ...(await nothingUnderWay(world, id)),
    ...(await truthfulHome(world, shop)),
    ...(await withinBudget(world, shop)),
  ].map((finding) => `${shop.fake.domain} ${finding}`);
}

async function keptWebhooks({ database, taken }: SoakWorld, shop: SoakShop, id: number): Promise<Findings> {
  const { rows } = await database.query<{ webhook: string }>(
    'select webhook_id as webhook from inbox where shop_id = $1',
    [id],
  );
  const kept = new Set(rows.map(({ webhook }) => webhook));
  return [...(taken.get(shop.fake.domain) ?? [])]
    .filter((webhook) => !kept.has(webhook))
    .map((webhook) => `I1 webhook ${webhook} was answered with 200 and is not in the inbox`);
}

async function sameHistory({ database }: SoakWorld, shop: SoakShop, id: number): Promise<Findings> {
  const orders = await database.query<object>(
    `select id::float8, customer_id::float8 as customer, extract(epoch from processed_at)::float8 * 1000 as "processedAt",
       extract(epoch from cancelled_at)::float8 * 1000 as "cancelledAt", test, financial_status as status, currency,
       total::float8, refunded::float8 from orders where shop_id = $1 order by id`,
    [id],
  );
  const customers = await database.query<{ id: number; tags: string[] }>(
    'select id::float8, tags from customers where shop_id = $1 order by id',
    [id],
  );
  const stored = customers.rows.map(({ id: customer, tags }) => ({
    id: customer,
    tags: tags.map((tag) => tag.toLowerCase()).sort(),
  }));
  return [
    ...differences('I2 order', trueOrders(shop), orders.rows),
    ...differences('I2 customer', trueCustomers(shop), stored),
  ];
}

type Run = {
  id: number;
  day: number;
  method: OracleAnswer['method'];
  cut_points: CutPoints;
  /** whether no midnight passed since everyone was scored */
  of_today: boolean;
  window_days: number | null;
  count_zero: boolean;
};

async function expectedScores(
  world: SoakWorld,
  shop: SoakShop,
  id: number,
  fresh: boolean,
): Promise<OracleAnswer & { day: number }> {
  const { rows } = await world.database.query<Run>(
    `select r.id::float8, r.holds_on - date '1970-01-01' as day, r.frequency_method as method, r.cut_points,
       r.holds_on = r.as_of as of_today, s.window_days, s.count_zero from score_runs r join settings s using (shop_id)
     where r.shop_id = $1 order by r.id desc limit 1`,
    [id],
  );
  const run = rows[0];
  if (run === undefined) return { method: 'all-customers', scores: new Map(), read: 0, counted: 0, day: NaN };
  const { timeZone, currency } = shop.fake;
  return {
    day: run.day,
    ...oracleScores(oracleOrders(shop), {
      asOf: formatDay(oracleDayOf(world.time.now(), timeZone)),
      timeZone,
      currency,
      prefix: 'rfm',
      countZero: run.count_zero,
      method: run.method,
      ...(run.window_days !== null && { windowDays: run.window_days }),
      ...(!(fresh && run.of_today) && { cutPoints: run.cut_points }),
    }),
  };
}

async function sameScores(
  { database, time }: SoakWorld,
  { fake }: SoakShop,
  id: number,
  expected: OracleAnswer & { day: number },
): Promise<Findings> {
  const { rows } = await database.query<object>(
    `select customer_id::float8 as id, segment, r, f, m, frequency, monetary::float8 from scores
     where shop_id = $1 and segment is not null order by customer_id`,
    [id],
  );
  const wanted = [...expected.scores]
    .map(([customer, { segment, r, f, m, frequency, monetary }]) => ({
      id: Number(customer),
      segment,
      r,
      f,
      m,
      frequency,
      monetary,
    }))
    .sort((a, b) => a.id - b.id);
  const today = oracleDayOf(time.now(), fake.timeZone);
  return [
    ...(expected.day === today ? [] : [`I3 scores are as of day ${expected.day}, today is ${today}`]),
    ...differences('I3 score', wanted, rows),
  ];
}

function sameWritten({ fake, foreign, redacted }: SoakShop, { scores }: OracleAnswer): Findings {
  const findings: Findings = [];
  for (const { id, tags, metafields } of fake.customers.values()) {
    if (redacted.has(id)) continue;
    const score = scores.get(String(id));
    const folded = tags.map((tag) => tag.toLowerCase());
    const ours = folded.filter(isOurs).join();
    if (ours !== (score?.tag ?? '')) findings.push(`I4 ${id} carries '${ours}', not '${score?.tag ?? ''}'`);
    const value = (key: string) => [...metafields.values()].find((field) => field.key === key)?.value ?? null;
    const segment = value('rfm_segment');
    if (segment !== (score?.segment ?? null)) findings.push(`I4 ${id} has the metafield ${segment}`);
    const profile = JSON.parse(value('rfm_profile') ?? 'null') as Record<'r' | 'f' | 'm', number> | null;
    const digits = profile && `${profile.r}${profile.f}${profile.m}`;
    if (digits !== (score === undefined ? null : `${score.r}${score.f}${score.m}`)) {
      findings.push(`I4 ${id} has the profile ${digits}`);
    }
    const others = folded.filter((tag) => !isOurs(tag) && !tag.startsWith(CAMPAIGN_TAG)).sort();
    const wanted = [...(foreign.get(id) ?? [])].filter((tag) => !isOurs(tag)).sort();
    if (others.join() !== wanted.join()) findings.push(`I8 ${id} has ${others.join()}, not ${wanted.join()}`);
  }
  return findings;
}

/** Every tag that appeared without the merchant has a line of the journal of its own. */
async function oneEffectEach(
  { database }: SoakWorld,
  { added, redacted }: SoakShop,
  id: number,
): Promise<Findings> {
  const { rows } = await database.query<{ key: string; n: number }>(
    `select customer_id || ' ' || lower(value) as key, count(*)::int as n from writes
     where shop_id = $1 and kind = 'tag-add' group by 1`,
    [id],
  );
  const journal = new Map(rows.map(({ key, n }) => [key, n]));
  const seen = new Map<string, number>();
  for (const key of added) seen.set(key, (seen.get(key) ?? 0) + 1);
  return (
    [...seen]
      // Erasing a customer takes the journal's lines about them, too.
      .filter(([key]) => !redacted.has(Number.parseInt(key, 10)))
      .filter(([key, n]) => n > (journal.get(key) ?? 0))
      .map(([key, n]) => `I4 ${key} was added ${n} times, the journal knows ${journal.get(key) ?? 0}`)
  );
}

/** Lines for what is missing, too much or different; both lists are sorted by id. */
function differences(what: string, wanted: readonly object[], found: readonly object[]): Findings {
  const key = (row: object): string => String((row as { id: number }).id);
  const wantedById = new Map(wanted.map((row) => [key(row), JSON.stringify(row)]));
  const foundById = new Map(found.map((row) => [key(row), JSON.stringify(row)]));
  const findings: Findings = [];
  for (const [id, row] of wantedById) {
    const other = foundById.get(id);
    if (other === undefined) findings.push(`${what} ${id} is missing: ${row}`);
    else if (other !== row) findings.push(`${what} ${id} is ${other}, not ${row}`);
  }
  for (const [id, row] of foundById)
    if (!wantedById.has(id)) findings.push(`${what} ${id} is too much: ${row}`);
  return findings;
}
