import type { PoolClient } from 'pg';
import { sqlInShop } from '#app/db.server.ts';
import { erasedCustomers, quotable } from './tombstones.server.ts';

/** A line of a bulk file that could not be read. */
export type QuarantinedLine = {
  /** from 1 */
  lineNumber: number;
  reason: string;
  /** cut to 200 characters here */
  excerpt: string;
};

/** Keeps the lines; the same line of the same operation is kept once. */
export async function quarantineLines(
  client: PoolClient,
  shopId: number,
  operationId: number,
  lines: readonly QuarantinedLine[],
): Promise<void> {
  if (lines.length === 0) return;
  const erased = await erasedCustomers(client, shopId);
  await client.query(
    `insert into quarantined_lines (shop_id, operation_id, line_number, reason, excerpt)
     select $1, $2, * from unnest($3::int8[], $4::text[], $5::text[]) on conflict do nothing`,
    [
      shopId,
      operationId,
      lines.map((line) => line.lineNumber),
      lines.map((line) => storable(line.reason)),
      lines.map((line) => storable(quotable(erased, line.excerpt))),
    ],
  );
}

/** A reason for which something could not be read: how often, and the first of it. */
export type HeldBack = { reason: string; count: number; excerpt: string | null };

/** What could not be read in an import and since then, by reason, most frequent first; every line is counted. */
export async function quarantineOf(shopId: number, importId: number): Promise<HeldBack[]> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<HeldBack>(
      `with counted as (
         select u.key as reason, u.value::int8 as count, (select q.excerpt from quarantined_lines q
           where q.shop_id = $1 and q.operation_id = o.id and q.reason = u.key order by q.line_number limit 1) as excerpt
         from bulk_operations o, jsonb_each_text(o.unread) u
         where o.shop_id = $1 and o.owner_id = $2 and o.kind in ('orders', 'details', 'customers')
           and o.state <> 'replaced'
         union all
         select reason, count(*), min(excerpt) from unread_objects where shop_id = $1 group by reason)
       select reason, sum(count)::int8 as count, min(excerpt) as excerpt from counted
       group by reason order by count desc, reason`,
      [shopId, importId],
    );
    return rows;
  });
}

/** An order or a customer that the API answered in a shape nobody can read. */
type UnreadObject = { id: number; reason: string; excerpt: string };

/** Keeps what could not be read of a page of changes, and forgets what could be read by now. */
export async function keepUnread(
  client: PoolClient,
  shopId: number,
  kind: 'orders' | 'customers',
  page: { read: readonly number[]; gone?: readonly number[]; unread: readonly UnreadObject[] },
): Promise<void> {
  const known = [...page.read, ...(page.gone ?? []), ...page.unread.map(({ id }) => id)];
  if (known.length === 0) return;
  await client.query('delete from unread_objects where shop_id = $1 and kind = $2 and id = any($3)', [
    shopId,
    kind,
    known,
  ]);
  if (page.unread.length === 0) return;
  const erased = await erasedCustomers(client, shopId);
  const unread = page.unread.filter(({ id }) => kind === 'orders' || !erased.has(id));
  await client.query(
    `insert into unread_objects (shop_id, kind, id, reason, excerpt)
     select $1, $2, * from unnest($3::int8[], $4::text[], $5::text[]) on conflict do nothing`,
    [
      shopId,
      kind,
      unread.map(({ id }) => id),
      unread.map(({ reason }) => storable(reason)),
      unread.map(({ excerpt }) => storable(quotable(erased, excerpt))),
    ],
  );
}

/** PostgreSQL's text holds no NUL. */
function storable(text: string): string {
  return text.slice(0, 200).replaceAll('\0', '\uFFFD');
}
