import type { PoolClient } from 'pg';
import { sqlInShop } from '#app/db.server.ts';
import { erasedCustomers } from './tombstones.server.ts';

/**
 * What happened to personal data: names were shown on a page, a list of customers was exported, messages were sent, a
 * data file was made for a request or downloaded, a customer was erased.
 */
export type AccessKind = 'names' | 'export' | 'mail' | 'data-request' | 'data-file' | 'redaction';

/** One entry of the log; `userId` is Shopify's staff user id, null = the app itself. */
export type AccessEntry = {
  id: number;
  /** epoch milliseconds */
  at: number;
  userId: number | null;
  what: AccessKind;
  /** how many customers it was about that are not erased */
  customers: number;
  /** the customer, if it was about one */
  customerId: number | null;
};

/** Notes who saw or took out personal data, and whose. Nothing is noted when it was nobody's. */
export async function logAccess(
  shopId: number,
  userId: number | null,
  what: AccessKind,
  customerIds: readonly number[],
): Promise<void> {
  if (customerIds.length === 0) return;
  await sqlInShop(shopId, (client) => noteAccess(client, shopId, userId, what, customerIds));
}

/** The same within the transaction that reads the data. A customer that was erased meanwhile is not named. */
export async function noteAccess(
  client: PoolClient,
  shopId: number,
  userId: number | null,
  what: AccessKind,
  customerIds: readonly number[],
): Promise<void> {
  const erased = await erasedCustomers(client, shopId);
  const ids = customerIds.filter((id) => !erased.has(id));
  await client.query(
    'insert into access_log (shop_id, user_id, what, customer_ids) values ($1, $2, $3, $4::int8[])',
    [shopId, userId, what, ids],
  );
}

/** The newest entries, newest first; those below `before` (an entry's id) when that is given. */
export async function accessLog(
  shopId: number,
  limit: number,
  before: number | null,
): Promise<AccessEntry[]> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<AccessEntry>(
      `select id, at, user_id as "userId", what, cardinality(customer_ids) as customers,
         case cardinality(customer_ids) when 1 then customer_ids[1] end as "customerId" from access_log
       where shop_id = $1 and ($3::int8 is null or id < $3) order by id desc limit $2`,
      [shopId, limit, before],
    );
    return rows;
  });
}
