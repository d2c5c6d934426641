import type { PoolClient } from 'pg';
import { emptyOrder, type CountableOrder } from '#app/rfm/order.ts';
import { numberOfSlug, type Scheme } from '#app/rfm/schemes.ts';
import { copyOut } from './binary-copy.server.ts';
import { countableOf, readCountable } from './countable-row.ts';
import { IN_ONE_PASS } from './in-one-pass.ts';

/** Memory that a step of the statement may take before it goes to disk. */
const WORK_MEMORY = '32MB';

/**
 * Hands every order of everyone who is scored to `onOrder`, customer by customer, with the products in it: null when
 * its contents were not read yet, 0 among them for a product that is gone. The order and the list are the same objects
 * each time. PostgreSQL sorts, on its disk, so that nobody holds them all.
 * @param refundsAfter epoch milliseconds: the end of the as-of day; what was refunded from then on is told by itself
 */
export async function readBoughtOrders(
  client: PoolClient,
  shopId: number,
  scheme: Scheme,
  refundsAfter: number,
  onOrder: (
    customerId: number,
    segment: number,
    order: CountableOrder,
    refundedAfterAsOf: number,
    products: readonly number[] | null,
  ) => void,
): Promise<void> {
  await client.query(`${IN_ONE_PASS}, set_config('work_mem', '${WORK_MEMORY}', true),
    set_config('statement_timeout', '0', true)`);
  const order = emptyOrder();
  const products: number[] = [];
  let last = { order: -1, segment: 0, refunded: 0, known: false };
  const handOn = (): void => {
    if (last.order !== -1)
      onOrder(order.customerId ?? 0, last.segment, order, last.refunded, last.known ? products : null);
    products.length = 0;
  };
  await copyOut(client, statement(shopId, refundsAfter), (row) => {
    const id = row.int8();
    const segment = numberOfSlug(scheme, row.ascii());
    if (id !== last.order) handOn();
    readCountable(row, order);
    last = { order: id, segment, refunded: row.int8(), known: row.bool() };
    const product = row.int8();
    if (!Number.isNaN(product)) products.push(product);
  });
  handOn();
}

// An item is its order's when the order's details name the load it came by.
const statement = (shopId: number, refundsAfter: number): string => `
  select o.id, s.segment, ${countableOf('o')}, coalesce(r.amount, 0), d.order_id is not null, l.product
  from scores s
  join orders o on o.shop_id = ${shopId} and o.customer_id = s.customer_id
  left join order_details d on d.shop_id = ${shopId} and d.order_id = o.id
  left join (
    select i.load, u.order_id, u.product
    from line_items i cross join unnest(i.order_ids, i.product_ids) u(order_id, product)
    where i.shop_id = ${shopId}) l on l.order_id = d.order_id and l.load = d.lines_load
  left join (
    select order_id, sum(amount)::int8 as amount from refunds
    where shop_id = ${shopId} and created_at >= to_timestamp(${refundsAfter / 1000}::float8)
    group by order_id) r on r.order_id = o.id
  where s.shop_id = ${shopId} and s.segment is not null
  order by s.customer_id, o.id`;

/** The type of each of the shop's products that has one. */
export async function productTypes(client: PoolClient, shopId: number): Promise<Map<number, string>> {
  const types = new Map<number, string>();
  await copyOut(
    client,
    `select id, type from products where shop_id = ${shopId} and btrim(type) <> ''`,
    (row) => types.set(row.int8(), row.text() ?? ''),
  );
  return types;
}
