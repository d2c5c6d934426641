import type { PoolClient } from 'pg';
import { openLoad, type LoadedTable } from './table-load.server.ts';

/** The rows at `rows` of some columns, as a batch. */
export type Picked<Columns> = { length: number; columns: Columns; rows: Uint32Array };

const ROWS_AT_ONCE = 16_384;

/** Loads the rows at `rows` of `columns` into a table of the client's shop. */
export async function loadPicked<Columns>(
  client: PoolClient,
  shopId: number,
  table: LoadedTable<Picked<Columns>>,
  columns: Columns,
  rows: Uint32Array,
): Promise<void> {
  if (rows.length === 0) return;
  const load = await openLoad(client, shopId, table);
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
    const part = rows.subarray(from, from + ROWS_AT_ONCE);
    await load.add({ length: part.length, columns, rows: part });
  }
  await load.finish();
}
