import type { PoolClient } from 'pg';
import { sqlInShop } from '#app/db.server.ts';
import type { CustomerBatch } from '#app/rfm/batches.ts';
import { openLoad, storeRows, type LoadedTable, type TableLoad } from './table-load.server.ts';

const CUSTOMERS: LoadedTable<CustomerBatch> = {
  table: 'customers',
  columns: ['id', 'created_at', 'updated_at', 'email_consent', 'sms_consent', 'company_ids', 'tags'],
  key: ['id'],
  version: 'updated_at',
  customers: { of: (batch) => batch.id, erased: 'left-out' },
  encode(rows, batch, i) {
    rows.row(7);
    rows.int8(batch.id[i] as number);
    rows.instant(batch.createdAt[i] as number);
    rows.instant(batch.updatedAt[i] as number);
    rows.text(batch.emailConsent[i] ?? null);
    rows.text(batch.smsConsent[i] ?? null);
    rows.int8Array(Float64Array.from(batch.companyIds[i] ?? []));
    rows.textArray(batch.tags[i] ?? []);
  },
};

/**
 * Loads customers into the client's shop; a stored one is replaced by one whose updated_at is not older. Customers that
 * were erased are left out.
 */
export function loadCustomers(client: PoolClient, shopId: number): Promise<TableLoad<CustomerBatch>> {
  return openLoad(client, shopId, CUSTOMERS);
}

/**
 * Stores a few customers as they are now; one that is stored as newer stays.
 * @returns those who were added or replaced and have other tags than before, in whatever order they stand
 */
export async function applyCustomers(
  client: PoolClient,
  shopId: number,
  batch: CustomerBatch,
): Promise<number[]> {
  const ids = batch.id.subarray(0, batch.length);
  const { rows } = await client.query<{ id: number; tags: string[] }>(
    'select id, tags from customers where shop_id = $1 and id = any($2) order by id for update',
    [shopId, [...ids]],
  );
  const before = new Map(rows.map(({ id, tags }) => [id, tagKey(tags)]));
  const after = new Map(Array.from(ids, (id, i) => [id, tagKey(batch.tags[i] ?? [])]));
  const stored = await storeRows(client, shopId, CUSTOMERS, batch);
  return stored.filter((id) => (before.get(id) ?? tagKey([])) !== after.get(id));
}

/** What a customer agreed to, as Shopify records it; null where there is no address or number of the kind. */
export type CustomerConsent = { email: string | null; sms: string | null };

/** What a customer agreed to, null when it was not read yet. */
export async function customerConsent(shopId: number, customerId: number): Promise<CustomerConsent | null> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<CustomerConsent>(
      'select email_consent as email, sms_consent as sms from customers where shop_id = $1 and id = $2',
      [shopId, customerId],
    );
    return rows[0] ?? null;
  });
}

function tagKey(tags: readonly string[]): string {
  return JSON.stringify(tags.toSorted());
}
