import type { PoolClient } from 'pg';
import { readInShop, sqlInShop } from '#app/db.server.ts';
import { NO_DAY } from '#app/rfm/customer-stats.ts';
import type { SegmentSlug } from '#app/rfm/schemes.ts';
import type { ScoredRow, WrittenState } from '#app/rfm/write-plan.ts';
import { copyOut } from './binary-copy.server.ts';
import { idList } from './stored-values.ts';

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

/** Hands every customer of the range, or with these ids, that a plan must look at to `onRow`, in the order of ids. */
export async function readPlanRows(
  client: PoolClient,
  shopId: number,
  which: CustomerRange | readonly number[],
  onRow: (row: PlanRow) => void,
): Promise<number> {
  const within = (id: string): string =>
    'upTo' in which
      ? `shop_id = ${shopId} and ${id} > ${which.after} and ${id} <= ${which.upTo}`
      : `shop_id = ${shopId} and ${id} = any(${idList(which)})`;
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

/** What we put on a customer, or null; of a metafield only what is known. */
export async function writtenOn(shopId: number, customerId: number): Promise<WrittenState | null> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<WrittenState>(
      `select tags, nullif(segment, '') as segment, nullif(profile, '') as profile
       from written where shop_id = $1 and customer_id = $2`,
      [shopId, customerId],
    );
    return rows[0] ?? null;
  });
}

/** How many customers carry something of ours. */
export async function countWritten(shopId: number): Promise<number> {
  const [row] = await readInShop<{ n: number }>(
    shopId,
    'select count(*) as n from written where shop_id = $1',
  );
  return row?.n ?? 0;
}

/** What Shopify said when it last refused a write to a customer, among the `newest` ones; null when it did not. */
export async function lastRefusal(
  shopId: number,
  customerId: number,
  newest: number,
): Promise<string | null> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ error: string }>(
      `select error from (select id, state, error from writes
         where shop_id = $1 and customer_id = $2 order by id desc limit $3) w
       where state = 'failed' and error is not null order by id desc limit 1`,
      [shopId, customerId, newest],
    );
    return rows[0]?.error ?? null;
  });
}
