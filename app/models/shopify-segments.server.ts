import type { PoolClient } from 'pg';
import { sqlInShop } from '#app/db.server.ts';

/** Seconds for which a reading tells who is in a segment: it is there for longer, so that nobody loses it while asking. */
export const READ_FOR = 72_000;
/** The same for a draw, which is done once: it takes who is in the segment now. */
export const READ_FOR_DRAW = 3_600;
/** Seconds for which it is believed that a segment is gone, or could not be read. */
const FAILED_FOR = 600;
/** A reading that took longer begins anew: Shopify's cursors do not hold for ever. */
const BEGIN_ANEW = 3_600;

/** Why nobody can say who is in a segment of Shopify's: it was not read lately, or it cannot be. */
export type Unread = 'shopify-unread' | 'shopify-segment';

/** The latest reading of a segment that is no older than so many seconds, or why there is none. */
export async function segmentReading(
  shopId: number,
  gid: string,
  within = READ_FOR,
): Promise<{ reading: number } | Unread> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ id: number; state: string }>(
      `select id, state from shopify_segment_readings where shop_id = $1 and gid = $2 and state <> 'asked'
         and ended_at > clock_timestamp() - make_interval(secs => case state when 'read' then $3::int else $4::int end)
       order by id desc limit 1`,
      [shopId, gid, within, FAILED_FOR],
    );
    const [latest] = rows;
    if (latest === undefined) return 'shopify-unread';
    return latest.state === 'read' ? { reading: latest.id } : 'shopify-segment';
  });
}

/** Asks for a segment to be read, unless it is being read. How far that is; `of` is null until Shopify told. */
export async function askForSegment(
  shopId: number,
  gid: string,
): Promise<{ read: number; of: number | null }> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ read: number; of: number | null }>(
      `with asked as (
         insert into shopify_segment_readings (shop_id, gid) values ($1, $2) on conflict do nothing returning 1)
       select members as read, total as of from shopify_segment_readings
       where shop_id = $1 and gid = $2 and state = 'asked'`,
      [shopId, gid],
    );
    return rows[0] ?? { read: 0, of: null };
  });
}

/** A segment that is to be read, and where its next page begins. */
export type OpenReading = { id: number; gid: string; cursor: string | null };

/** The segment that was asked for first and is not read to its end; null when there is none. */
export async function openReading(shopId: number): Promise<OpenReading | null> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<OpenReading & { late: boolean }>(
      `select id, gid, cursor, cursor is not null
         and asked_at < clock_timestamp() - make_interval(secs => $2) as late
       from shopify_segment_readings where shop_id = $1 and state = 'asked' order by id limit 1`,
      [shopId, BEGIN_ANEW],
    );
    const [open] = rows;
    if (open === undefined) return null;
    const { id, gid, cursor, late } = open;
    if (!late) return { id, gid, cursor };
    await forgetMembers(client, shopId, [id]);
    await client.query(
      `update shopify_segment_readings set cursor = null, members = 0, asked_at = clock_timestamp()
       where shop_id = $1 and id = $2`,
      [shopId, id],
    );
    return { id, gid, cursor: null };
  });
}

/**
 * Stores a page of a reading: of its customers those the shop's scores know, so that nobody who was erased comes back.
 */
export async function storeMembersPage(
  shopId: number,
  { id }: Pick<OpenReading, 'id'>,
  page: { ids: readonly number[]; total: number; cursor: string | null },
): Promise<void> {
  await sqlInShop(shopId, async (client) => {
    const { rowCount } = await client.query(
      `update shopify_segment_readings set cursor = $3, members = members + $4, total = $5,
         state = case when $3::text is null then 'read' else state end,
         ended_at = case when $3::text is null then clock_timestamp() end
       where shop_id = $1 and id = $2 and state = 'asked'`,
      [shopId, id, page.cursor, page.ids.length, page.total],
    );
    if (rowCount === 0) return;
    await client.query(
      `insert into shopify_segment_members (shop_id, reading_id, customer_id)
       select $1, $2, s.customer_id from scores s where s.shop_id = $1 and s.customer_id = any($3::int8[])
       on conflict do nothing`,
      [shopId, id, page.ids],
    );
  });
}

/** Ends readings that came to nothing: the segment is gone, or could not be read. @param id null = every open one */
export async function endReading(shopId: number, id: number | null, state: 'gone' | 'failed'): Promise<void> {
  await sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ id: number }>(
      `update shopify_segment_readings set state = $3, ended_at = clock_timestamp()
       where shop_id = $1 and id = coalesce($2, id) and state = 'asked' returning id`,
      [shopId, id, state],
    );
    await forgetMembers(
      client,
      shopId,
      rows.map((ended) => ended.id),
    );
  });
}

/** After a merge the one that stays is in the segments that either was in. */
export async function mergeSegmentMembers(
  client: PoolClient,
  shopId: number,
  goneId: number,
  keptId: number,
): Promise<void> {
  await client.query(
    `insert into shopify_segment_members (shop_id, reading_id, customer_id)
     select shop_id, reading_id, $3 from shopify_segment_members where shop_id = $1 and customer_id = $2
     on conflict do nothing`,
    [shopId, goneId, keptId],
  );
}

async function forgetMembers(client: PoolClient, shopId: number, readings: readonly number[]): Promise<void> {
  await client.query(
    'delete from shopify_segment_members where shop_id = $1 and reading_id = any($2::int8[])',
    [shopId, readings],
  );
}
