import type { PoolClient } from 'pg';
import { openLoad, type LoadedTable } from './table-load.server.ts';

/** The rows at `rows` of some columns, as a batch. */
export type Picked<Columns> = { length: number; columns: Columns; rows: Uint32Array };

const ROWS_AT_ONCE = 16_384;

/**
 * Loads the rows at `rows` of `columns` into a table of the client's shop, in the order of customers: so the
 * index grows at its end, which takes a third less time than in the order of the columns. Customers that were erased
 * are left out.
 */
export async function loadPicked<Columns extends { customerId: Float64Array }>(
  client: PoolClient,
  shopId: number,
  table: LoadedTable<Picked<Columns>>,
  columns: Columns,
  rows: Uint32Array,
): Promise<void> {
  if (rows.length === 0) return;
  const { customerId } = columns;
  const sorted = rows.slice().sort((a, b) => (customerId[a] as number) - (customerId[b] as number));
  const of = ({ rows: picked }: Picked<Columns>) =>
    Float64Array.from(picked, (row) => customerId[row] as number);
  const load = await openLoad(client, shopId, { ...table, customers: { of, erased: 'left-out' } });
  for (let from = 0; from < sorted.length; from += ROWS_AT_ONCE) {
    const part = sorted.subarray(from, from + ROWS_AT_ONCE);
    await load.add({ length: part.length, columns, rows: part });
  }
  await load.finish();
}
