import { sqlInShop } from '#app/db.server.ts';

/** What became of each stored customer: every one of them is in exactly one of these. */
export type CustomerAccount = {
  scored: number;
  /** with orders, none of which counts */
  noneCounts: number;
  /** with orders that count, all of them outside the window */
  outsideWindow: number;
  neverOrdered: number;
  /** known from orders only: Shopify's customers are not all read yet, or this one is no longer there */
  notRead: number;
};

/** Counts the shop's stored customers by what became of them, all as of one instant. */
export async function customerAccount(shopId: number): Promise<CustomerAccount> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<CustomerAccount>(
      `select count(*) filter (where c.id is not null and s.segment is not null) as scored,
         count(*) filter (where c.id is not null and s.unscored_reason = 'no-counted-order') as "noneCounts",
         count(*) filter (where c.id is not null and s.unscored_reason = 'outside-window') as "outsideWindow",
         count(*) filter (where s.customer_id is null) as "neverOrdered",
         count(*) filter (where c.id is null) as "notRead"
       from (select id from customers where shop_id = $1) c
       full join (select customer_id, segment, unscored_reason from scores where shop_id = $1) s
         on s.customer_id = c.id`,
      [shopId],
    );
    return rows[0]!;
  });
}
