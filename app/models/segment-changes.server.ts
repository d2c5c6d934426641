import type { PoolClient } from 'pg';
import { sqlInShop } from '#app/db.server.ts';
import type { Day } from '#app/rfm/calendar.ts';
import { slugOfNumber, type Scheme, type SegmentSlug } from '#app/rfm/schemes.ts';
import type { Cause } from '#app/rfm/transitions.ts';
import type { ChangeColumns } from './change-columns.ts';
import { loadPicked, type Picked } from './column-load.server.ts';
import { storeRows, type LoadedTable } from './table-load.server.ts';

/** Adds what a run changed to the segment history. */
export async function writeChanges(
  client: PoolClient,
  shopId: number,
  scheme: Scheme,
  run: { id: number; day: number },
  columns: ChangeColumns,
): Promise<void> {
  await loadPicked(client, shopId, changesOf(scheme, run), columns, everyRow(columns));
}

/** The same for a few customers. */
export async function writeSomeChanges(
  client: PoolClient,
  shopId: number,
  scheme: Scheme,
  run: { id: number; day: number },
  columns: ChangeColumns,
): Promise<void> {
  await storeRows(client, shopId, changesOf(scheme, run), {
    length: columns.n,
    columns,
    rows: everyRow(columns),
  });
}

const everyRow = ({ n }: ChangeColumns): Uint32Array => Uint32Array.from({ length: n }, (_, i) => i);

function changesOf(scheme: Scheme, run: { id: number; day: number }): LoadedTable<Picked<ChangeColumns>> {
  return {
    table: 'segment_changes',
    columns: ['customer_id', 'run_id', 'day', 'before', 'after', 'cause', 'score_before', 'score_after'],
    key: ['customer_id', 'run_id'],
    version: null,
    encode(out, { rows, columns }, index) {
      const i = rows[index] as number;
      out.row(8);
      out.int8(columns.customerId[i] as number);
      out.int8(run.id);
      out.day(run.day);
      out.text(slugOfNumber(scheme, columns.before[i] as number));
      out.text(slugOfNumber(scheme, columns.after[i] as number));
      out.text(columns.cause[i] as string);
      out.text(digits(columns.scoreBefore[i] as number));
      out.text(digits(columns.scoreAfter[i] as number));
    },
  };
}

function digits(score: number): string {
  return score === 0 ? '000' : String(score);
}

/** One change in a customer's history. */
export type SegmentChange = {
  day: Day;
  before: SegmentSlug | null;
  after: SegmentSlug | null;
  cause: Cause;
  /** r, f, m as three digits, '000' = unscored */
  scoreBefore: string;
  scoreAfter: string;
};

/**
 * The newest changes of a customer, newest first. What the shop's first run found is stored only as the scores it
 * left, or as what the first change after it began from: it is told from there.
 */
export async function segmentHistory(
  shopId: number,
  customerId: number,
  limit: number,
): Promise<SegmentChange[]> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<SegmentChange>(
      `select day, before, after, cause, score_before as "scoreBefore", score_after as "scoreAfter"
       from segment_changes where shop_id = $1 and customer_id = $2 order by run_id desc limit $3`,
      [shopId, customerId, limit],
    );
    if (rows.length === limit) return rows;
    const oldest = rows.at(-1);
    const { rows: found } = await client.query<SegmentChange>(
      `select (select as_of from score_runs where shop_id = $1 order by id limit 1) as day, null as before,
         s.segment as after, 'first' as cause, '000' as "scoreBefore", s.score as "scoreAfter"
       from (select $3::text as segment, $4::text as score where $4 is not null
             union all
             select segment, concat(r, f, m) from scores where shop_id = $1 and customer_id = $2 and $4 is null) s
       where s.score <> '000'`,
      [shopId, customerId, oldest?.before ?? null, oldest?.scoreBefore ?? null],
    );
    return [...rows, ...found];
  });
}
