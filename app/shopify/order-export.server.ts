import { FINANCIAL_STATUSES, NO_STATUS, orderBatch, type OrderBatch } from '#app/rfm/batches.ts';
import { scanLines } from './jsonl-lines.ts';
import { LineScanner, type LineCounts, type MalformedLine } from './line-scanner.ts';
import { TemplateBuilder } from './line-template.ts';
import type { LineValues } from './line-values.ts';

/** The first pass: what scoring needs of every order. `"FILTER"` is replaced when it is started. */
export const SLIM_ORDERS = `#graphql
  query SlimOrders {
    orders(query: "FILTER") {
      edges {
        node {
          id
          createdAt
          updatedAt
          processedAt
          cancelledAt
          test
          displayFinancialStatus
          totalPriceSet { shopMoney { amount currencyCode } }
          totalRefundedSet { shopMoney { amount currencyCode } }
          customer { id }
        }
      }
    }
  }
`;

const t = new TemplateBuilder();
/** The slots, in the order in which the fields are put together. */
const SLOT = {
  id: 0,
  createdAt: 1,
  updatedAt: 2,
  processedAt: 3,
  cancelledAt: 4,
  test: 5,
  total: 6,
  refunded: 7,
  customer: 8,
} as const;
const STATUS = 0;
const CURRENCY = 1;
const REFUND_CURRENCY = 2;

/** A line of the slim export. */
export const ORDER_LINE = t.line({
  id: t.gid('Order'),
  createdAt: t.instant(),
  updatedAt: t.instant(),
  processedAt: t.instant(),
  cancelledAt: t.nullable(t.instant()),
  test: t.boolean(),
  displayFinancialStatus: t.text(),
  totalPriceSet: t.shopMoney(),
  totalRefundedSet: t.shopMoney(),
  customer: t.optional({ id: t.gid('Customer') }),
});

const STATUS_CODES = new Map<string | null, number>(FINANCIAL_STATUSES.map((status, i) => [status, i]));
STATUS_CODES.set(null, NO_STATUS);

/**
 * Adds an order line to a batch.
 * @throws RangeError for a status or a mix of currencies nobody knows, Error when the batch is full
 */
export function takeOrder(values: LineValues, batch: OrderBatch): void {
  const { numbers } = values;
  const status = STATUS_CODES.get(values.text(STATUS));
  if (status === undefined) throw new RangeError(`unknown financial status ${values.text(STATUS)}`);
  const currency = values.text(CURRENCY)!;
  if (values.text(REFUND_CURRENCY) !== currency) throw new RangeError('refunded in another currency');
  if (batch.length === batch.id.length) throw new Error('more orders than there is room for');
  const row = batch.length++;
  batch.id[row] = numbers[SLOT.id]!;
  batch.createdAt[row] = numbers[SLOT.createdAt]!;
  batch.updatedAt[row] = numbers[SLOT.updatedAt]!;
  batch.processedAt[row] = numbers[SLOT.processedAt]!;
  batch.cancelledAt[row] = numbers[SLOT.cancelledAt]!;
  batch.test[row] = numbers[SLOT.test]!;
  batch.financialStatus[row] = status;
  batch.currency[row] = currency;
  batch.total[row] = numbers[SLOT.total]!;
  batch.refunded[row] = numbers[SLOT.refunded]!;
  batch.customerId[row] = numbers[SLOT.customer]!;
}

/** Takes what was read. A batch is the reader's again once the promise is kept. */
interface OrderSink {
  orders(batch: OrderBatch): Promise<void>;
  malformed(line: MalformedLine): void;
}

/** Reads the file of the slim export into column batches. Returns what proves it complete. */
export async function scanOrders(pieces: AsyncIterable<Uint8Array>, sink: OrderSink): Promise<LineCounts> {
  const batch = orderBatch();
  const scanner = new LineScanner(
    [{ template: ORDER_LINE, child: false, take: (values) => takeOrder(values, batch) }],
    (line) => sink.malformed(line),
  );
  await scanLines(pieces, scanner, {
    has: () => batch.length < batch.id.length,
    flush: async () => {
      if (batch.length > 0) await sink.orders(batch);
      batch.length = 0;
    },
  });
  return scanner.counts;
}
