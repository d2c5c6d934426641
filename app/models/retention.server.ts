import { sqlInShop } from '#app/db.server.ts';

/** How long rows of a table, or one column of them, are kept: as the comments of prisma/schema.prisma say. */
export type Retention = {
  table: string;
  days: number;
  /** what is too old, SQL; `cutoff` is the instant `days` ago */
  old: string;
  /** the column that is emptied; without one the rows go */
  column?: string;
};

/** What the law asks for waits until it is done, however old. */
const LAW = `('customers/redact', 'customers/data_request', 'shop/redact')`;
/** Lines go before the operations that tell their age. */
export const RETENTIONS: readonly Retention[] = [
  {
    table: 'inbox',
    days: 14,
    old: `received_at < cutoff and (handled_at is not null or topic not in ${LAW})`,
  },
  { table: 'simulations', days: 1, old: 'asked_at < cutoff' },
  { table: 'undo_previews', days: 1, old: 'asked_at < cutoff' },
  {
    table: 'shopify_segment_members',
    days: 2,
    old: `not exists (select from shopify_segment_readings r
      where r.shop_id = t.shop_id and r.id = t.reading_id and r.asked_at >= cutoff)`,
  },
  { table: 'shopify_segment_readings', days: 2, old: 'asked_at < cutoff' },
  { table: 'mail_minutes', days: 1, old: 'minute < cutoff' },
  { table: 'data_requests', days: 30, old: 'made_at < cutoff and file is not null', column: 'file' },
  {
    table: 'quarantined_lines',
    days: 90,
    old: `not exists (select from bulk_operations b
      where b.shop_id = t.shop_id and b.id = t.operation_id and b.started_at >= cutoff)`,
  },
  { table: 'bulk_operations', days: 90, old: 'started_at < cutoff' },
  { table: 'reconciliations', days: 90, old: 'started_at < cutoff' },
  { table: 'data_requests', days: 90, old: 'requested_at < cutoff' },
  { table: 'writes', days: 400, old: 'updated_at < cutoff' },
  { table: 'write_runs', days: 400, old: 'started_at < cutoff' },
  { table: 'survey_answers', days: 400, old: 'answered_at < cutoff' },
  { table: 'access_log', days: 400, old: 'at < cutoff' },
];

/**
 * Removes up to `limit` rows, or values of a column, that were kept for long enough at the instant `at` (epoch
 * milliseconds). How many there were.
 */
export async function removeOld(
  shopId: number,
  { table, days, old, column }: Retention,
  at: number,
  limit: number,
): Promise<number> {
  const change = column === undefined ? `delete from ${table}` : `update ${table} set ${column} = null`;
  return sqlInShop(shopId, async (client) => {
    const { rowCount } = await client.query(
      `${change} where shop_id = $1 and ctid = any(array(
         select t.ctid from ${table} t,
           lateral (select to_timestamp($2::float8 / 1000) - make_interval(days => $3) as cutoff) c
         where t.shop_id = $1 and ${old} limit $4))`,
      [shopId, at, days, limit],
    );
    return rowCount ?? 0;
  });
}

/** Notes that everything old was removed. */
export async function noteTidied(shopId: number): Promise<void> {
  await sqlInShop(shopId, (client) =>
    client.query('update shops set tidied_at = clock_timestamp() where shop_id = $1', [shopId]),
  );
}
