import type { PoolClient } from 'pg';
import type { LineItemBatch, OrderDetailsBatch, ProductBatch, RefundBatch } from '#app/rfm/batches.ts';
import { noteBoughtIn } from './bought.server.ts';
import { detailsOf, linesOf, PRODUCTS, REFUNDS } from './detail-tables.ts';
import { mergeStage, stageOf } from './merge-statement.ts';
import { openLoad, openStage } from './table-load.server.ts';
import type { LoadedTable, TableLoad } from './table-load.server.ts';

/** The version of details that were emptied for good; an index finds them. */
const EMPTIED = `timestamptz '9999-12-31 00:00:00+00'`;
const EMPTY_DETAILS = `insert into order_details (shop_id, order_id, updated_at, discount_codes, lines_load)
  select $1, id, ${EMPTIED}, '{}', 0 from unnest($2::int8[]) o (id)
  on conflict (shop_id, order_id) do update set updated_at = excluded.updated_at, source_name = null,
    attribution = null, first_source = null, last_source = null, company_id = null, discount_codes = '{}', lines_load = 0`;
const DROP_EARNINGS = 'delete from order_earnings where shop_id = $1 and order_id = any($2::int8[])';
const DROP_REFUNDS = 'delete from refunds where shop_id = $1 and order_id = any($2::int8[])';
const kept = (list: string): string =>
  `array(select v from unnest(order_ids, ${list}) with ordinality u (o, v, place)
    where o <> all ($2::int8[]) order by place)`;
const DROP_LINES = `update line_items set ids = ${kept('ids')}, product_ids = ${kept('product_ids')},
    quantities = ${kept('quantities')}, amounts = ${kept('amounts')}, order_ids = ${kept('order_ids')}
  where shop_id = $1 and order_ids && $2::int8[]`;

/** Everything of the second pass, in any order: children may come before their order. */
export type DetailsLoad = {
  details: TableLoad<OrderDetailsBatch>;
  refunds: TableLoad<RefundBatch>;
  lineItems: { add: (batch: LineItemBatch) => Promise<void> };
  products: TableLoad<ProductBatch>;
  finish: () => Promise<void>;
};

/**
 * Loads details and children of orders into the client's shop. Into a shop without any they go straight in.
 * Otherwise details and refunds are gathered first, and `finish` replaces an order's details together with all
 * its refunds and line items, unless what is stored is newer.
 */
export async function loadDetails(client: PoolClient, shopId: number): Promise<DetailsLoad> {
  const { rows } = await client.query<{ load: number; first: boolean; emptied: number[] }>(
    `select nextval(pg_get_serial_sequence('line_items', 'load')) as load,
       not exists (select from order_details where shop_id = $1) as first,
       array(select order_id from order_details where shop_id = $1 and updated_at = ${EMPTIED}) as emptied`,
    [shopId],
  );
  const { load, first, emptied } = rows[0]!;
  const open = first ? openLoad : gather;
  const what = detailsOf(load);
  const products = await openLoad(client, shopId, PRODUCTS);
  const lineItems = await openLoad(client, shopId, linesOf(load));
  const details = await open(client, shopId, what);
  const refunds = await open(client, shopId, REFUNDS);
  const gone = new Set(emptied);
  let part = 0;
  return {
    details,
    refunds,
    products,
    lineItems: {
      add: async (batch) => {
        const lines = emptied.length > 0 ? ofOrders(batch, (id) => !gone.has(id)) : batch;
        if (lines.length > 0) await lineItems.add({ length: 1, part: part++, lines });
      },
    },
    async finish() {
      for (const table of [products, lineItems, details, refunds]) await table.finish();
      if (!first) await replaceDetails(client, shopId, what);
    },
  };
}

/** The rows of a batch whose order is wanted. */
export function ofOrders<Batch extends { length: number; readonly orderId: Float64Array }>(
  batch: Batch,
  wanted: (orderId: number) => boolean,
): Batch {
  const kept = (_: unknown, i: number): boolean => i < batch.length && wanted(batch.orderId[i] as number);
  const columns = Object.entries<number | unknown[]>(batch).map(([name, column]) => [
    name,
    typeof column === 'number' ? column : column.filter(kept),
  ]);
  const rows = Object.fromEntries(columns) as Batch;
  return { ...rows, length: rows.orderId.length };
}

/**
 * Those of these orders whose details are not stored, or older than these, or without the visits that these tell:
 * Shopify finds out about visits some time after an order, and need not call that a change of it.
 */
export async function withNewDetails(
  client: PoolClient,
  shopId: number,
  { length, orderId, updatedAt, firstSource, lastSource }: OrderDetailsBatch,
): Promise<Set<number>> {
  const ids = [...orderId.subarray(0, length)];
  const { rows } = await client.query<{ id: number; version: number; unvisited: boolean }>(
    `select order_id as id, updated_at as version, first_source is null and last_source is null as unvisited
     from order_details where shop_id = $1 and order_id = any($2)`,
    [shopId, ids],
  );
  const stored = new Map(rows.map(({ id, ...details }) => [id, details]));
  const isNew = (id: number, i: number): boolean => {
    const { version = -Infinity, unvisited = false } = stored.get(id) ?? {};
    if (!(version >= (updatedAt[i] as number))) return true;
    return version === updatedAt[i] && unvisited && (firstSource[i] ?? lastSource[i] ?? null) !== null;
  };
  return new Set(ids.filter(isNew));
}

/**
 * Takes the contents of orders away for good: details, refunds, line items. What stays of the details is empty and of
 * a version that nothing replaces, so neither a file made before nor a later look brings them back.
 */
export async function emptyDetails(
  client: PoolClient,
  shopId: number,
  orderIds: readonly number[],
): Promise<void> {
  if (orderIds.length === 0) return;
  for (const statement of [EMPTY_DETAILS, DROP_REFUNDS, DROP_LINES, DROP_EARNINGS]) {
    await client.query(statement, [shopId, orderIds]);
  }
}

function gather<Batch extends { length: number }>(
  client: PoolClient,
  _shopId: number,
  what: LoadedTable<Batch>,
): Promise<TableLoad<Batch>> {
  return openStage(client, what);
}

async function replaceDetails(
  client: PoolClient,
  shopId: number,
  details: LoadedTable<OrderDetailsBatch>,
): Promise<void> {
  await client.query(
    `create temp table accepted on commit drop as select l.order_id from ${stageOf('order_details')} l
     left join order_details d on d.shop_id = $1 and d.order_id = l.order_id
     where d.order_id is null or d.updated_at <= l.updated_at group by l.order_id`,
    [shopId],
  );
  await client.query('analyze accepted');
  const accepted = 'order_id in (select order_id from accepted)';
  await client.query(
    `delete from refunds c where c.shop_id = $1 and c.${accepted}
     and not exists (select from ${stageOf('refunds')} l where l.order_id = c.order_id and l.id = c.id)`,
    [shopId],
  );
  await client.query(mergeStage(details, shopId, accepted));
  await client.query(mergeStage(REFUNDS, shopId, accepted));
  await noteBoughtIn(client, shopId, 'select order_id from accepted');
}

/** Removes the line items of loads that no order names any more; it reads all details of the shop. */
export async function dropUnusedLines(client: PoolClient, shopId: number): Promise<void> {
  await client.query(
    `delete from line_items i where i.shop_id = $1 and not exists
       (select from order_details d where d.shop_id = $1 and d.lines_load = i.load)`,
    [shopId],
  );
}
