import type { LineItemBatch, OrderDetailsBatch, ProductBatch, RefundBatch } from '#app/rfm/batches.ts';
import type { LoadedTable } from './table-load.server.ts';

/** Details of orders. @param lines the load that brings the line items of these orders */
export function detailsOf(lines: number): LoadedTable<OrderDetailsBatch> {
  return {
    table: 'order_details',
    columns: [
      'order_id',
      'updated_at',
      'source_name',
      'attribution',
      'first_source',
      'last_source',
      'company_id',
      'discount_codes',
      'lines_load',
    ],
    key: ['order_id'],
    version: 'updated_at',
    ascending: (batch) => batch.orderId,
    encode(rows, batch, i) {
      rows.row(9);
      rows.int8(batch.orderId[i] as number);
      rows.instant(batch.updatedAt[i] as number);
      rows.text(batch.sourceName[i] ?? null);
      rows.text(batch.attribution[i] ?? null);
      rows.text(batch.firstSource[i] ?? null);
      rows.text(batch.lastSource[i] ?? null);
      rows.int8(batch.companyId[i] as number);
      rows.textArray(batch.discountCodes[i] ?? []);
      rows.int8(lines);
    },
  };
}

/** Refunds of orders. */
export const REFUNDS: LoadedTable<RefundBatch> = {
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

/** Line items that become one row, and where they stand in their load. */
type LinesPart = { length: 1; part: number; lines: LineItemBatch };

/** Line items by the part. @param load the load that brings them */
export function linesOf(load: number): LoadedTable<LinesPart> {
  return {
    table: 'line_items',
    columns: [
      'load',
      'part',
      'first_order',
      'last_order',
      'order_ids',
      'ids',
      'product_ids',
      'quantities',
      'amounts',
    ],
    key: ['load', 'part'],
    version: null,
    encode(rows, { part, lines }) {
      const { length } = lines;
      let [first, last] = [Infinity, -Infinity];
      for (let i = 0; i < length; i += 1) {
        const order = lines.orderId[i] as number;
        if (order < first) first = order;
        if (order > last) last = order;
      }
      rows.row(9);
      rows.int8(load);
      rows.int4(part);
      rows.int8(first);
      rows.int8(last);
      rows.int8Array(lines.orderId.subarray(0, length));
      rows.int8Array(lines.id.subarray(0, length));
      rows.int8Array(lines.productId.subarray(0, length).map((product) => product || 0));
      rows.int4Array(lines.quantity.subarray(0, length));
      rows.int8Array(lines.amount.subarray(0, length));
    },
  };
}

/** Products as line items describe them. */
export const PRODUCTS: LoadedTable<ProductBatch> = {
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
