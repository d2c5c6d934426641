import type { PoolClient } from 'pg';
import { sqlInShop } from '#app/db.server.ts';
import { noteAccess } from './access-log.server.ts';

/** A customer's wish to know what is stored, as Shopify passes it on. */
export type CustomerQuestion = {
  /** the webhook's id: the same one is answered once */
  webhookId: string;
  customerId: number;
  /** the orders Shopify names */
  orderIds: readonly number[];
};

/** A request as the merchant sees it. Instants are epoch milliseconds. */
export type DataRequest = {
  id: number;
  customerId: number;
  requestedAt: number;
  madeAt: number | null;
  downloadedAt: number | null;
  /** false once the file was removed by its age */
  hasFile: boolean;
};

/**
 * Keeps a request with its file, which `make` answers within the same transaction: what it reads is not erased
 * meanwhile. A webhook that was answered before is not answered again.
 */
export async function keepRequest(
  shopId: number,
  { webhookId, customerId, orderIds }: CustomerQuestion,
  make: (client: PoolClient) => Promise<object>,
): Promise<void> {
  await sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ id: number }>(
      `insert into data_requests (shop_id, webhook_id, customer_id, order_ids) values ($1, $2, $3, $4::int8[])
       on conflict (shop_id, webhook_id) do nothing returning id`,
      [shopId, webhookId, customerId, orderIds],
    );
    if (rows[0] === undefined) return;
    const file = JSON.stringify(await make(client));
    await client.query(
      `update data_requests set file = $3, made_at = clock_timestamp() where shop_id = $1 and id = $2`,
      [shopId, rows[0].id, file],
    );
  });
}

/** The newest requests, newest first. */
export async function dataRequests(shopId: number, limit: number): Promise<DataRequest[]> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<DataRequest>(
      `select id, customer_id as "customerId", requested_at as "requestedAt", made_at as "madeAt",
         downloaded_at as "downloadedAt", file is not null as "hasFile"
       from data_requests where shop_id = $1 order by id desc limit $2`,
      [shopId, limit],
    );
    return rows;
  });
}

/**
 * The file of a request of this shop, noted as downloaded by `userId` in the same transaction; null when there is none
 * (any more).
 */
export async function takeFile(
  shopId: number,
  userId: number,
  requestId: number,
): Promise<{ customerId: number; file: object } | null> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ customerId: number; file: object }>(
      `update data_requests set downloaded_at = clock_timestamp()
       where shop_id = $1 and id = $2 and file is not null returning customer_id as "customerId", file`,
      [shopId, requestId],
    );
    if (rows[0] === undefined) return null;
    await noteAccess(client, shopId, userId, 'data-file', [rows[0].customerId]);
    return rows[0];
  });
}
