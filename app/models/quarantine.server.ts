import type { PoolClient } from 'pg';
import { sqlInShop } from '#app/db.server.ts';

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
  await client.query(
    `insert into quarantined_lines (shop_id, operation_id, line_number, reason, excerpt)
     select $1, $2, * from unnest($3::int8[], $4::text[], $5::text[]) on conflict do nothing`,
    [
      shopId,
      operationId,
      lines.map((line) => line.lineNumber),
      lines.map((line) => line.reason),
      // PostgreSQL's text holds no NUL.
      lines.map((line) => line.excerpt.slice(0, 200).replaceAll('\0', '\uFFFD')),
    ],
  );
}

/** How many lines each reason holds back in an import, and the first of them, most frequent first. */
export async function quarantineOf(
  shopId: number,
  importId: number,
): Promise<{ reason: string; count: number; firstLine: number; excerpt: string }[]> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{
      reason: string;
      count: number;
      firstLine: number;
      excerpt: string;
    }>(
      `select q.reason, count(*) as count, min(q.line_number) as "firstLine",
         (array_agg(q.excerpt order by q.line_number))[1] as excerpt
       from quarantined_lines q join bulk_operations o on o.shop_id = q.shop_id and o.id = q.operation_id
       where q.shop_id = $1 and o.owner_id = $2 and o.kind in ('orders', 'details', 'customers')
         and o.state <> 'replaced'
       group by q.reason order by count desc, q.reason`,
      [shopId, importId],
    );
    return rows;
  });
}
