import {
  lineItemBatch,
  orderDetailsBatch,
  productBatch,
  refundBatch,
  type LineItemBatch,
  type OrderDetailsBatch,
  type ProductBatch,
  type RefundBatch,
} from '#app/rfm/batches.ts';
import { scanLines } from './jsonl-lines.ts';
import { LineScanner, type LineCounts, type MalformedLine } from './line-scanner.ts';
import { TemplateBuilder } from './line-template.ts';
import type { LineValues } from './line-values.ts';

/** The second pass: what the product also needs of an order. `"FILTER"` is replaced when it is started. */
export const ORDER_DETAILS = `#graphql
  query OrderDetails {
    orders(query: "FILTER") {
      edges {
        node {
          id
          updatedAt
          sourceName
          attribution { handle }
          customerJourneySummary { firstVisit { source } lastVisit { source } }
          purchasingEntity { ... on PurchasingCompany { company { id } } }
          discountCodes
          refunds { id createdAt totalRefundedSet { shopMoney { amount currencyCode } } }
          lineItems {
            edges {
              node {
                id
                quantity
                discountedTotalSet { shopMoney { amount currencyCode } }
                product { id title productType vendor }
              }
            }
          }
        }
      }
    }
  }
`;

const order = new TemplateBuilder();
/** An order's line of the details export. */
export const DETAILS_LINE = order.line({
  id: order.gid('Order'),
  updatedAt: order.instant(),
  sourceName: order.text(),
  attribution: order.optional({ handle: order.text() }),
  customerJourneySummary: order.optional({
    firstVisit: order.optional({ source: order.text() }),
    lastVisit: order.optional({ source: order.text() }),
  }),
  purchasingEntity: order.optional({ company: order.object({ id: order.gid('Company') }) }),
  discountCodes: order.texts(),
  refunds: order.list(() =>
    order.object({
      id: order.gid('Refund'),
      createdAt: order.nullable(order.instant()),
      totalRefundedSet: order.shopMoney(),
    }),
  ),
});
const SOURCE_NAME = 0;
const ATTRIBUTION = 1;
const FIRST_SOURCE = 2;
const LAST_SOURCE = 3;
/** id, createdAt, amount */
const REFUND_WIDTH = 3;

const item = new TemplateBuilder();
const LINE_ITEM_FIELDS = {
  id: item.gid('LineItem'),
  quantity: item.integer(),
  discountedTotalSet: item.shopMoney(),
  product: item.optional({
    id: item.gid('Product'),
    title: item.text(),
    productType: item.text(),
    vendor: item.text(),
  }),
};
/** A line item's line: it names its order, which may stand anywhere in the file. */
export const LINE_ITEM_LINE = item.line({ ...LINE_ITEM_FIELDS, __parentId: item.gid('Order') });
const ITEM = { id: 0, quantity: 1, amount: 2, product: 3, order: 4 } as const;
const PRODUCT = { title: 1, type: 2, vendor: 3 } as const;

const LAST_PRODUCTS = 4096;

/** Batches for what orders' details are made of; with room for so many rows of each, or for a part of a file. */
export function detailBatches(rows?: { orders: number; refunds: number; lineItems: number }) {
  return {
    details: orderDetailsBatch(rows?.orders),
    refunds: refundBatch(rows?.refunds),
    lineItems: lineItemBatch(rows?.lineItems),
    products: productBatch(rows?.lineItems),
    /** products this file already described; the last ones also by the end of their id, which is faster to ask */
    seenProducts: new Set<number>(),
    lastProducts: new Float64Array(LAST_PRODUCTS),
  };
}

type DetailBatches = ReturnType<typeof detailBatches>;

/** Adds an order's line to the batches. @throws Error when they are full */
export function takeDetails(values: LineValues, { details, refunds }: DetailBatches): void {
  const { numbers } = values;
  const kept = values.lists[0]!;
  if (refunds.length + kept.length / REFUND_WIDTH > refunds.id.length) {
    throw new Error('more refunds than there is room for');
  }
  if (details.length === details.orderId.length) throw new Error('more orders than there is room for');
  const row = details.length++;
  details.orderId[row] = numbers[0]!;
  details.updatedAt[row] = numbers[1]!;
  details.companyId[row] = numbers[2]!;
  details.sourceName[row] = values.text(SOURCE_NAME);
  details.attribution[row] = values.text(ATTRIBUTION);
  details.firstSource[row] = values.text(FIRST_SOURCE);
  details.lastSource[row] = values.text(LAST_SOURCE);
  details.discountCodes[row] = values.textLists[0]!;
  for (let at = 0; at < kept.length; at += REFUND_WIDTH) {
    // Without its own day a refund is in the order's refunded sum only, and so counts from the order's day.
    if (Number.isNaN(kept[at + 1]!)) continue;
    const refund = refunds.length++;
    refunds.orderId[refund] = numbers[0]!;
    refunds.id[refund] = kept[at]!;
    refunds.createdAt[refund] = kept[at + 1]!;
    refunds.amount[refund] = kept[at + 2]!;
  }
}

/** Adds a line item's line to the batches, and its product when this file has not described it yet. @throws Error when they are full */
export function takeLineItem(values: LineValues, batches: DetailBatches): void {
  const { lineItems, products, seenProducts, lastProducts } = batches;
  const { numbers } = values;
  const product = numbers[ITEM.product]!;
  if (Math.abs(numbers[ITEM.quantity]!) > 0x7fffffff) throw new RangeError('quantity is no 32 bit number');
  if (lineItems.length === lineItems.id.length) throw new Error('more line items than there is room for');
  const row = lineItems.length++;
  lineItems.orderId[row] = numbers[ITEM.order]!;
  lineItems.id[row] = numbers[ITEM.id]!;
  lineItems.productId[row] = product;
  lineItems.quantity[row] = numbers[ITEM.quantity]!;
  lineItems.amount[row] = numbers[ITEM.amount]!;
  const place = product % LAST_PRODUCTS;
  if (Number.isNaN(product) || lastProducts[place] === product) return;
  lastProducts[place] = product;
  if (seenProducts.has(product)) return;
  seenProducts.add(product);
  const described = products.length++;
  products.id[described] = product;
  products.title[described] = values.text(PRODUCT.title) ?? '';
  products.type[described] = values.text(PRODUCT.type);
  products.vendor[described] = values.text(PRODUCT.vendor);
}

/** Takes what was read. A batch is the reader's again once the promise is kept. */
interface OrderDetailsSink {
  details(batch: OrderDetailsBatch): Promise<void>;
  refunds(batch: RefundBatch): Promise<void>;
  lineItems(batch: LineItemBatch): Promise<void>;
  products(batch: ProductBatch): Promise<void>;
  malformed(line: MalformedLine): void;
}

/** Rows of refunds that must be free before a line is read; an order's list holds at most 250. */
const REFUND_MARGIN = 1000;

/** Reads the file of the details export into column batches. Returns what proves it complete. */
export async function scanOrderDetails(
  pieces: AsyncIterable<Uint8Array>,
  sink: OrderDetailsSink,
): Promise<LineCounts> {
  const batches = detailBatches();
  const { details, refunds, lineItems, products } = batches;
  const scanner = new LineScanner(
    [
      { template: LINE_ITEM_LINE, child: true, take: (values) => takeLineItem(values, batches) },
      { template: DETAILS_LINE, child: false, take: (values) => takeDetails(values, batches) },
    ],
    (line) => sink.malformed(line),
  );
  // Each batch goes when it is full itself: fewer and fuller loads.
  const kinds = [
    {
      batch: details,
      full: () => details.length === details.orderId.length,
      send: () => sink.details(details),
    },
    {
      batch: refunds,
      full: () => refunds.length + REFUND_MARGIN > refunds.id.length,
      send: () => sink.refunds(refunds),
    },
    {
      batch: lineItems,
      full: () => lineItems.length === lineItems.id.length,
      send: () => sink.lineItems(lineItems),
    },
    {
      batch: products,
      full: () => products.length === products.id.length,
      send: () => sink.products(products),
    },
  ];
  const flush = async (which: (kind: (typeof kinds)[number]) => boolean): Promise<void> => {
    for (const kind of kinds) {
      if (kind.batch.length === 0 || !which(kind)) continue;
      await kind.send();
      kind.batch.length = 0;
    }
  };
  await scanLines(pieces, scanner, {
    has: () => !kinds.some(({ full }) => full()),
    flush: () => flush(({ full }) => full()),
  });
  await flush(() => true);
  return scanner.counts;
}
