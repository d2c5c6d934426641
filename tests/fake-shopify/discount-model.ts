import { GraphQLError } from 'graphql';
import { connection, type Connection } from './connection.ts';
import { gid } from './gid.ts';
import {
  dateTime,
  notModelled,
  onlyArgs,
  typeModel,
  type ApiContext,
  type Args,
  type TypeModel,
} from './model.ts';
import { money } from './money-model.ts';
import { searchTest } from './search-query.ts';
import { classOf } from './checkout.ts';
import { discountOfCode, type Entitled, type FakeDiscount } from './store-discounts.ts';

/** Things a list in an input may hold; Shopify refuses longer ones before anything is looked at. */
const MOST_INPUTS = 250;

/** @throws GraphQLError as Shopify does */
export function mostInputs(list: readonly unknown[]): void {
  if (list.length <= MOST_INPUTS) return;
  const message = `The input array size of ${list.length} is greater than the maximum allowed of ${MOST_INPUTS}.`;
  throw new GraphQLError(message, { extensions: { code: 'MAX_INPUT_SIZE_EXCEEDED' } });
}

/** The node around a discount, null for none. */
export function nodeOf(discount: FakeDiscount | null | undefined): object | null {
  return discount ? { concrete: 'DiscountCodeNode', discount } : null;
}

export function typeOfDiscount({ value }: FakeDiscount): string {
  return value.kind === 'shipping' ? 'DiscountCodeFreeShipping' : 'DiscountCodeBasic';
}

export const discountCodeNode = typeModel<{ readonly discount: FakeDiscount }>({
  id: ({ discount }) => gid('DiscountCodeNode', discount.id),
  codeDiscount: ({ discount }) => discount,
});

/** What every discount with codes has. */
const COMMON: Parameters<typeof typeModel<FakeDiscount>>[0] = {
  title: ({ title }) => title,
  status: ({ startsAt, endsAt }, _args, { world }) => {
    const now = world.clock.now();
    if (endsAt !== null && endsAt <= now) return 'EXPIRED';
    return startsAt > now ? 'SCHEDULED' : 'ACTIVE';
  },
  startsAt: ({ startsAt }) => dateTime(startsAt),
  endsAt: ({ endsAt }) => (endsAt === null ? null : dateTime(endsAt)),
  createdAt: ({ createdAt }) => dateTime(createdAt),
  updatedAt: ({ updatedAt }) => dateTime(updatedAt),
  usageLimit: ({ usageLimit }) => usageLimit,
  appliesOncePerCustomer: ({ oncePerCustomer }) => oncePerCustomer,
  asyncUsageCount: ({ codes }) => [...codes.values()].reduce((sum, { uses }) => sum + uses, 0),
  combinesWith: ({ combinesWith }) => combinesWith,
  discountClasses: (discount) => [classOf(discount).replace('Discounts', '').toUpperCase()],
  codesCount: ({ codes }) => ({ count: codes.size, precision: 'EXACT' }),
  codes: ({ codes }, args) => {
    onlyArgs(args, 'codes', 'first', 'after', 'reverse', 'sortKey');
    if (args.sortKey !== undefined && args.sortKey !== 'ID')
      throw notModelled('codes sorted by other than ID');
    return connection(
      args,
      () => [...codes.values()],
      ({ id }) => [0, id],
    );
  },
  minimumRequirement: ({ minimum }, _args, { office }) =>
    minimum === null
      ? null
      : {
          concrete: 'DiscountMinimumSubtotal',
          greaterThanOrEqualToSubtotal: money(minimum, office.shop.currency),
        },
  context: ({ customers }) =>
    customers === null
      ? { concrete: 'DiscountBuyerSelectionAll' }
      : { concrete: 'DiscountCustomers', customers },
};

export const discountCodeBasic: TypeModel = typeModel<FakeDiscount>({
  ...COMMON,
  customerGets: (discount) => discount,
});

export const discountCodeFreeShipping: TypeModel = typeModel<FakeDiscount>({
  ...COMMON,
  maximumShippingPrice: ({ value }, _args, { office }) =>
    value.kind === 'shipping' && value.most !== null ? money(value.most, office.shop.currency) : null,
});

export const customerGets = typeModel<FakeDiscount>({
  value: ({ value }) => {
    const concrete = value.kind === 'percentage' ? 'DiscountPercentage' : 'DiscountAmount';
    return { concrete, value };
  },
  items: ({ items }) => {
    const concrete = {
      all: 'AllDiscountItems',
      products: 'DiscountProducts',
      collections: 'DiscountCollections',
    };
    return { concrete: concrete[items.kind], items };
  },
});

type Valued = { readonly value: Extract<FakeDiscount['value'], { kind: 'percentage' | 'amount' }> };

export const discountPercentage = typeModel<Valued>({
  percentage: ({ value }) => (value.kind === 'percentage' ? value.share : null),
});

export const discountAmount = typeModel<Valued>({
  amount: ({ value }, _args, { office }) =>
    value.kind === 'amount' ? money(value.amount, office.shop.currency) : null,
  appliesOnEachItem: ({ value }) => value.kind === 'amount' && value.each,
});

type Items = { readonly items: Entitled };

export const allItems = typeModel<unknown>({ allItems: () => true });

export const discountProducts = typeModel<Items>({
  products: ({ items }, args, { office }) =>
    connection(
      args,
      () => items.ids.flatMap((id) => office.shop.products.get(id) ?? []),
      ({ id }) => [0, id],
    ),
});

export const discountCollections = typeModel<Items>({
  collections: ({ items }, args, { office }) =>
    connection(
      args,
      () => items.ids.map((id) => office.shop.collections.get(id) ?? { id, title: `Collection ${id}` }),
      ({ id }) => [0, id],
    ),
});

export const everybody = typeModel<unknown>({ all: () => 'ALL' });

export const discountCustomers = typeModel<{ readonly customers: ReadonlySet<number> }>({
  customers: ({ customers }, _args, { office }) =>
    [...customers].flatMap((id) => office.shop.customers.get(id) ?? []),
});

/** codeDiscountNodeByCode: whatever the case of the code. */
export function discountByCode(args: Args, { office }: ApiContext): unknown {
  return nodeOf(discountOfCode(office.shop, String(args.code)));
}

/** `codeDiscountNodes(…)`, searched by title, id and updated_at. */
export function discountConnection(args: Args, { office }: ApiContext): Connection {
  onlyArgs(args, 'codeDiscountNodes', 'first', 'after', 'reverse', 'query', 'sortKey');
  const test = searchTest<FakeDiscount>(args.query, {
    id: ({ id }) => id,
    title: ({ title }) => title,
    updated_at: ({ updatedAt }) => updatedAt,
  });
  const list = connection(
    args,
    () =>
      [...office.shop.discounts.values()]
        .filter(test)
        .map((discount) => ({ concrete: 'DiscountCodeNode', discount })),
    ({ discount }) => [0, discount.id],
  );
  return list;
}
