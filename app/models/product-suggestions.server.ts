import type { PoolClient } from 'pg';
import { sqlInShop } from '#app/db.server.ts';

/** Product ids that a message to a customer could show, the best first. */
export type Suggestions = { customerId: number; entryPrice: number[]; recommended: number[] };

/** Hints are counted anew when they are older than this. */
const HOURS = 24;
/** Customers, and packed rows of line items, that are counted: enough for what is bought often. */
const [CUSTOMERS, LINE_ROWS] = [20_000, 200];
/** Customers who bought two products, at least, for one to be recommended to buyers of the other. */
const TOGETHER = 3;
/** Suggestions of each kind: some may not be for sale any more. */
const MOST = 6;

/**
 * What messages to these customers could show. Entry-price: products of the lowest quarter of what the customer bought
 * costs, of the shop's where the customer bought fewer than four; the most bought first. Recommended: what others who
 * bought the same bought too, and the customer did not.
 */
export async function suggestProducts(
  shopId: number,
  customerIds: readonly number[],
): Promise<Suggestions[]> {
  return sqlInShop(shopId, async (client) => {
    await countIfOld(client, shopId);
    const { rows } = await client.query<Suggestions>(
      `with who as (
         select c.id, coalesce(b.products, '{}') as products from unnest($2::int8[]) c (id)
         left join bought b on b.shop_id = $1 and b.customer_id = c.id),
       shop as (
         select percentile_disc(0.25) within group (order by price) as low from product_hints
         where shop_id = $1 and price is not null)
       select w.id as "customerId",
         array(select h.product_id from product_hints h where h.shop_id = $1 and h.price <= coalesce(
             (select case when count(*) >= 4 then percentile_disc(0.25) within group (order by o.price) end
              from product_hints o where o.shop_id = $1 and o.product_id = any(w.products) and o.price is not null),
             (select low from shop))
           order by h.buyers desc, h.price, h.product_id limit $3) as "entryPrice",
         array(select too.id from product_hints h cross join unnest(h.bought_too) with ordinality too (id, place)
           where h.shop_id = $1 and h.product_id = any(w.products) and not too.id = any(w.products)
           group by too.id order by sum(1.0 / too.place) desc, too.id limit $3) as recommended
       from who w`,
      [shopId, customerIds, MOST],
    );
    return rows;
  });
}

/** One at a time: whoever comes meanwhile takes what there is. */
async function countIfOld(client: PoolClient, shopId: number): Promise<void> {
  const { rows } = await client.query<{ old: boolean }>(
    `select coalesce(max(counted_at) < clock_timestamp() - make_interval(hours => $2), true)
       and pg_try_advisory_xact_lock(hashtextextended('product hints', $1)) as old
     from product_hints where shop_id = $1`,
    [shopId, HOURS],
  );
  if (rows[0]?.old !== true) return;
  await client.query('delete from product_hints where shop_id = $1', [shopId]);
  await client.query(
    `insert into product_hints (shop_id, product_id, price, buyers, bought_too, counted_at)
     with baskets as (
       select customer_id, products from bought
       where shop_id = $1 and cardinality(products) between 1 and 30 limit $2),
     ones as (select customer_id, unnest(products) as id from baskets),
     buyers as (select id, count(*)::int as n from ones group by id),
     pairs as (
       select a.id, b.id as too, count(*) as n,
         row_number() over (partition by a.id order by count(*) desc, b.id) as place
       from ones a join ones b on b.customer_id = a.customer_id and b.id <> a.id
       group by a.id, b.id having count(*) >= $4),
     companions as (
       select id, array_agg(too order by place) as too from pairs where place <= $5 group by id),
     lines as (
       select product_ids, quantities, amounts from line_items where shop_id = $1
       order by load desc, part desc limit $3),
     prices as (
       select p.id, percentile_disc(0.5) within group (order by p.amount / p.quantity) as price
       from lines l cross join unnest(l.product_ids, l.quantities, l.amounts) p (id, quantity, amount)
       where p.id <> 0 and p.quantity > 0 and p.amount > 0 group by p.id)
     select $1, b.id, p.price, b.n, coalesce(c.too, '{}'), clock_timestamp()
     from buyers b left join prices p on p.id = b.id left join companions c on c.id = b.id`,
    [shopId, CUSTOMERS, LINE_ROWS, TOGETHER, MOST],
  );
}
