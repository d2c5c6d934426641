import { sqlInShop } from '#app/db.server.ts';
import { ordersAmong } from './order-lists.server.ts';

/** Up to `limit` stored ids below `from` (null = the highest), highest first. */
export function storedIdsBelow(
  shopId: number,
  table: 'orders' | 'customers',
  from: number | null,
  limit: number,
): Promise<number[]> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ id: number }>(
      `select id from ${table} where shop_id = $1 and ($2::int8 is null or id < $2) order by id desc limit $3`,
      [shopId, from, limit],
    );
    return rows.map(({ id }) => id);
  });
}

/** Ids of the stored orders that name one of these customers. */
export function ordersNaming(shopId: number, customers: readonly number[]): Promise<number[]> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ id: number }>(
      `select id from orders where shop_id = $1 and id = any(${ordersAmong(shopId, customers)})
         and customer_id = any($2) order by id`,
      [shopId, customers],
    );
    return rows.map(({ id }) => id);
  });
}
