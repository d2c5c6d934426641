import { contactsOf } from './company-model.ts';
import { connection, type Connection } from './connection.ts';
import { gid } from './gid.ts';
import { ownNamespace } from './metafield-rules.ts';
import {
  dateTime,
  notModelled,
  onlyArgs,
  plainModel,
  typeModel,
  type ApiContext,
  type Args,
} from './model.ts';
import { money } from './money-model.ts';
import { orderConnection, orderVisible } from './order-model.ts';
import { rfmGroup } from './rfm-groups.ts';
import { searchTest, type SearchFields } from './search-query.ts';
import { metafieldDigest, type FakeCustomer, type FakeMetafield } from './store-customers.ts';
import { refundedOf, type FakeOrder } from './store-orders.ts';
import type { FakeShop } from './store.ts';

const SEARCH: SearchFields<FakeCustomer> = {
  id: (customer) => customer.id,
  updated_at: (customer) => customer.updatedAt,
  customer_date: (customer) => customer.createdAt,
  email: (customer) => customer.email,
  '': ({ firstName, lastName, email, phone }) =>
    [firstName, lastName, email, phone].filter(Boolean).join(' '),
};

const SORT: Readonly<Record<string, (customer: FakeCustomer) => number>> = {
  ID: (customer) => customer.id,
  CREATED_AT: (customer) => customer.createdAt,
  UPDATED_AT: (customer) => customer.updatedAt,
};

/**
 * Finds the customers of a search, unsorted.
 * @throws GraphQLError at once when the search is not modelled
 */
export function customerFinder(query: unknown, { office }: ApiContext): () => FakeCustomer[] {
  const test = searchTest(query, SEARCH);
  return () => [...office.shop.customers.values()].filter(test);
}

/** `customers(…)` of the shop. */
export function customerConnection(args: Args, api: ApiContext): Connection {
  const sort = SORT[String(args.sortKey)];
  if (sort === undefined) throw notModelled(`customers sorted by ${String(args.sortKey)}`);
  return connection(args, customerFinder(args.query, api), (customer) => [sort(customer), customer.id]);
}

export const customer = typeModel<FakeCustomer>({
  id: ({ id }) => gid('Customer', id),
  legacyResourceId: ({ id }) => String(id),
  firstName: ({ firstName }) => firstName || null,
  lastName: ({ lastName }) => lastName || null,
  displayName: (source) =>
    [source.firstName, source.lastName].filter(Boolean).join(' ') || (source.email ?? source.phone ?? ''),
  locale: ({ locale }) => locale ?? 'en',
  defaultAddress: ({ timeZone }) => (timeZone === undefined ? null : { timeZone }),
  tags: ({ tags }) => tags,
  createdAt: ({ createdAt }) => dateTime(createdAt),
  updatedAt: ({ updatedAt }) => dateTime(updatedAt),
  defaultEmailAddress: (source) => (source.email === null ? null : source),
  defaultPhoneNumber: (source) => (source.phone === null ? null : source),
  statistics: (source) => source,
  companyContactProfiles: (source, _args, { office }) => contactsOf(source, office.shop),
  numberOfOrders: (source, _args, { office }) =>
    String(ordersOf(source, office.shop).filter((order) => order.cancelledAt === null).length),
  amountSpent: (source, _args, { office }) => {
    const spent = ordersOf(source, office.shop).filter((order) => order.cancelledAt === null);
    const sum = spent.reduce((total, order) => total + order.total - refundedOf(order), 0);
    return money(sum, office.shop.currency);
  },
  orders: (source, args, api) =>
    orderConnection(args, api, () => {
      if (typeof args.query === 'string') throw notModelled('a search in Customer.orders');
      return ordersOf(source, api.office.shop).filter((order) => orderVisible(order, api));
    }),
  metafield: (source, args) =>
    source.metafields.get(`${ownNamespace(args.namespace)}.${String(args.key)}`) ?? null,
  metafields: (source, args) => {
    onlyArgs(args, 'Customer.metafields', 'first', 'after', 'namespace', 'keys', 'reverse');
    const keys = Array.isArray(args.keys) ? new Set(args.keys.map((key) => qualified(String(key)))) : null;
    const namespace = typeof args.namespace === 'string' ? ownNamespace(args.namespace) : null;
    const shown = [...source.metafields.values()].filter(
      (field) =>
        (namespace === null || field.namespace === namespace) &&
        (keys === null || keys.has(`${field.namespace}.${field.key}`)),
    );
    return connection(
      args,
      () => shown,
      (field) => [0, field.id],
    );
  },
});

/** `keys:` of Customer.metafields are "namespace.key". */
function qualified(key: string): string {
  const [namespace, ...rest] = key.split('.');
  return rest.length === 0 ? key : `${ownNamespace(namespace)}.${rest.join('.')}`;
}

function ordersOf(source: FakeCustomer, shop: FakeShop): FakeOrder[] {
  return (shop.ordersByCustomer.get(source.id) ?? []).flatMap((id) => shop.orders.get(id) ?? []);
}

export const statistics = typeModel<FakeCustomer>({
  rfmGroup: ({ id }, _args, { office }) => rfmGroup(office.shop, id),
});

export const emailAddress = typeModel<FakeCustomer>({
  emailAddress: ({ email }) => email,
  marketingState: ({ emailState }) => emailState,
  marketingOptInLevel: ({ emailState }) => (emailState === 'SUBSCRIBED' ? 'SINGLE_OPT_IN' : null),
  validFormat: ({ email }) => email !== null && /^[^\s@]+@[^\s@]+$/.test(email),
});

export const phoneNumber = typeModel<FakeCustomer>({
  phoneNumber: ({ phone }) => phone,
  smsMarketingConsent: ({ smsState }) => ({
    // CustomerMarketingConsentState has a word of its own for this.
    state: smsState === 'NOT_SUBSCRIBED' ? 'NEVER_SUBSCRIBED' : smsState,
    optInLevel: smsState === 'SUBSCRIBED' ? 'SINGLE_OPT_IN' : null,
  }),
});

export const mailingAddress = plainModel('timeZone');
export const smsMarketingConsent = plainModel('state', 'optInLevel');

export const metafield = typeModel<FakeMetafield>({
  id: ({ id }) => gid('Metafield', id),
  legacyResourceId: ({ id }) => String(id),
  namespace: ({ namespace }) => namespace,
  key: ({ key }) => key,
  type: ({ type }) => type,
  value: ({ value }) => value,
  jsonValue: ({ type, value }) => (type === 'json' ? (JSON.parse(value) as unknown) : value),
  compareDigest: (source) => metafieldDigest(source),
  createdAt: ({ createdAt }) => dateTime(createdAt),
  updatedAt: ({ updatedAt }) => dateTime(updatedAt),
});
