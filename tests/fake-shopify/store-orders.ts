import { announce, takeId, type FakeShop } from './store.ts';

/** Order.displayFinancialStatus. */
export type FinancialStatus =
  | 'AUTHORIZED'
  | 'EXPIRED'
  | 'PAID'
  | 'PARTIALLY_PAID'
  | 'PARTIALLY_REFUNDED'
  | 'PENDING'
  | 'REFUNDED'
  | 'VOIDED';

export type FakeRefund = { readonly id: number; readonly createdAt: number; readonly amount: number };

/** A line as it was ordered; `amount` is after discounts, those by codes and off the whole order excepted. Titles and vendors are shared strings. */
export type FakeLineItem = {
  readonly id: number;
  readonly productId: number | null;
  readonly title: string;
  readonly vendor: string | null;
  readonly quantity: number;
  readonly amount: number;
};

/** A discount of an order, null = no code: what it took off delivery and, in their order, off the lines. */
export type FakeApplication = {
  readonly code: string | null;
  readonly title: string;
  /** staff took it off */
  readonly byHand?: boolean;
  readonly shipping: number;
  readonly lines: readonly number[];
};

/** What brought the customer to the online store; null = Shopify does not know that visit yet. */
export type Visits = { readonly first: string | null; readonly last: string | null };

export type FakeOrder = {
  readonly id: number;
  readonly name: string;
  customerId: number | null;
  readonly createdAt: number;
  readonly processedAt: number;
  updatedAt: number;
  cancelledAt: number | null;
  test: boolean;
  financialStatus: FinancialStatus;
  /** Order.sourceName: web, pos, shopify_draft_order, … */
  readonly sourceName: string;
  /** Order.attribution.handle. */
  readonly attribution: string | null;
  /** Order.customerJourneySummary; null for orders that no visit led to, and until Shopify has looked for any. */
  visits: Visits | null;
  /** totalPriceSet: before returns, after edits, with tax and shipping. */
  total: number;
  /** totalTaxSet, within the prices. */
  tax: number;
  /** totalShippingPriceSet: before discounts. */
  readonly shipping: number;
  /** totalDiscountsSet, those of the shipping among them. */
  readonly discount: number;
  /** What discounts took off the shipping. */
  readonly givenShipping: number;
  refunds: readonly FakeRefund[];
  /** Refunded money whose day is not known (an order export has only its sum). */
  readonly extraRefunded: number;
  readonly discountCodes: readonly string[];
  /** What checkout.ts took off; empty for orders that only name a code. */
  readonly discounts: readonly FakeApplication[];
  readonly companyId: number | null;
  /** The shop's currency when it was placed: its amounts stay in it. */
  readonly currency: string;
  /** What the buyer saw; `presentmentRate` presentment units per unit of shop currency. */
  readonly presentmentCurrency: string;
  readonly presentmentRate: number;
  lineItems: readonly FakeLineItem[];
};

/** An order to place; what is left out is the plain case: a paid web order by nobody in particular. */
export type NewOrder = Partial<Omit<FakeOrder, 'updatedAt' | 'total' | 'createdAt'>> &
  Pick<FakeOrder, 'total' | 'createdAt'> & { readonly updatedAt?: number };

/** Shared by every order without refunds, codes or lines, so that a million of them stay small. */
const NONE: readonly never[] = [];

/** totalRefundedSet of an order, minor units. */
export function refundedOf(order: FakeOrder): number {
  return order.refunds.reduce((sum, refund) => sum + refund.amount, order.extraRefunded);
}

/** Puts an order into the shop and its customer's index. `createdAt` is when it appears in Shopify. */
export function placeOrder(shop: FakeShop, order: NewOrder): FakeOrder {
  const placed: FakeOrder = {
    id: order.id ?? takeId(shop),
    name: order.name ?? `#${shop.nextOrderNumber++}`,
    customerId: order.customerId ?? null,
    createdAt: order.createdAt,
    processedAt: order.processedAt ?? order.createdAt,
    updatedAt: order.updatedAt ?? order.createdAt,
    cancelledAt: order.cancelledAt ?? null,
    test: order.test ?? false,
    financialStatus: order.financialStatus ?? 'PAID',
    sourceName: order.sourceName ?? 'web',
    attribution: order.attribution ?? null,
    visits: order.visits ?? null,
    total: order.total,
    tax: order.tax ?? 0,
    shipping: order.shipping ?? 0,
    discount: order.discount ?? 0,
    givenShipping: order.givenShipping ?? 0,
    refunds: order.refunds ?? NONE,
    extraRefunded: order.extraRefunded ?? 0,
    discountCodes: order.discountCodes ?? NONE,
    discounts: order.discounts ?? NONE,
    companyId: order.companyId ?? null,
    currency: order.currency ?? shop.currency,
    presentmentCurrency: order.presentmentCurrency ?? shop.currency,
    presentmentRate: order.presentmentRate ?? 1,
    lineItems: order.lineItems ?? NONE,
  };
  if (shop.orders.has(placed.id)) throw new Error(`order ${placed.id} is already in ${shop.domain}`);
  if (placed.customerId !== null && !shop.customers.has(placed.customerId)) {
    throw new Error(`order ${placed.id} names customer ${placed.customerId}, who is not in ${shop.domain}`);
  }
  shop.orders.set(placed.id, placed);
  if (placed.customerId !== null) indexOrder(shop, placed.customerId, placed.id);
  announce(shop, { kind: 'order-created', orderId: placed.id, at: placed.createdAt });
  return placed;
}

/** Edits the lines of an order and with them its total. */
export function editOrder(
  shop: FakeShop,
  id: number,
  edit: { readonly total: number; readonly lineItems?: readonly FakeLineItem[] },
  at: number,
): FakeOrder {
  const order = touched(shop, id, at);
  // Tax is a share of the prices, so it follows them.
  order.tax = order.total === 0 ? 0 : Math.round((order.tax * edit.total) / order.total);
  order.total = edit.total;
  order.lineItems = edit.lineItems ?? order.lineItems;
  announce(shop, { kind: 'order-edited', orderId: id, at });
  return order;
}

/** Marks an order that waited for its money as paid. */
export function payOrder(shop: FakeShop, id: number, at: number): FakeOrder {
  const order = touched(shop, id, at);
  order.financialStatus = 'PAID';
  announce(shop, { kind: 'order-paid', orderId: id, at });
  return order;
}

/**
 * Refunds part or all of an order.
 * @throws Error when more would be refunded than the order's total
 */
export function refundOrder(shop: FakeShop, id: number, amount: number, at: number): FakeRefund {
  const order = known(shop, id);
  const refunded = refundedOf(order) + amount;
  if (refunded > order.total)
    throw new Error(`order ${id} of ${order.total} cannot have ${refunded} refunded`);
  touched(shop, id, at);
  const refund = { id: takeId(shop), createdAt: at, amount };
  order.refunds = [...order.refunds, refund];
  order.financialStatus = refunded === order.total ? 'REFUNDED' : 'PARTIALLY_REFUNDED';
  announce(shop, { kind: 'refund-created', orderId: id, refundId: refund.id, at });
  return refund;
}

/** Cancels an order without touching its money. */
export function cancelOrder(shop: FakeShop, id: number, at: number): FakeOrder {
  const order = touched(shop, id, at);
  order.cancelledAt = at;
  announce(shop, { kind: 'order-cancelled', orderId: id, at });
  return order;
}

/** Removes an order for good, as a merchant may with an archived or test order. */
export function deleteOrder(shop: FakeShop, id: number, at: number): void {
  const order = touched(shop, id, at);
  shop.orders.delete(id);
  if (order.customerId !== null) {
    const left = (shop.ordersByCustomer.get(order.customerId) ?? []).filter((other) => other !== id);
    if (left.length === 0) shop.ordersByCustomer.delete(order.customerId);
    else shop.ordersByCustomer.set(order.customerId, left);
  }
  announce(shop, { kind: 'order-deleted', orderId: id, at });
}

/** Notes in the customer's index that an order is theirs; merging customers does it too. */
export function indexOrder(shop: FakeShop, customerId: number, orderId: number): void {
  const ids = shop.ordersByCustomer.get(customerId);
  if (ids === undefined) shop.ordersByCustomer.set(customerId, [orderId]);
  else ids.push(orderId);
}

function known(shop: FakeShop, id: number): FakeOrder {
  const order = shop.orders.get(id);
  if (order === undefined) throw new Error(`order ${id} is not in ${shop.domain}`);
  return order;
}

function touched(shop: FakeShop, id: number, at: number): FakeOrder {
  const order = known(shop, id);
  order.updatedAt = Math.max(order.updatedAt, at);
  return order;
}
