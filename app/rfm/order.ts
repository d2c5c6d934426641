import type { Day } from './calendar.ts';

/** Shopify's OrderDisplayFinancialStatus. */
export type FinancialStatus =
  | 'AUTHORIZED'
  | 'EXPIRED'
  | 'PAID'
  | 'PARTIALLY_PAID'
  | 'PARTIALLY_REFUNDED'
  | 'PENDING'
  | 'REFUNDED'
  | 'VOIDED';

/** An order as stored. Instants are epoch milliseconds, money is integer minor units of `currency`. */
export type Order = {
  id: number;
  /** Null for a guest. */
  customerId: number | null;
  createdAt: number;
  processedAt: number;
  updatedAt: number;
  cancelledAt: number | null;
  test: boolean;
  financialStatus: FinancialStatus | null;
  currency: string;
  /** totalPriceSet: before returns, after edits, with tax and shipping. */
  total: number;
  /** totalRefundedSet: everything refunded until now. */
  refunded: number;
};

/** The part of an order that decides whether and how it counts. */
export type CountableOrder = Omit<Order, 'id' | 'createdAt' | 'updatedAt'>;

/** One object for a stream of orders: each is filled in whole before it is handed on. */
export function emptyOrder(): CountableOrder {
  return {
    customerId: null,
    processedAt: 0,
    cancelledAt: null,
    test: false,
    financialStatus: null,
    currency: '',
    total: 0,
    refunded: 0,
  };
}

/** Which orders count beside the ordinary ones; the merchant's settings. */
export type CountingRules = {
  countTest: boolean;
  countCancelled: boolean;
  countUnpaid: boolean;
  /** Orders whose amount is zero or less. */
  countZero: boolean;
};

export const DEFAULT_RULES: CountingRules = {
  countTest: false,
  countCancelled: false,
  countUnpaid: false,
  countZero: false,
};

/** Why an order does not count, in the order in which the reasons are tested: each order has one reason. */
export const LEFT_OUT_REASONS = [
  'later',
  'guest',
  'test',
  'cancelled',
  'unpaid',
  'other-currency',
  'zero',
] as const;

export type LeftOutReason = (typeof LEFT_OUT_REASONS)[number];

/**
 * What an order is worth on the as-of day, in minor units of its currency.
 * @param refundedAfterAsOf the part of `refunded` whose refund day is after the as-of day; it is added back
 */
export function orderAmount(order: CountableOrder, refundedAfterAsOf: number): number {
  return order.total - order.refunded + refundedAfterAsOf;
}

/**
 * Why `order` does not count, or null when it does.
 * @param currency the shop's currency: amounts in another one are never added to it
 * @param refundedAfterAsOf as in `orderAmount`
 */
export function leftOutReason(
  order: CountableOrder,
  day: Day,
  asOf: Day,
  rules: CountingRules,
  currency: string,
  refundedAfterAsOf: number,
): LeftOutReason | null {
  if (day > asOf) return 'later';
  if (order.customerId === null) return 'guest';
  if (order.test && !rules.countTest) return 'test';
  if (order.cancelledAt !== null && !rules.countCancelled) return 'cancelled';
  if (!rules.countUnpaid && !isPaid(order.financialStatus, refundedAfterAsOf)) return 'unpaid';
  if (order.currency !== currency) return 'other-currency';
  if (!rules.countZero && orderAmount(order, refundedAfterAsOf) <= 0) return 'zero';
  return null;
}

// REFUNDED is today's word for an order that was paid until the refund's own day.
function isPaid(status: FinancialStatus | null, refundedAfterAsOf: number): boolean {
  return (
    status === 'PAID' ||
    status === 'PARTIALLY_PAID' ||
    status === 'PARTIALLY_REFUNDED' ||
    (status === 'REFUNDED' && refundedAfterAsOf > 0)
  );
}
