import type { PoolClient } from 'pg';
import type { LineItemBatch, OrderDetailsBatch, ProductBatch, RefundBatch } from '#app/rfm/batches.ts';
import { mergeStage, openLoad, openStage, stageOf } from './table-load.server.ts';
import type { LoadCounts, LoadedTable, TableLoad } from './table-load.server.ts';

const DETAILS: LoadedTable<OrderDetailsBatch> = {
  table: 'order_details',
  columns: ['order_id', 'updated_at', 'source_name', 'attribution', 'company_id', 'discount_codes'],
  key: ['order_id'],
  version: 'updated_at',
  encode(rows, batch, i) {
    rows.row(6);
    rows.int8(batch.orderId[i] as number);
    rows.instant(batch.updatedAt[i] as number);
    rows.text(batch.sourceName[i] ?? null);
    rows.text(batch.attribution[i] ?? null);
    rows.int8(batch.companyId[i] as number);
    rows.textArray(batch.discountCodes[i] ?? []);
  },
};

const REFUNDS: LoadedTable<RefundBatch> = {
  table: 'refunds',
  columns: ['order_id', 'id', 'created_at', 'amount'],
  key: ['order_id', 'id'],
  version: null,
  encode(rows, batch, i) {
    rows.row(4);
    rows.int8(batch.orderId[i] as number);
    rows.int8(batch.id[i] as number);
    rows.instant(batch.createdAt[i] as number);
    rows.int8(batch.amount[i] as number);
  },
};

const LINE_ITEMS: LoadedTable<LineItemBatch> = {
  table: 'line_items',
  columns: ['order_id', 'id', 'product_id', 'quantity', 'amount'],
  key: ['order_id', 'id'],
  version: null,
  encode(rows, batch, i) {
    rows.row(5);
    rows.int8(batch.orderId[i] as number);
    rows.int8(batch.id[i] as number);
    rows.int8(batch.productId[i] as number);
    rows.int4(batch.quantity[i] as number);
    rows.int8(batch.amount[i] as number);
  },
};

const PRODUCTS: LoadedTable<ProductBatch> = {
  table: 'products',
  columns: ['id', 'title', 'type', 'vendor'],
  key: ['id'],
  version: null,
  encode(rows, batch, i) {
    rows.row(4);
    rows.int8(batch.id[i] as number);
    rows.text(batch.title[i] as string);
    rows.text(batch.type[i] ?? null);
    rows.text(batch.vendor[i] ?? null);
  },
};

/** Everything of the second pass, in any order: children may come before their order. */
export type DetailsLoad = {
  details: TableLoad<OrderDetailsBatch>;
  refunds: TableLoad<RefundBatch>;
  lineItems: TableLoad<LineItemBatch>;
  products: TableLoad<ProductBatch>;
  finish: () => Promise<{ details: LoadCounts; refunds: LoadCounts; lineItems: LoadCounts }>;
};

/**
 * Loads details and children of orders into the client's shop. Into a shop without any they go straight in.
 * Otherwise they are gathered first, and `finish` replaces an order's details together with all its refunds
 * and line items, unless what is stored is newer; children without their order's details are left out.
 */
export async function loadDetails(client: PoolClient, shopId: number): Promise<DetailsLoad> {
  const { rowCount } = await client.query('select from order_details where shop_id = $1 limit 1', [shopId]);
  const products = await openLoad(client, shopId, PRODUCTS);
  if (rowCount === 0) {
    const details = await openLoad(client, shopId, DETAILS);
    const refunds = await openLoad(client, shopId, REFUNDS);
    const lineItems = await openLoad(client, shopId, LINE_ITEMS);
    const finish = async () => {
      await products.finish();
      return {
        details: await details.finish(),
        refunds: await refunds.finish(),
        lineItems: await lineItems.finish(),
      };
    };
    return { details, refunds, lineItems, products, finish };
  }
  const details = await openStage(client, DETAILS);
  const refunds = await openStage(client, REFUNDS);
  const lineItems = await openStage(client, LINE_ITEMS);
  const finish = async () => {
    await products.finish();
    const read = [await details.finish(), await refunds.finish(), await lineItems.finish()] as const;
    const stored = await replaceDetails(client, shopId);
    return {
      details: { read: read[0].read, stored: stored.details },
      refunds: { read: read[1].read, stored: stored.refunds },
      lineItems: { read: read[2].read, stored: stored.lineItems },
    };
  };
  return { details, refunds, lineItems, products, finish };
}

async function replaceDetails(
  client: PoolClient,
  shopId: number,
): Promise<{ details: number; refunds: number; lineItems: number }> {
  await client.query(
    `create temp table accepted on commit drop as select l.order_id from ${stageOf('order_details')} l
     left join order_details d on d.shop_id = $1 and d.order_id = l.order_id
     where d.order_id is null or d.updated_at <= l.updated_at group by l.order_id`,
    [shopId],
  );
  await client.query('analyze accepted');
  const accepted = 'order_id in (select order_id from accepted)';
  for (const table of ['refunds', 'line_items']) {
    await client.query(
      `delete from ${table} c where c.shop_id = $1 and c.${accepted}
       and not exists (select from ${stageOf(table)} l where l.order_id = c.order_id and l.id = c.id)`,
      [shopId],
    );
  }
  const merged = async (what: typeof DETAILS | typeof REFUNDS | typeof LINE_ITEMS): Promise<number> =>
    (await client.query(mergeStage(what, shopId, accepted))).rowCount ?? 0;
  return {
    details: await merged(DETAILS),
    refunds: await merged(REFUNDS),
    lineItems: await merged(LINE_ITEMS),
  };
}

/** Line items and refunds whose order is not stored: more than none means that the orders are not whole. */
export async function countOrphans(client: PoolClient, shopId: number): Promise<number> {
  const { rows } = await client.query<{ n: number }>(
    `select (select count(*) from line_items c where c.shop_id = $1 and not exists
         (select from orders o where o.shop_id = $1 and o.id = c.order_id))
       + (select count(*) from refunds c where c.shop_id = $1 and not exists
         (select from orders o where o.shop_id = $1 and o.id = c.order_id)) as n`,
    [shopId],
  );
  return rows[0]?.n ?? 0;
}
