import { connection, type Connection } from './connection.ts';
import { purchaser } from './company-model.ts';
import { gid } from './gid.ts';
import { money } from './money-model.ts';
import { dateTime, notModelled, onlyArgs, typeModel, type ApiContext, type Args } from './model.ts';
import { searchTest, type SearchFields } from './search-query.ts';
import {
  refundedOf,
  type FakeApplication,
  type FakeLineItem,
  type FakeOrder,
  type FakeRefund,
} from './store-orders.ts';
import type { FakeProduct } from './store.ts';

/** Without read_all_orders an app sees the orders of the last 60 days. */
const SHORT_HISTORY = 60 * 86_400_000;

const SEARCH: SearchFields<FakeOrder> = {
  id: (order) => order.id,
  created_at: (order) => order.createdAt,
  updated_at: (order) => order.updatedAt,
  processed_at: (order) => order.processedAt,
  customer_id: (order) => order.customerId,
  test: (order) => String(order.test),
  financial_status: (order) => order.financialStatus,
};

const SORT: Readonly<Record<string, (order: FakeOrder) => number>> = {
  ID: (order) => order.id,
  CREATED_AT: (order) => order.createdAt,
  UPDATED_AT: (order) => order.updatedAt,
  PROCESSED_AT: (order) => order.processedAt,
};

/** Whether this app may see an order at all. */
export function orderVisible(order: FakeOrder, { access, world }: ApiContext): boolean {
  return access.wholeHistory || order.createdAt >= world.clock.now() - SHORT_HISTORY;
}

/**
 * Finds the orders of a search, unsorted.
 * @throws GraphQLError at once when the search is not modelled
 */
export function orderFinder(query: unknown, api: ApiContext): () => FakeOrder[] {
  const test = searchTest(query, SEARCH);
  return () => {
    const found: FakeOrder[] = [];
    for (const order of api.office.shop.orders.values()) {
      if (test(order) && orderVisible(order, api)) found.push(order);
    }
    return found;
  };
}

/** `orders(…)` of the whole shop, or of the given orders. */
export function orderConnection(args: Args, api: ApiContext, of = orderFinder(args.query, api)): Connection {
  const sort = SORT[String(args.sortKey)];
  if (sort === undefined) throw notModelled(`orders sorted by ${String(args.sortKey)}`);
  return connection(args, of, (order) => [sort(order), order.id]);
}

export const order = typeModel<FakeOrder>({
  id: ({ id }) => gid('Order', id),
  legacyResourceId: ({ id }) => String(id),
  name: ({ name }) => name,
  createdAt: ({ createdAt }) => dateTime(createdAt),
  processedAt: ({ processedAt }) => dateTime(processedAt),
  updatedAt: ({ updatedAt }) => dateTime(updatedAt),
  cancelledAt: ({ cancelledAt }) => (cancelledAt === null ? null : dateTime(cancelledAt)),
  test: ({ test }) => test,
  displayFinancialStatus: ({ financialStatus }) => financialStatus,
  sourceName: ({ sourceName }) => sourceName,
  attribution: ({ attribution }) =>
    attribution === null ? null : { handle: attribution, displayName: attribution },
  currencyCode: ({ currency }) => currency,
  presentmentCurrencyCode: ({ presentmentCurrency }) => presentmentCurrency,
  discountCodes: ({ discountCodes }) => discountCodes,
  discountApplications: (source, args) =>
    connection(
      args,
      () => source.discounts.map((application, index) => ({ application, index })),
      ({ index }) => [0, index],
    ),
  totalPriceSet: (source) => ({ minor: source.total, order: source }),
  // Prices hold the tax; orders of an older journal have neither tax nor shipping.
  taxesIncluded: () => true,
  totalTaxSet: (source) => ({ minor: source.tax ?? 0, order: source }),
  totalShippingPriceSet: (source) => ({ minor: source.shipping ?? 0, order: source }),
  totalDiscountsSet: (source) => ({ minor: source.discount ?? 0, order: source }),
  subtotalPriceSet: (source) => ({
    minor: source.total - (source.shipping ?? 0) + (source.givenShipping ?? 0),
    order: source,
  }),
  totalRefundedSet: (source) => ({ minor: refundedOf(source), order: source }),
  currentTotalPriceSet: (source) => ({ minor: source.total - refundedOf(source), order: source }),
  customer: ({ customerId }, _args, { office }) =>
    customerId === null ? null : (office.shop.customers.get(customerId) ?? null),
  purchasingEntity: (source, _args, { office }) => purchaser(source, office.shop),
  customerJourneySummary: ({ visits }) =>
    visits === null
      ? null
      : {
          ready: visits.first !== null && visits.last !== null,
          firstVisit: visits.first === null ? null : { source: visits.first },
          lastVisit: visits.last === null ? null : { source: visits.last },
        },
  refunds: (source, args) => {
    onlyArgs(args, 'Order.refunds', 'first');
    const refunds = source.refunds.map((refund) => ({ refund, order: source }));
    return typeof args.first === 'number' ? refunds.slice(0, args.first) : refunds;
  },
  lineItems: (source, args) =>
    connection(
      args,
      () => source.lineItems.map((line) => ({ line, order: source })),
      ({ line }) => [0, line.id],
    ),
});

type OrderLine = { readonly line: FakeLineItem; readonly order: FakeOrder };

export const lineItem = typeModel<OrderLine>({
  id: ({ line }) => gid('LineItem', line.id),
  title: ({ line }) => line.title,
  name: ({ line }) => line.title,
  vendor: ({ line }) => line.vendor,
  quantity: ({ line }) => line.quantity,
  // What was paid back in full came back.
  currentQuantity: ({ line, order }) => (order.financialStatus === 'REFUNDED' ? 0 : line.quantity),
  discountedTotalSet: ({ line, order }, args) => {
    onlyArgs(args, 'LineItem.discountedTotalSet');
    return { minor: line.amount, order };
  },
  discountAllocations: ({ line, order }) => {
    const place = order.lineItems.indexOf(line);
    return order.discounts.flatMap((application, index) => {
      const minor = application.lines[place] ?? 0;
      return minor === 0
        ? []
        : [{ allocatedAmountSet: { minor, order }, discountApplication: { application, index } }];
    });
  },
  product: ({ line }, _args, { office }) =>
    line.productId === null ? null : (office.shop.products.get(line.productId) ?? null),
  variant: ({ line, order }, _args, { office }) => {
    const product = line.productId === null ? undefined : office.shop.products.get(line.productId);
    return product === undefined ? null : { product, currency: order.currency };
  },
});

type Applied = { readonly application: FakeApplication; readonly index: number };

/** Whether somebody typed it in, or it applied by itself. */
export function typeOfApplication({ application }: Applied): string {
  if (application.byHand === true) return 'ManualDiscountApplication';
  return application.code === null ? 'AutomaticDiscountApplication' : 'DiscountCodeApplication';
}

export const discountApplication = typeModel<Applied>({
  index: ({ index }) => index,
  code: ({ application }) => application.code,
  title: ({ application }) => application.title,
});

export const product = typeModel<FakeProduct>({
  id: ({ id }) => gid('Product', id),
  legacyResourceId: ({ id }) => String(id),
  title: ({ title }) => title,
  productType: ({ type }) => type,
  vendor: ({ vendor }) => vendor,
  priceRangeV2: ({ price = 0, dearest }, _args, { office }) => ({
    minVariantPrice: money(price, office.shop.currency),
    maxVariantPrice: money(dearest ?? price, office.shop.currency),
  }),
  status: () => 'ACTIVE',
  onlineStoreUrl: ({ id }, _args, { office }) => `https://${office.shop.domain}/products/${id}`,
});

type Variant = { readonly product: FakeProduct; readonly currency: string };

/** The one variant of a product, and its inventory item: a product has one each. */
export const variant = typeModel<Variant>({
  id: ({ product }) => gid('ProductVariant', product.id),
  inventoryItem: (source) => source,
});
export const inventoryItem = typeModel<Variant>({
  id: ({ product }) => gid('InventoryItem', product.id),
  unitCost: ({ product, currency }) =>
    product.cost === undefined || product.cost === null ? null : money(product.cost, currency),
});

export const refund = typeModel<{ readonly refund: FakeRefund; readonly order: FakeOrder }>({
  id: ({ refund }) => gid('Refund', refund.id),
  legacyResourceId: ({ refund }) => String(refund.id),
  createdAt: ({ refund }) => dateTime(refund.createdAt),
  processedAt: ({ refund }) => dateTime(refund.createdAt),
  totalRefundedSet: ({ refund, order }) => ({ minor: refund.amount, order }),
  order: ({ order }) => order,
});
