import type { PoolClient } from 'pg';
import { sqlInShop } from '#app/db.server.ts';
import type { OrderBatch, OrderDetailsBatch } from '#app/rfm/batches.ts';
import { emptyOrder, type CountableOrder } from '#app/rfm/order.ts';
import type { CompanyPopulation } from '#app/rfm/population.ts';
import { copyOut } from './binary-copy.server.ts';
import { countableOf, readCountable } from './countable-row.ts';
import { ordersAmong } from './order-lists.server.ts';
import { idList } from './stored-values.ts';

/** Whether the shop has any order for a company, or had one when it was last counted. */
export async function hasCompanyBuyers(client: PoolClient, shopId: number): Promise<boolean> {
  const { rows } = await client.query<{ has: boolean }>(
    `select exists (select from order_details where shop_id = $1 and company_id is not null)
       or exists (select from company_buyers where shop_id = $1) as has`,
    [shopId],
  );
  return rows[0]?.has ?? false;
}

/**
 * Hands every order whose contents are known, of those who ever ordered for a company, to `onOrder`, with whether it was
 * for one. The order is the same object each time.
 * @param customers of whom, null = everyone
 * @param refundsAfter epoch milliseconds: the end of the as-of day; what was refunded from then on is told by itself
 */
export async function readCompanyOrders(
  client: PoolClient,
  shopId: number,
  customers: readonly number[] | null,
  refundsAfter: number,
  onOrder: (order: CountableOrder, company: boolean, refundedAfterAsOf: number) => void,
): Promise<void> {
  const whose =
    customers === null
      ? `o.customer_id in (select b.customer_id from order_details c
           join orders b on b.shop_id = ${shopId} and b.id = c.order_id
           where c.shop_id = ${shopId} and c.company_id is not null)`
      : `o.id = any(${ordersAmong(shopId, customers)}) and o.customer_id = any(${idList(customers)})`;
  const order = emptyOrder();
  await copyOut(
    client,
    `select ${countableOf('o')},
       d.company_id is not null,
       case when o.refunded = 0 then 0 else coalesce((select sum(amount)::int8 from refunds r
         where r.shop_id = ${shopId} and r.order_id = o.id
           and r.created_at >= to_timestamp(${refundsAfter / 1000}::float8)), 0) end
     from orders o join order_details d on d.shop_id = ${shopId} and d.order_id = o.id
     where o.shop_id = ${shopId} and ${whose}`,
    (row) => {
      readCountable(row, order);
      onOrder(order, row.bool(), row.int8());
    },
  );
}

/**
 * Stores who buys for a company; whoever is not among `found` does not any more.
 * @param customers of whom this is all, null = of everyone
 */
export async function keepCompanyBuyers(
  client: PoolClient,
  shopId: number,
  customers: readonly number[] | null,
  found: ReadonlyMap<number, CompanyPopulation>,
): Promise<void> {
  const ids = [...found.keys()];
  await client.query(
    `delete from company_buyers where shop_id = $1 and customer_id <> all($2::int8[])
       and ($3::int8[] is null or customer_id = any($3::int8[]))`,
    [shopId, ids, customers],
  );
  // Whoever was removed since the orders were read has no scores any more; who is being removed is waited for.
  await client.query(
    `insert into company_buyers as b (shop_id, customer_id, population)
     select $1, f.id, f.population from unnest($2::int8[], $3::text[]) f (id, population)
       join scores s on s.shop_id = $1 and s.customer_id = f.id
     order by f.id for key share of s
     on conflict (shop_id, customer_id) do update set population = excluded.population
       where b.population <> excluded.population`,
    [shopId, ids, [...found.values()]],
  );
}

/** How many of those who are scored always buy for a company, and how many sometimes. */
export async function companyBuyers(shopId: number): Promise<Record<CompanyPopulation, number>> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<Record<CompanyPopulation, number>>(
      `select count(*) filter (where b.population = 'b2b') as b2b,
         count(*) filter (where b.population = 'mixed') as mixed
       from company_buyers b join scores s on s.shop_id = $1 and s.customer_id = b.customer_id
       where b.shop_id = $1 and s.segment is not null`,
      [shopId],
    );
    return rows[0]!;
  });
}

/** The customers of those orders that are for another company, or for none, than was stored of them. */
export async function otherCompanies(
  client: PoolClient,
  shopId: number,
  { orders, details }: { orders: OrderBatch; details: OrderDetailsBatch },
): Promise<number[]> {
  const ids = [...details.orderId.subarray(0, details.length)];
  const { rows } = await client.query<{ id: number }>(
    'select order_id as id from order_details where shop_id = $1 and order_id = any($2) and company_id is not null',
    [shopId, ids],
  );
  const before = new Set(rows.map(({ id }) => id));
  const other = new Set(
    ids.filter((id, i) => before.has(id) === Number.isNaN(details.companyId[i] as number)),
  );
  const customers = orders.customerId.subarray(0, orders.length);
  return [...customers].filter((id, i) => !Number.isNaN(id) && other.has(orders.id[i] as number));
}
