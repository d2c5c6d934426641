import { sqlInShop } from '#app/db.server.ts';
import { IN_ONE_PASS } from './in-one-pass.ts';

/**
 * Orders of which one pass of an import stored a part and another did not, up to `limit`: created or deleted between
 * the passes, or unreadable in one of the files. Those that the API answered unreadably too are left out.
 */
export async function unevenOrders(shopId: number, limit: number): Promise<number[]> {
  return sqlInShop(shopId, async (client) => {
    await client.query(IN_ONE_PASS);
    const { rows } = await client.query<{ id: number }>(
      `select id from (
         select d.order_id as id from order_details d where d.shop_id = $1 and not exists
           (select from orders o where o.shop_id = $1 and o.id = d.order_id)
         union
         select r.order_id from refunds r where r.shop_id = $1 and not exists
           (select from order_details d where d.shop_id = $1 and d.order_id = r.order_id)
         union
         select o.id from orders o where o.shop_id = $1 and not exists
           (select from order_details d where d.shop_id = $1 and d.order_id = o.id)) u
       where not exists (select from unread_objects q where q.shop_id = $1 and q.kind = 'orders' and q.id = u.id)
       order by id limit $2`,
      [shopId, limit],
    );
    return rows.map(({ id }) => id);
  });
}

/** Orders, up to `limit`, whose line items a file of the details brought without a line of their own. */
export async function parentlessOrders(shopId: number, limit: number): Promise<number[]> {
  return sqlInShop(shopId, async (client) => {
    await client.query(IN_ONE_PASS);
    const { rows } = await client.query<{ id: number }>(
      `select distinct l.id from line_items c cross join unnest(c.order_ids) as l(id)
       where c.shop_id = $1
         and c.load in (select distinct lines_load from order_details where shop_id = $1)
         and not exists (select from order_details d where d.shop_id = $1 and d.order_id = l.id) limit $2`,
      [shopId, limit],
    );
    return rows.map(({ id }) => id);
  });
}

/** How many orders and customers are stored. */
export async function countStored(shopId: number): Promise<{ orders: number; customers: number }> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ orders: number; customers: number }>(
      `select (select count(*) from orders where shop_id = $1) as orders,
         (select count(*) from customers where shop_id = $1) as customers`,
      [shopId],
    );
    return rows[0] ?? { orders: 0, customers: 0 };
  });
}
