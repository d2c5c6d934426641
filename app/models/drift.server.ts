import type { PoolClient } from 'pg';
import { addToLook } from './reconciliations.server.ts';

/** A look that counts what it finds differing. */
export type DriftWatch = {
  lookId: number;
  /** word of a change after this instant (epoch milliseconds) may still be on its way */
  settledBefore: number;
};

/** What decides whether a stored object is another one: not its version, and not the tags we put there ourselves. */
const CONTENT = {
  orders: `md5(row(t.customer_id, t.processed_at, t.cancelled_at, t.test, t.financial_status, t.currency, t.total,
    t.refunded)::text)`,
  customers: `md5(row(t.email_consent, t.sms_consent, t.company_ids, array(select tag from unnest(t.tags) tag
    where not starts_with(lower(tag), lower((select tag_prefix from settings where shop_id = $1)) || ':')))::text)`,
} as const;

/**
 * Runs `store`, which stores these objects as they are at Shopify, and counts for the look (if any) how many were
 * stored otherwise or not at all: only those whose change is settled and that wait neither in the inbox nor to be read
 * again, since those would have come by themselves.
 */
export async function countDrift(
  client: PoolClient,
  shopId: number,
  watch: DriftWatch | null,
  table: keyof typeof CONTENT,
  batch: { length: number; id: Float64Array; updatedAt: Float64Array },
  store: () => Promise<void>,
): Promise<void> {
  if (watch === null) return store();
  const ids = [...batch.id.subarray(0, batch.length)];
  const settled = ids.filter((_, i) => (batch.updatedAt[i] as number) < watch.settledBefore);
  const before = await contents(client, shopId, table, settled);
  await store();
  const after = await contents(client, shopId, table, settled);
  const differing = settled.filter((id) => before.get(id) !== after.get(id));
  const drift = await withoutWord(client, shopId, table, differing);
  await addToLook(client, shopId, watch.lookId, { lookedAt: ids.length, drift });
}

async function contents(
  client: PoolClient,
  shopId: number,
  table: keyof typeof CONTENT,
  ids: readonly number[],
): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map();
  const { rows } = await client.query<{ id: number; content: string }>(
    `select id, ${CONTENT[table]} as content from ${table} t where shop_id = $1 and id = any($2)
     order by id for update`,
    [shopId, ids],
  );
  return new Map(rows.map(({ id, content }) => [id, content]));
}

/** How many of these objects neither a waiting webhook nor a note to read them again is about. */
async function withoutWord(
  client: PoolClient,
  shopId: number,
  table: keyof typeof CONTENT,
  ids: readonly number[],
): Promise<number> {
  if (ids.length === 0) return 0;
  const { rows } = await client.query<{ n: number }>(
    `select count(*) as n from unnest($2::int8[]) u(id)
     where not exists (select from inbox where shop_id = $1 and handled_at is null and resource_id = u.id)
       and not exists (select from pending where shop_id = $1 and kind = $3 and pending.id = u.id)`,
    [shopId, ids, table === 'orders' ? 'details' : 'customer'],
  );
  return rows[0]?.n ?? 0;
}
