import type { Prisma } from '@prisma/client';
import type { PoolClient } from 'pg';
import { inShop, readInShop } from '#app/db.server.ts';
import type { Day } from '#app/rfm/calendar.ts';
import { NO_DAY, type CountedOrders } from '#app/rfm/customer-stats.ts';
import { dayFigures } from '#app/rfm/day-figures.ts';
import type { RunSummary } from '#app/rfm/run-summary.ts';
import { numberOfSlug, slugOfNumber, type Scheme, type SchemeChoice } from '#app/rfm/schemes.ts';
import type { CutPoints, FrequencyMethod } from '#app/rfm/scores.ts';
import { unscoredReason } from '#app/rfm/unscored.ts';
import { copyOut } from './binary-copy.server.ts';
import { loadPicked, type Picked } from './column-load.server.ts';
import { scoreColumns, type ScoreColumns } from './score-columns.ts';
import { keptDay } from './shop-days.server.ts';
import { camelRow, idList } from './stored-values.ts';
import { storeRows, type LoadedTable } from './table-load.server.ts';
import type { StoredPlan } from './write-runs.server.ts';

/** The stored scores of the customers with these ids. */
export async function readScores(
  client: PoolClient,
  shopId: number,
  scheme: Scheme,
  customers: readonly number[],
): Promise<ScoreColumns> {
  const columns = scoreColumns(customers.length);
  columns.n = 0;
  await eachScore(
    client,
    shopId,
    scheme,
    ` and customer_id = any(${idList(customers)})`,
    columns,
    () => undefined,
  );
  return columns;
}

/** Scores given at once: they fit into the processor's cache. */
const GIVEN_AT_ONCE = 8_192;

/** Reads the stored scores of every customer of the shop. @param take is given them in portions, which are overwritten */
export async function readAllScores(
  client: PoolClient,
  shopId: number,
  scheme: Scheme,
  take: (portion: ScoreColumns) => void,
): Promise<void> {
  const columns = scoreColumns(GIVEN_AT_ONCE);
  columns.n = 0;
  await eachScore(client, shopId, scheme, '', columns, () => {
    if (columns.n < GIVEN_AT_ONCE) return;
    take(columns);
    columns.n = 0;
  });
  take(columns);
}

/** Adds each stored score to `columns` and says so. */
async function eachScore(
  client: PoolClient,
  shopId: number,
  scheme: Scheme,
  which: string,
  columns: ScoreColumns,
  added: () => void,
): Promise<void> {
  await copyOut(
    client,
    `select customer_id, last_order_day, frequency, monetary, r, f, m, segment, previous_segment, since
     from scores where shop_id = ${shopId}${which}`,
    (row) => {
      const i = columns.n++;
      columns.customerId[i] = row.int8();
      columns.lastDay[i] = row.day(NO_DAY);
      columns.frequency[i] = row.int4();
      columns.monetary[i] = row.int8();
      columns.r[i] = row.int2();
      columns.f[i] = row.int2();
      columns.m[i] = row.int2();
      columns.segment[i] = numberOfSlug(scheme, row.ascii());
      columns.previousSegment[i] = numberOfSlug(scheme, row.ascii());
      columns.since[i] = row.day(NO_DAY);
      added();
    },
  );
}

const scoresOf = (scheme: Scheme): LoadedTable<Picked<ScoreColumns>> => ({
  table: 'scores',
  columns: [
    'customer_id',
    'last_order_day',
    'frequency',
    'monetary',
    'r',
    'f',
    'm',
    'segment',
    'previous_segment',
    'since',
    'unscored_reason',
  ],
  key: ['customer_id'],
  version: null,
  encode(out, { columns, rows }, index) {
    const i = rows[index] as number;
    const lastDay = columns.lastDay[i] as number;
    const frequency = columns.frequency[i] as number;
    out.row(11);
    out.int8(columns.customerId[i] as number);
    if (lastDay === NO_DAY) out.null();
    else out.day(lastDay);
    out.int4(frequency);
    out.int8(columns.monetary[i] as number);
    out.int2(columns.r[i] as number);
    out.int2(columns.f[i] as number);
    out.int2(columns.m[i] as number);
    out.text(slugOfNumber(scheme, columns.segment[i] as number));
    out.text(slugOfNumber(scheme, columns.previousSegment[i] as number));
    out.day(columns.since[i] as number);
    out.text(unscoredReason(lastDay, frequency));
  },
});

/** Stores the scores of the customers at `rows` of `columns`; give it the changed ones only. */
export async function writeScores(
  client: PoolClient,
  shopId: number,
  scheme: Scheme,
  columns: ScoreColumns,
  rows: Uint32Array,
): Promise<void> {
  await loadPicked(client, shopId, scoresOf(scheme), columns, rows);
}

/** The same for a few customers whose scores are stored already, most of them. */
export async function writeSomeScores(
  client: PoolClient,
  shopId: number,
  scheme: Scheme,
  columns: ScoreColumns,
  rows: Uint32Array,
): Promise<void> {
  await storeRows(client, shopId, scoresOf(scheme), { length: rows.length, columns, rows });
}

export type RunReason = 'first' | 'orders' | 'week' | 'settings';

/** A full scoring run. */
export type ScoreRun = {
  id: number;
  /** the day its cut points were taken */
  ranOn: Day;
  /** the day all scores are as of: its own, moved on at each midnight since */
  asOf: Day;
  /** epoch milliseconds */
  finishedAt: number;
  reason: RunReason;
  frequencyMethod: FrequencyMethod;
  cutPoints: CutPoints;
  /** what gave segments their names */
  scheme: SchemeChoice;
  orderCounts: CountedOrders;
  summary: RunSummary;
  /** ISO 4217 */
  currency: string;
  /** settings.scoringVersion it scored by */
  scoringVersion: number;
  /** the orders it scored, as imports.server dataMark names them */
  dataMark: string;
  /** what writing would send, counted after the run; null while it is not counted */
  writePlan: CountedPlan | null;
};

/** A plan as it was counted, and what it was counted from. */
export type CountedPlan = StoredPlan & {
  /** the tag prefix */
  prefix: string;
  /** the newest write-back then, null = none */
  writeRunId: number | null;
};

/** Keeps with a run what writing would send. */
export async function keepWritePlan(shopId: number, runId: number, plan: CountedPlan): Promise<void> {
  await inShop(shopId, (db) =>
    db.scoreRun.update({
      where: { shopId_id: { shopId, id: runId } },
      data: { writePlan: plan as Prisma.InputJsonObject },
    }),
  );
}

/** Stores a run, and its day's figures with it, and returns its id; in the same transaction as the scores it wrote. */
export async function recordRun(
  client: PoolClient,
  shopId: number,
  run: Omit<ScoreRun, 'id' | 'ranOn' | 'finishedAt' | 'writePlan'>,
): Promise<number> {
  const { rows } = await client.query<{ id: number }>(
    `with run as (
       insert into score_runs (shop_id, as_of, reason, frequency_method, cut_points, order_counts, summary, currency,
         scoring_version, data_mark, scheme, holds_on)
       values ($1, date '1970-01-01' + $2::int, $3, $4, $5, $6, $7, $8, $9, $10, $11, date '1970-01-01' + $2::int)
       returning *), ${keptDay('$12')}
     select id from run`,
    [
      shopId,
      run.asOf,
      run.reason,
      run.frequencyMethod,
      JSON.stringify(run.cutPoints),
      JSON.stringify(run.orderCounts),
      JSON.stringify(run.summary),
      run.currency,
      run.scoringVersion,
      run.dataMark,
      JSON.stringify(run.scheme),
      JSON.stringify(dayFigures(run.summary)),
    ],
  );
  return rows[0]?.id ?? 0;
}

/** The newest full run, or null before the first. */
export async function latestRun(shopId: number): Promise<ScoreRun | null> {
  const [row] = await readInShop(
    shopId,
    'select * from score_runs where shop_id = $1 order by id desc limit 1',
  );
  if (row === undefined) return null;
  // What was stored is what recordRun was given.
  const { asOf, holdsOn, ...run } = camelRow<Omit<ScoreRun, 'ranOn'> & { holdsOn: Day }>(row);
  return { ...run, ranOn: asOf, asOf: holdsOn };
}
