/** A table that batches of rows are brought into. */
export type Table = {
  table: string;
  /** in the order in which `encode` writes them; shop_id comes from the transaction */
  columns: readonly string[];
  /** the primary key without shop_id */
  key: readonly string[];
  /** the column that says which version is newer, or null when the latest row read wins */
  version: string | null;
};

/** The name of the temporary table of a table. */
export function stageOf(table: string): string {
  return `pg_temp.loaded_${table}`;
}

/**
 * The statement that brings the staged rows in: of several with one key the newest, over a stored row only
 * when it is not older and differs.
 * @param only a condition on the staged rows, SQL
 */
export function mergeStage(what: Table, shopId: number, only = 'true'): string {
  return mergeRows(what, `${shopId}::bigint`, `${stageOf(what.table)} where ${only}`, 'ctid');
}

/**
 * The same for rows of any source.
 * @param shopId SQL
 * @param rows what follows `from`, SQL
 * @param place what says which of two rows of one key and version came later, SQL
 */
export function mergeRows(
  { table, columns, key, version }: Table,
  shopId: string,
  rows: string,
  place: string,
): string {
  const rest = columns.filter((column) => !key.includes(column));
  const list = (names: readonly string[], of = ''): string => names.map((name) => of + name).join(', ');
  const update = `update set ${rest.map((name) => `${name} = excluded.${name}`).join(', ')}
    where ${version === null ? 'true' : `${table}.${version} <= excluded.${version}`}
      and (${list(rest, `${table}.`)}) is distinct from (${list(rest, 'excluded.')})`;
  return `insert into ${table} (shop_id, ${list(columns)})
    select distinct on (${list(key)}) ${shopId}, ${list(columns)} from ${rows}
    order by ${list(key)}${version === null ? '' : `, ${version} desc`}, ${place} desc
    on conflict (shop_id, ${list(key)}) do ${rest.length === 0 ? 'nothing' : update}`;
}
