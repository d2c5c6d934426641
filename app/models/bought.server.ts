import type { PoolClient } from 'pg';
import { sqlInShop } from '#app/db.server.ts';
import { startOfDay, type Day } from '#app/rfm/calendar.ts';
import type { CountingRules } from '#app/rfm/order.ts';
import { channelSql } from './channel-sql.ts';
import { IN_ONE_PASS } from './in-one-pass.ts';
import { ordersAmong } from './order-lists.server.ts';

/** By what it is decided which orders count, and as of when. */
export type BoughtRules = {
  runId: number;
  asOf: Day;
  timeZone: string;
  /** ISO 4217 */
  currency: string;
  rules: CountingRules;
};

/** With more customers than this one pass over all orders is quicker than finding each one's. */
const FOUND_SINGLY = 5_000;
/** Memory that a step of the statement may take before it goes to disk. */
const WORK_MEMORY = '32MB';

/** Notes that orders of these customers, or what is in them, changed; in the transaction that changes them. */
export async function noteBought(
  client: PoolClient,
  shopId: number,
  customers: readonly number[],
): Promise<void> {
  if (customers.length === 0) return;
  await client.query(noting('unnest($2::int8[]) c (id)'), [shopId, customers]);
}

/** The same for the customers of the orders that a query names. */
export async function noteBoughtIn(client: PoolClient, shopId: number, orderIds: string): Promise<void> {
  await client.query(
    noting(`(select customer_id from orders where shop_id = $1 and id in (${orderIds})) c (id)`),
    [shopId],
  );
}

// A row is there from the first order on, so that it can be noted; in the order of ids, so that nobody waits in a ring.
const noting = (customers: string): string => `insert into bought (shop_id, customer_id)
  select distinct $1::int8, c.id from ${customers} where c.id is not null order by c.id
  on conflict (shop_id, customer_id) do update set run_id = null where bought.run_id is not null`;

const MISSING = `select s.customer_id from scores s where s.shop_id = $1 and s.last_order_day is not null
  and not exists (select from bought b where b.shop_id = $1 and b.customer_id = s.customer_id)`;

/** Whether orders of somebody are not gathered as of this full run; whoever is new is noted with the first order. */
export async function boughtIsDue(shopId: number, runId: number): Promise<boolean> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ due: boolean }>(
      `select exists (select from bought where shop_id = $1 and run_id is null)
         or exists (select from bought where shop_id = $1 and run_id < $2)
         or (not exists (select from bought where shop_id = $1)
           and exists (select from scores where shop_id = $1 and last_order_day is not null)) as due`,
      [shopId, runId],
    );
    return rows[0]?.due ?? false;
  });
}

/**
 * Whether orders of everybody are gathered as of this full run, those aside that changed since: in a shop where somebody
 * orders all the time there are always some of these.
 */
export async function boughtIsWhole(shopId: number, runId: number): Promise<boolean> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ whole: boolean }>(
      `select not exists (select from bought where shop_id = $1 and run_id < $2)
         and (exists (select from bought where shop_id = $1 and run_id is not null)
           or not exists (select from scores where shop_id = $1 and last_order_day is not null)) as whole`,
      [shopId, runId],
    );
    return rows[0]?.whole ?? false;
  });
}

/**
 * Gathers anew what the orders of those customers tell whose orders, or whose rules, changed since. Their rows are held
 * before their orders are read: what changes afterwards is noted behind this, and gathered next time.
 * @returns how many customers that were
 */
export async function gatherBought(
  client: PoolClient,
  shopId: number,
  { runId, asOf, timeZone, currency, rules }: BoughtRules,
): Promise<number> {
  await client.query(
    `insert into bought (shop_id, customer_id) select $1, m.customer_id from (${MISSING}) m order by 2
     on conflict do nothing`,
    [shopId],
  );
  const { rows } = await client.query<{ id: number }>(
    `select customer_id as id from bought where shop_id = $1 and (run_id is null or run_id < $2)
     order by customer_id for update`,
    [shopId, runId],
  );
  if (rows.length === 0) return 0;
  const ids = rows.map(({ id }) => id);
  await client.query(`${IN_ONE_PASS}, set_config('work_mem', '${WORK_MEMORY}', true),
    set_config('statement_timeout', '0', true)`);
  const found =
    ids.length > FOUND_SINGLY
      ? 'o.customer_id is not null'
      : `o.id = any(${ordersAmong(shopId, ids)}) and o.customer_id = any($4)`;
  await client.query(gathering(found), [
    shopId,
    runId,
    timeZone,
    ids,
    startOfDay(asOf + 1, timeZone) / 1000,
    currency,
    rules.countTest,
    rules.countCancelled,
    rules.countUnpaid,
    rules.countZero,
  ]);
  return ids.length;
}

/** What brought a customer's first and last known visit, as conditions ask for it; null where it is not known. */
export async function trafficSources(
  shopId: number,
  customerId: number,
): Promise<{ firstSource: string | null; lastSource: string | null }> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ firstSource: string | null; lastSource: string | null }>(
      `select first_source as "firstSource", last_source as "lastSource" from bought
       where shop_id = $1 and customer_id = $2`,
      [shopId, customerId],
    );
    return rows[0] ?? { firstSource: null, lastSource: null };
  });
}

/** Which orders count, SQL: as rfm/order leftOutReason has it, without refunds of later days. */
const COUNTS = `o.processed_at < to_timestamp($5::float8) and ($7 or not o.test) and ($8 or o.cancelled_at is null)
  and ($9 or coalesce(o.financial_status in ('PAID', 'PARTIALLY_PAID', 'PARTIALLY_REFUNDED'), false))
  and o.currency = $6 and ($10 or o.total > o.refunded)`;

// The first source is what brought the first visit of the earliest counted order of which one is known, the last source
// what brought the last visit of the latest: an order at a till in between says nothing of how the customer comes.
// An item is its order's when the order's details name the load it came by.
const gathering = (found: string): string => `
  with counted as materialized (
    select o.customer_id, o.id, o.processed_at, d.first_source, d.last_source, d.lines_load,
      ${channelSql('d.attribution', 'd.source_name')} as channel
    from orders o left join order_details d on d.shop_id = $1 and d.order_id = o.id
    where o.shop_id = $1 and ${found} and ${COUNTS}),
  lines as (
    select i.load, u.order_id, u.product
    from line_items i cross join unnest(i.order_ids, i.product_ids) u (order_id, product)
    where i.shop_id = $1 and i.load = any(array(select distinct lines_load from counted))),
  products as (
    select c.customer_id, array_agg(distinct l.product) as products,
      coalesce(array_agg(distinct p.type) filter (where btrim(p.type) <> ''), '{}') as types,
      coalesce(array_agg(distinct p.vendor) filter (where btrim(p.vendor) <> ''), '{}') as vendors
    from counted c join lines l on l.order_id = c.id and l.load = c.lines_load
      left join products p on p.shop_id = $1 and p.id = l.product
    where l.product > 0 group by c.customer_id),
  orders as (
    select customer_id, array_agg((processed_at at time zone $3)::date order by (processed_at at time zone $3)::date) as days,
      coalesce(array_agg(distinct channel) filter (where channel is not null), '{}') as channels,
      (array_agg(first_source order by processed_at, id) filter (where btrim(first_source) <> ''))[1] as first_source,
      (array_agg(last_source order by processed_at desc, id desc) filter (where btrim(last_source) <> ''))[1]
        as last_source
    from counted group by customer_id)
  update bought b set run_id = $2, order_days = coalesce(t.days, '{}'), products = coalesce(t.products, '{}'),
    types = coalesce(t.types, '{}'), vendors = coalesce(t.vendors, '{}'), channels = coalesce(t.channels, '{}'),
    first_source = t.first_source, last_source = t.last_source
  from (select w.id as whose, o.*, p.products, p.types, p.vendors from unnest($4::int8[]) w (id)
    left join orders o on o.customer_id = w.id left join products p on p.customer_id = w.id) t
  where b.shop_id = $1 and b.customer_id = t.whose`;
