import type { CountableOrder, FinancialStatus } from '#app/rfm/order.ts';
import type { BinaryRow } from './binary-row.server.ts';

/** The columns of an order by which it is decided whether it counts, SQL, as readCountable reads them. */
export const countableOf = (orders: string): string =>
  ['customer_id', 'processed_at', 'cancelled_at', 'test', 'financial_status', 'currency', 'total', 'refunded']
    .map((column) => `${orders}.${column}`)
    .join(', ');

/** Reads these columns from a row into `order`, which is the same object for each row; of a guest there is no customer. */
export function readCountable(row: BinaryRow, order: CountableOrder): void {
  const customerId = row.int8();
  order.customerId = Number.isNaN(customerId) ? null : customerId;
  order.processedAt = row.instant();
  const cancelledAt = row.instant();
  order.cancelledAt = Number.isNaN(cancelledAt) ? null : cancelledAt;
  order.test = row.bool();
  order.financialStatus = row.ascii() as FinancialStatus | null;
  order.currency = row.ascii() ?? '';
  order.total = row.int8();
  order.refunded = row.int8();
}
