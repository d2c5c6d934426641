import type { PoolClient } from 'pg';
import { FINANCIAL_STATUSES, NO_STATUS, type OrderBatch } from '#app/rfm/batches.ts';
import { emptyOrder, type CountableOrder } from '#app/rfm/order.ts';
import { copyOut } from './binary-copy.server.ts';
import { countableOf, readCountable } from './countable-row.ts';
import { noteBought } from './bought.server.ts';
import { OrderLister, ordersAmong } from './order-lists.server.ts';
import { noteOrderedMembers } from './orders-since.server.ts';
import { idList } from './stored-values.ts';
import { openLoad, storeRows, type LoadedTable, type TableLoad } from './table-load.server.ts';

const ORDERS: LoadedTable<OrderBatch> = {
  table: 'orders',
  columns: [
    'id',
    'customer_id',
    'created_at',
    'processed_at',
    'updated_at',
    'cancelled_at',
    'test',
    'financial_status',
    'currency',
    'total',
    'refunded',
  ],
  straight: ['listed'],
  key: ['id'],
  version: 'updated_at',
  customers: { of: (batch) => batch.customerId, erased: 'guest' },
  encode(rows, batch, i) {
    rows.row(12);
    rows.int8(batch.id[i] as number);
    rows.int8(batch.customerId[i] as number);
    rows.instant(batch.createdAt[i] as number);
    rows.instant(batch.processedAt[i] as number);
    rows.instant(batch.updatedAt[i] as number);
    rows.instant(batch.cancelledAt[i] as number);
    rows.bool(batch.test[i] === 1);
    rows.text(FINANCIAL_STATUSES[batch.financialStatus[i] ?? NO_STATUS] ?? null);
    rows.text(batch.currency[i] as string);
    rows.int8(batch.total[i] as number);
    rows.int8(batch.refunded[i] as number);
    rows.bool(true);
  },
};

/**
 * Loads orders into the client's shop; a stored order is replaced by one whose updated_at is not older. Orders of
 * customers that were erased are a guest's.
 */
export async function loadOrders(client: PoolClient, shopId: number): Promise<TableLoad<OrderBatch>> {
  const load = await openLoad(client, shopId, ORDERS);
  const lister = new OrderLister(client, shopId);
  /** Lists what was gathered once it is known how the last batch went in; others than straight are in the index. */
  const list = async (): Promise<void> => {
    if (!load.straight()) lister.dropLast();
    await lister.finish();
  };
  return {
    ...load,
    async add(batch) {
      if (lister.isFull(batch.length)) {
        await load.finish();
        await list();
      }
      await load.add(batch);
      if (load.straight()) lister.add(batch.length, batch.id, batch.customerId);
      else lister.dropLast();
    },
    async finish() {
      const counts = await load.finish();
      await list();
      return counts;
    },
  };
}

/**
 * Stores orders as they are now; one that is stored as newer stays. Campaigns hear of customers who ordered.
 * @returns the orders that were added or replaced, and their customers before and after; `unsure` are those that were
 *   replaced by another state of the same second, which may be the earlier one
 */
export async function applyOrders(
  client: PoolClient,
  shopId: number,
  batch: OrderBatch,
): Promise<{ orders: number[]; customers: number[]; unsure: number[] }> {
  const ids = [...batch.id.subarray(0, batch.length)];
  const before = await client.query<{ id: number; customer: number | null; version: number }>(
    `select id, customer_id as customer, updated_at as version from orders
     where shop_id = $1 and id = any($2) order by id for update`,
    [shopId, ids],
  );
  const changed = new Set(await storeRows(client, shopId, ORDERS, batch));
  const touched = before.rows.filter(({ id }) => changed.has(id)).map(({ customer }) => customer);
  for (const [i, id] of ids.entries()) if (changed.has(id)) touched.push(batch.customerId[i] as number);
  const customers = touched.filter((customer) => customer !== null && !Number.isNaN(customer)) as number[];
  const now = new Map(ids.map((id, i) => [id, batch.customerId[i]]));
  // Whose an order is now is noted when its details are read; whose it was would be forgotten.
  const left = before.rows.filter(({ id, customer }) => changed.has(id) && customer !== now.get(id));
  await noteBought(
    client,
    shopId,
    left.map(({ customer }) => customer).filter((id) => id !== null),
  );
  await noteOrderedMembers(client, shopId, [...new Set(customers)]);
  const stored = new Map(before.rows.map(({ id, version }) => [id, version]));
  const unsure = ids.filter((id, i) => changed.has(id) && stored.get(id) === batch.updatedAt[i]);
  return { orders: [...changed], customers: [...new Set(customers)], unsure };
}

/**
 * Hands every stored order to `onOrder`; the object is the same each time. Orders come in no order.
 * @param customers whose orders, null = everyone's and those of guests
 * @param refundsAfter epoch milliseconds: the end of the as-of day. The second argument of `onOrder` is what
 *   was refunded from then on, minor units of the order's currency
 */
export async function readOrdersForScoring(
  client: PoolClient,
  shopId: number,
  customers: readonly number[] | null,
  refundsAfter: number,
  onOrder: (order: CountableOrder, refundedAfterAsOf: number) => void,
): Promise<number> {
  const which =
    customers === null
      ? ''
      : ` and id = any(${ordersAmong(shopId, customers)}) and customer_id = any(${idList(customers)})`;
  const later = await refundedSince(client, shopId, refundsAfter);
  const order = emptyOrder();
  return copyOut(
    client,
    `select id, ${countableOf('orders')} from orders where shop_id = ${shopId}${which}`,
    (row) => {
      const id = row.int8();
      readCountable(row, order);
      onOrder(order, later.size === 0 ? 0 : (later.get(id) ?? 0));
    },
  );
}

/** The stored orders as a whole, to be compared with those that were loaded. */
export type LoadedOrders = {
  orders: number;
  /** of them were not added by a first load, or changed since */
  touched: number;
  /** all ids by exclusive or */
  ids: number;
};

/**
 * What tells whether the stored orders are those that were loaded; null when there are refunds after the as-of day.
 * @param refundsAfter as in `readOrdersForScoring`
 */
export async function loadedOrders(
  client: PoolClient,
  shopId: number,
  refundsAfter: number,
): Promise<LoadedOrders | null> {
  if ((await refundedSince(client, shopId, refundsAfter)).size > 0) return null;
  const { rows } = await client.query<LoadedOrders>(
    `select count(*) as orders, count(*) filter (where not listed) as touched, coalesce(bit_xor(id), 0) as ids
     from orders where shop_id = $1`,
    [shopId],
  );
  return rows[0] ?? null;
}

async function refundedSince(client: PoolClient, shopId: number, from: number): Promise<Map<number, number>> {
  const { rows } = await client.query<{ order_id: number; amount: number }>(
    `select order_id, sum(amount)::int8 as amount from refunds
     where shop_id = $1 and created_at >= to_timestamp($2::float8 / 1000) group by order_id`,
    [shopId, from],
  );
  return new Map(rows.map((row) => [row.order_id, row.amount]));
}
