/**
 * Columns that carry what a bulk file says from the byte scanner to the database without an object per row.
 * A batch is filled by one side, taken by the other and then emptied with `length = 0` and filled again.
 * Ids and minor units are safe integers, instants epoch milliseconds; NaN stands for null.
 */

/** Rows a batch holds unless told otherwise: about 2.5 MB of columns. */
const BATCH_ROWS = 16_384;

/** Shopify's OrderDisplayFinancialStatus; a batch stores the position, NO_STATUS for null. */
export const FINANCIAL_STATUSES = [
  'AUTHORIZED',
  'EXPIRED',
  'PAID',
  'PARTIALLY_PAID',
  'PARTIALLY_REFUNDED',
  'PENDING',
  'REFUNDED',
  'VOIDED',
] as const;
export const NO_STATUS = 255;

export type OrderBatch = {
  length: number;
  readonly id: Float64Array;
  /** NaN for a guest */
  readonly customerId: Float64Array;
  readonly createdAt: Float64Array;
  readonly processedAt: Float64Array;
  readonly updatedAt: Float64Array;
  /** NaN when not cancelled */
  readonly cancelledAt: Float64Array;
  /** 1 for a test order */
  readonly test: Uint8Array;
  /** position in FINANCIAL_STATUSES, or NO_STATUS */
  readonly financialStatus: Uint8Array;
  /** ISO 4217, three letters */
  readonly currency: string[];
  readonly total: Float64Array;
  readonly refunded: Float64Array;
};

export type OrderDetailsBatch = {
  length: number;
  readonly orderId: Float64Array;
  readonly updatedAt: Float64Array;
  readonly sourceName: (string | null)[];
  readonly attribution: (string | null)[];
  /** what brought the first and the last visit before the order, null where Shopify knows of none */
  readonly firstSource: (string | null)[];
  readonly lastSource: (string | null)[];
  /** NaN when the order was not bought for a company */
  readonly companyId: Float64Array;
  readonly discountCodes: (readonly string[])[];
};

export type RefundBatch = {
  length: number;
  readonly orderId: Float64Array;
  readonly id: Float64Array;
  readonly createdAt: Float64Array;
  readonly amount: Float64Array;
};

export type LineItemBatch = {
  length: number;
  readonly orderId: Float64Array;
  readonly id: Float64Array;
  /** NaN when the product is gone */
  readonly productId: Float64Array;
  readonly quantity: Int32Array;
  readonly amount: Float64Array;
};

export type ProductBatch = {
  length: number;
  readonly id: Float64Array;
  readonly title: string[];
  readonly type: (string | null)[];
  readonly vendor: (string | null)[];
};

export type CustomerBatch = {
  length: number;
  readonly id: Float64Array;
  readonly createdAt: Float64Array;
  readonly updatedAt: Float64Array;
  readonly emailConsent: (string | null)[];
  readonly smsConsent: (string | null)[];
  readonly companyIds: (readonly number[])[];
  readonly tags: (readonly string[])[];
};

/** An empty batch for `rows` orders. */
export function orderBatch(rows = BATCH_ROWS): OrderBatch {
  return {
    length: 0,
    id: new Float64Array(rows),
    customerId: new Float64Array(rows),
    createdAt: new Float64Array(rows),
    processedAt: new Float64Array(rows),
    updatedAt: new Float64Array(rows),
    cancelledAt: new Float64Array(rows),
    test: new Uint8Array(rows),
    financialStatus: new Uint8Array(rows),
    currency: [],
    total: new Float64Array(rows),
    refunded: new Float64Array(rows),
  };
}

/** An empty batch for what the second pass adds to `rows` orders. */
export function orderDetailsBatch(rows = BATCH_ROWS): OrderDetailsBatch {
  return {
    length: 0,
    orderId: new Float64Array(rows),
    updatedAt: new Float64Array(rows),
    sourceName: [],
    attribution: [],
    firstSource: [],
    lastSource: [],
    companyId: new Float64Array(rows),
    discountCodes: [],
  };
}

/** An empty batch for `rows` refunds. */
export function refundBatch(rows = BATCH_ROWS): RefundBatch {
  return {
    length: 0,
    orderId: new Float64Array(rows),
    id: new Float64Array(rows),
    createdAt: new Float64Array(rows),
    amount: new Float64Array(rows),
  };
}

/** An empty batch for `rows` line items. */
export function lineItemBatch(rows = BATCH_ROWS): LineItemBatch {
  return {
    length: 0,
    orderId: new Float64Array(rows),
    id: new Float64Array(rows),
    productId: new Float64Array(rows),
    quantity: new Int32Array(rows),
    amount: new Float64Array(rows),
  };
}

/** An empty batch for `rows` products. */
export function productBatch(rows = BATCH_ROWS): ProductBatch {
  return { length: 0, id: new Float64Array(rows), title: [], type: [], vendor: [] };
}

/** An empty batch for `rows` customers. */
export function customerBatch(rows = BATCH_ROWS): CustomerBatch {
  return {
    length: 0,
    id: new Float64Array(rows),
    createdAt: new Float64Array(rows),
    updatedAt: new Float64Array(rows),
    emailConsent: [],
    smsConsent: [],
    companyIds: [],
    tags: [],
  };
}
