import type { PoolClient } from 'pg';
import { sqlInShop } from '#app/db.server.ts';
import { openLoad, type TableLoad } from './table-load.server.ts';

/** What an import goes through in passes. */
export type PassKind = 'orders' | 'details' | 'customers';

/** The table and the key of a pass. */
const STORED: Record<PassKind, { table: string; key: string }> = {
  orders: { table: 'orders', key: 'id' },
  details: { table: 'order_details', key: 'order_id' },
  customers: { table: 'customers', key: 'id' },
};

/** Some ids of a batch, the first `length` of `id`. */
type Ids = { length: number; id: Float64Array };

/** Notes which ids a pass of a repeated import has seen. */
export function noteSeen(
  client: PoolClient,
  shopId: number,
  importId: number,
  kind: PassKind,
): Promise<TableLoad<Ids>> {
  return openLoad<Ids>(client, shopId, {
    table: 'seen_ids',
    columns: ['import_id', 'kind', 'id'],
    key: ['import_id', 'kind', 'id'],
    version: null,
    ...(kind === 'customers' && { customers: { of: ({ id }: Ids) => id, erased: 'left-out' as const } }),
    encode(rows, { id }, i) {
      rows.row(3);
      rows.int8(importId);
      rows.text(kind);
      rows.int8(id[i] as number);
    },
  });
}

/**
 * The stored ids that a pass did not see although it should have: not changed since `before`, and (orders) created
 * at `from` or later. Both are epoch milliseconds.
 */
export async function unseenIds(
  shopId: number,
  importId: number,
  kind: PassKind,
  { before, from }: { before: number; from: number | null },
): Promise<number[]> {
  const { table, key } = STORED[kind];
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ id: number }>(
      `select t.${key} as id from ${table} t
       where t.shop_id = $1 and t.updated_at < to_timestamp($4::float8 / 1000)
         and not exists (select from seen_ids s
           where s.shop_id = $1 and s.import_id = $2 and s.kind = $3 and s.id = t.${key})
         and ($5::float8 is null or exists (select from orders o
           where o.shop_id = $1 and o.id = t.${key} and o.created_at >= to_timestamp($5::float8 / 1000)))`,
      [shopId, importId, kind, before, kind === 'customers' ? null : from],
    );
    return rows.map(({ id }) => id);
  });
}

/** Forgets what every import of the shop has seen in a pass. */
export async function forgetSeen(client: PoolClient, shopId: number, kind: PassKind): Promise<void> {
  await client.query('delete from seen_ids where shop_id = $1 and kind = $2', [shopId, kind]);
}
