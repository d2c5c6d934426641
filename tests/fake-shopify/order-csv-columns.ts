import { OrderCsvFault } from './order-csv-fault.ts';

const REQUIRED = [
  'Name',
  'Email',
  'Financial Status',
  'Currency',
  'Total',
  'Created at',
  'Cancelled at',
  'Refunded Amount',
] as const;

const OPTIONAL = [
  'Accepts Marketing',
  'Source',
  'Discount Code',
  'Vendor',
  'Lineitem quantity',
  'Lineitem name',
  'Lineitem price',
  'Lineitem sku',
] as const;

export type ColumnName = (typeof REQUIRED)[number] | (typeof OPTIONAL)[number];

/** Which cell holds what; columns the export does not have are absent. */
export type OrderColumns = {
  readonly width: number;
  readonly at: Readonly<Partial<Record<ColumnName, number>>>;
  readonly ignored: readonly string[];
};

/**
 * Reads the header row of an order export.
 * @throws OrderCsvFault when a required column is missing or a used column is there twice
 */
export function readHeader(file: string, header: readonly string[]): OrderColumns {
  const names = header.map((name) => name.trim());
  const at: Partial<Record<ColumnName, number>> = {};
  for (const name of [...REQUIRED, ...OPTIONAL]) {
    const index = names.indexOf(name);
    if (index === -1) continue;
    if (names.includes(name, index + 1)) {
      throw new OrderCsvFault(
        { file, line: 1, column: name },
        'this column is there twice',
        'Keep the one that Shopify wrote.',
      );
    }
    at[name] = index;
  }
  const missing = REQUIRED.filter((name) => at[name] === undefined);
  if (missing[0] !== undefined) {
    throw new OrderCsvFault(
      { file, line: 1, column: missing[0] },
      missing.length === 1
        ? 'this column is missing'
        : `this column and ${missing.slice(1).join(', ')} are missing`,
      'Export the orders from Orders → Export in the Shopify admin and leave every column in.',
    );
  }
  return { width: header.length, at, ignored: names.filter((name) => !(name in at) && name !== '') };
}
