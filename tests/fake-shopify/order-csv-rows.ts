import { CellFault, readAmount, readCurrency, readInstant, readStatus } from './order-csv-cells.ts';
import { readLineAmount, readQuantity } from './order-csv-cells.ts';
import type { ColumnName, OrderColumns } from './order-csv-columns.ts';
import { OrderCsvFault } from './order-csv-fault.ts';
import type { FinancialStatus } from './store-orders.ts';

export type ExportedLine = {
  readonly product: string;
  readonly title: string;
  readonly vendor: string;
  readonly quantity: number;
  readonly amount: number;
};

/** An order of the export. `email` is trimmed and lower-cased, null for a guest; money in minor units. */
export type ExportedOrder = {
  readonly name: string;
  readonly email: string | null;
  readonly status: FinancialStatus;
  readonly total: number;
  readonly refunded: number;
  readonly createdAt: number;
  readonly cancelledAt: number | null;
  readonly acceptsMarketing: boolean;
  readonly source: string;
  readonly discountCode: string | null;
  readonly lines: ExportedLine[];
};

export type OrderExport = {
  readonly currency: string;
  readonly orders: readonly ExportedOrder[];
  readonly ignoredColumns: readonly string[];
};

/** Gathers the rows of one export into orders with their lines. */
export function orderCsvRows(file: string, columns: OrderColumns) {
  const orders = new Map<string, ExportedOrder>();
  let currency: string | null = null;

  function add(row: readonly string[], line: number): void {
    const fault = (column: ColumnName | null, what: string, todo: string) =>
      new OrderCsvFault({ file, line, column }, what, todo);
    if (row.length !== columns.width) {
      const what = `the row has ${row.length} cells, the header has ${columns.width}`;
      throw fault(null, what, 'Quote cells that contain commas or line breaks.');
    }
    const cell = (column: ColumnName) => row[columns.at[column] ?? -1] ?? '';
    const read = <T>(column: ColumnName, reader: (text: string) => T): T => {
      try {
        return reader(cell(column));
      } catch (error) {
        if (error instanceof CellFault) throw fault(column, error.message, error.todo);
        throw error;
      }
    };

    const name = cell('Name').trim();
    if (name === '')
      throw fault('Name', 'the row has no order name', 'Every row names its order, e.g. #1001.');
    const known = orders.get(name);
    const isLine = cell('Total').trim() === '';
    if (known === undefined && isLine) {
      const what = `${name} has no Total in its first row`;
      throw fault(
        'Total',
        what,
        'The first row of an order carries its Total; keep the rows in their order.',
      );
    }
    if (known !== undefined && !isLine) {
      const what = `${name} is in the file a second time`;
      throw fault('Name', what, 'Each order may have one row with a Total: export the orders once.');
    }
    const rowCurrency =
      known === undefined || cell('Currency') !== '' ? read('Currency', readCurrency) : currency;
    currency ??= rowCurrency;
    if (rowCurrency !== currency || currency === null) {
      const what = `${rowCurrency} after ${currency}`;
      throw fault('Currency', what, 'A shop has one currency: export the orders of one shop.');
    }
    const money = currency;
    const order = known ?? readOrder();
    orders.set(name, order);
    const title = cell('Lineitem name').trim();
    const product = cell('Lineitem sku').trim() || title;
    if (product === '') return;
    const quantity = read('Lineitem quantity', readQuantity);
    order.lines.push({
      product,
      title: title || product,
      vendor: cell('Vendor').trim(),
      quantity,
      amount:
        cell('Lineitem price').trim() === ''
          ? 0
          : read('Lineitem price', (text) => readLineAmount(quantity, text, money)),
    });

    function readOrder(): ExportedOrder {
      return {
        name,
        email: cell('Email').trim().toLowerCase() || null,
        status: read('Financial Status', readStatus),
        total: read('Total', (text) => readAmount(text, money)),
        refunded: read('Refunded Amount', (text) => (text.trim() === '' ? 0 : readAmount(text, money))),
        createdAt: read('Created at', readInstant),
        cancelledAt: read('Cancelled at', (text) => (text.trim() === '' ? null : readInstant(text))),
        acceptsMarketing: cell('Accepts Marketing').trim().toLowerCase() === 'yes',
        source: cell('Source').trim() || 'web',
        discountCode: cell('Discount Code').trim() || null,
        lines: [],
      };
    }
  }

  /** The whole export; `lastLine` is where the file ended. */
  function finish(lastLine: number): OrderExport {
    if (currency === null) {
      const place = { file, line: lastLine, column: null };
      throw new OrderCsvFault(place, 'the file has a header but no order', 'Export at least one order.');
    }
    return { currency, orders: [...orders.values()], ignoredColumns: columns.ignored };
  }

  return { add, finish };
}
