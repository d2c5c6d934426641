import type { PoolClient } from 'pg';
import { sqlInShop } from '#app/db.server.ts';
import { NO_DAY } from '#app/rfm/customer-stats.ts';
import type { SegmentSlug } from '#app/rfm/schemes.ts';
import type { ScoredRow, WriteKind, WrittenState } from '#app/rfm/write-plan.ts';
import { copyOut } from './binary-copy.server.ts';
import { latestWriteRun, type WriteRun } from './write-runs.server.ts';

/** A customer who has scores, something of ours, or any tag. */
export type PlanRow = {
  customerId: number;
  /** null = unscored */
  scored: ScoredRow | null;
  written: WrittenState | null;
  /** every tag on the customer, as last seen and as we changed it since */
  tags: string[];
};

/** A range of customer ids: above `after`, up to and including `upTo`. */
export type CustomerRange = { after: number; upTo: number };

/**
 * The range of about `rows` customers above `after`; the last one has no end. Ranges let a plan be read and
 * journaled in turns, so that memory stays small however many customers there are.
 */
export async function nextPlanRange(
  client: PoolClient,
  shopId: number,
  after: number,
  rows: number,
): Promise<CustomerRange> {
  const found = await client.query<{ id: number }>(
    `select customer_id as id from scores where shop_id = $1 and customer_id > $2
     order by customer_id offset $3 limit 1`,
    [shopId, after, rows - 1],
  );
  return { after, upTo: found.rows[0]?.id ?? Number.MAX_SAFE_INTEGER };
}

/** Hands every customer of the range that a plan must look at to `onRow`, in the order of ids. */
export async function readPlanRows(
  client: PoolClient,
  shopId: number,
  { after, upTo }: CustomerRange,
  onRow: (row: PlanRow) => void,
): Promise<number> {
  const within = (id: string): string => `shop_id = ${shopId} and ${id} > ${after} and ${id} <= ${upTo}`;
  return copyOut(
    client,
    `select coalesce(s.customer_id, w.customer_id, c.id), s.r, s.f, s.m, s.segment, s.previous_segment, s.since,
       w.tags, w.segment, w.profile, c.tags
     from (select * from scores where ${within('customer_id')}) s
     full join (select * from written where ${within('customer_id')}) w on w.customer_id = s.customer_id
     full join (select id, tags from customers where ${within('id')} and tags <> '{}') c
       on c.id = coalesce(s.customer_id, w.customer_id)
     order by 1`,
    (row) => {
      const customerId = row.int8();
      const [r, f, m] = [row.int2(), row.int2(), row.int2()];
      const segment = row.ascii() as SegmentSlug | null;
      const previousSegment = row.ascii() as SegmentSlug | null;
      const since = row.day(NO_DAY);
      const ours = row.textArray();
      const written = { segment: row.text(), profile: row.text() };
      const tags = row.textArray() ?? [];
      onRow({
        customerId,
        scored: segment === null ? null : { r, f, m, segment, previousSegment, since },
        written: ours === null ? null : { tags: ours, ...written },
        tags,
      });
    },
  );
}

/** What we put on a customer, or null. */
export async function writtenOn(shopId: number, customerId: number): Promise<WrittenState | null> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<WrittenState>(
      'select tags, segment, profile from written where shop_id = $1 and customer_id = $2',
      [shopId, customerId],
    );
    return rows[0] ?? null;
  });
}

/** How many customers carry something of ours. */
export async function countWritten(shopId: number): Promise<number> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ n: number }>(
      'select count(*) as n from written where shop_id = $1',
      [shopId],
    );
    return rows[0]?.n ?? 0;
  });
}

/** A row of the journal as the customer page shows it. */
export type JournalEntry = {
  kind: WriteKind;
  value: string;
  state: 'planned' | 'sent' | 'done' | 'failed';
  error: string | null;
  /** epoch milliseconds */
  updatedAt: number;
};

/** The newest journal rows of a customer, newest first. */
export async function journalOf(shopId: number, customerId: number, limit: number): Promise<JournalEntry[]> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<JournalEntry>(
      `select kind, value, state, error, updated_at as "updatedAt" from writes
       where shop_id = $1 and customer_id = $2 order by id desc limit $3`,
      [shopId, customerId, limit],
    );
    return rows;
  });
}

/** How far the newest write-back is. */
export type WriteProgress = WriteRun & {
  /** rows by state */
  counts: { planned: number; sent: number; done: number; failed: number };
  /** what Shopify said about the failed ones, most frequent first, at most ten */
  failures: { error: string; count: number }[];
};

/** The newest write-back with its progress, null before the first. */
export async function writeProgress(shopId: number): Promise<WriteProgress | null> {
  const run = await latestWriteRun(shopId);
  if (run === null) return null;
  return sqlInShop(shopId, async (client) => {
    const states = await client.query<{ state: keyof WriteProgress['counts']; n: number }>(
      'select state, count(*) as n from writes where shop_id = $1 and run_id = $2 group by state',
      [shopId, run.id],
    );
    const failures = await client.query<{ error: string; count: number }>(
      `select coalesce(error, '') as error, count(*) as count from writes
       where shop_id = $1 and run_id = $2 and state = 'failed' group by error order by count desc limit 10`,
      [shopId, run.id],
    );
    const counts = { planned: 0, sent: 0, done: 0, failed: 0 };
    for (const { state, n } of states.rows) counts[state] = n;
    return { ...run, counts, failures: failures.rows };
  });
}
