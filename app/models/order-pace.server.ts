import { sqlInShop } from '#app/db.server.ts';

/** Weeks whose orders say what is usual. */
const WEEKS = 4;

/**
 * Orders that came in each hour of a week on average of the last four: 168 figures from Thursday 00:00 UTC, as the
 * epoch began. Reads every order of the shop.
 */
export function ordersByWeekHour(shopId: number): Promise<number[]> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ hour: number; orders: number }>(
      `select (floor(extract(epoch from created_at) / 3600)::int8 % 168) as hour, count(*) as orders from orders
       where shop_id = $1 and created_at > clock_timestamp() - interval '${WEEKS} weeks'
         and created_at <= clock_timestamp() group by 1`,
      [shopId],
    );
    const usual = Array.from({ length: 168 }, () => 0);
    for (const { hour, orders } of rows) usual[hour] = orders / WEEKS;
    return usual;
  });
}
