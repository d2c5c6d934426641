import type { PoolClient } from 'pg';
import { sqlInShop } from '#app/db.server.ts';
import type { OrderBatch, OrderDetailsBatch } from '#app/rfm/batches.ts';
import { emptyOrder, type CountableOrder } from '#app/rfm/order.ts';
import { channelOf } from '#app/rfm/preferences.ts';
import type { Members, OtherPopulation, Purchased } from '#app/rfm/population.ts';
import { copyOut } from './binary-copy.server.ts';
import { countableOf, readCountable } from './countable-row.ts';
import { ordersAmong } from './order-lists.server.ts';
import { idList } from './stored-values.ts';

/** Whether the shop has any order for a company, and whether anybody is known to be of another population. */
export async function populationsKnown(
  client: PoolClient,
  shopId: number,
): Promise<{ companies: boolean; members: boolean }> {
  const { rows } = await client.query<{ companies: boolean; members: boolean }>(
    `select exists (select from order_details where shop_id = $1 and company_id is not null) as companies,
       exists (select from customer_populations where shop_id = $1) as members`,
    [shopId],
  );
  return rows[0]!;
}

/** Of whom the orders are read. */
export type Buyers = {
  /** null = everyone */
  customers: readonly number[] | null;
  /** whoever ever ordered for a company only, or everyone with orders whose contents are known */
  companiesOnly: boolean;
};

/**
 * Hands every order whose contents are known, of some customers, to `onOrder`, with how it was bought. The order is the
 * same object each time.
 * @param refundsAfter epoch milliseconds: the end of the as-of day; what was refunded from then on is told by itself
 */
export async function readPurchased(
  client: PoolClient,
  shopId: number,
  { customers, companiesOnly }: Buyers,
  refundsAfter: number,
  onOrder: (order: CountableOrder, how: Purchased, refundedAfterAsOf: number) => void,
): Promise<void> {
  const everyone = companiesOnly
    ? `o.customer_id in (select b.customer_id from order_details c
         join orders b on b.shop_id = ${shopId} and b.id = c.order_id
         where c.shop_id = ${shopId} and c.company_id is not null)`
    : 'o.customer_id is not null';
  const whose =
    customers === null
      ? everyone
      : `o.id = any(${ordersAmong(shopId, customers)}) and o.customer_id = any(${idList(customers)})`;
  const order = emptyOrder();
  await copyOut(
    client,
    `select ${countableOf('o')},
       d.company_id is not null, d.attribution, d.source_name,
       case when o.refunded = 0 then 0 else coalesce((select sum(amount)::int8 from refunds r
         where r.shop_id = ${shopId} and r.order_id = o.id
           and r.created_at >= to_timestamp(${refundsAfter / 1000}::float8)), 0) end
     from orders o join order_details d on d.shop_id = ${shopId} and d.order_id = o.id
     where o.shop_id = ${shopId} and ${whose}`,
    (row) => {
      readCountable(row, order);
      const company = row.bool();
      const till = channelOf(row.text(), row.text()) === 'pos';
      onOrder(order, { company, till }, row.int8());
    },
  );
}

/** Who is stored as of another population than the main one. @param customers of whom, null = everyone */
export async function storedPopulations(
  client: PoolClient,
  shopId: number,
  customers: readonly number[] | null,
): Promise<Members> {
  const { rows } = await client.query<{ id: number; population: OtherPopulation }>(
    `select customer_id as id, population from customer_populations
     where shop_id = $1 and ($2::int8[] is null or customer_id = any($2::int8[]))`,
    [shopId, customers],
  );
  return new Map(rows.map(({ id, population }) => [id, population]));
}

/** Stores who is of another population than the main one, with the scores that rest on it. @param before what is stored of the same customers */
export async function keepPopulations(
  client: PoolClient,
  shopId: number,
  before: Members,
  now: Members,
): Promise<void> {
  const left = [...before.keys()].filter((id) => !now.has(id));
  if (left.length > 0) {
    await client.query(
      'delete from customer_populations where shop_id = $1 and customer_id = any($2::int8[])',
      [shopId, left],
    );
  }
  const other = [...now].filter(([id, population]) => before.get(id) !== population);
  if (other.length === 0) return;
  // Whoever was removed since the orders were read has no scores any more; who is being removed is waited for.
  await client.query(
    `insert into customer_populations as b (shop_id, customer_id, population)
     select $1, f.id, f.population from unnest($2::int8[], $3::text[]) f (id, population)
       join scores s on s.shop_id = $1 and s.customer_id = f.id
     order by f.id for key share of s
     on conflict (shop_id, customer_id) do update set population = excluded.population`,
    [shopId, other.map(([id]) => id), other.map(([, population]) => population)],
  );
}

/** How many are of each population but the main one; whoever has no order that counts is of none. */
export async function countPopulations(shopId: number): Promise<Record<OtherPopulation, number>> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<Record<OtherPopulation, number>>(
      `select count(*) filter (where population = 'b2b') as b2b,
         count(*) filter (where population = 'mixed') as mixed,
         count(*) filter (where population = 'pos') as pos
       from customer_populations where shop_id = $1`,
      [shopId],
    );
    return rows[0]!;
  });
}

/** The customers of those orders that were bought otherwise than was stored: for a company or not, at the till or not. */
export async function boughtOtherwise(
  client: PoolClient,
  shopId: number,
  { orders, details }: { orders: OrderBatch; details: OrderDetailsBatch },
): Promise<number[]> {
  const ids = [...details.orderId.subarray(0, details.length)];
  const { rows } = await client.query<{
    id: number;
    company: boolean;
    attribution: string | null;
    sourceName: string | null;
  }>(
    `select order_id as id, company_id is not null as company, attribution, source_name as "sourceName"
     from order_details where shop_id = $1 and order_id = any($2)`,
    [shopId, ids],
  );
  const how = (company: boolean, attribution: string | null, sourceName: string | null): string =>
    `${company} ${channelOf(attribution, sourceName) === 'pos'}`;
  const before = new Map(rows.map((row) => [row.id, how(row.company, row.attribution, row.sourceName)]));
  const { companyId, attribution, sourceName } = details;
  const other = new Set(
    ids.filter((id, i) => {
      const now = how(!Number.isNaN(companyId[i]), attribution[i] ?? null, sourceName[i] ?? null);
      return (before.get(id) ?? how(false, null, null)) !== now;
    }),
  );
  const customers = orders.customerId.subarray(0, orders.length);
  return [...customers].filter((id, i) => !Number.isNaN(id) && other.has(orders.id[i] as number));
}
