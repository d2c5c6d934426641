import { digits } from './money-model.ts';
import { mostInputs } from './discount-model.ts';
import { parseGid } from './gid.ts';
import { notModelled, onlyArgs, type ApiContext } from './model.ts';
import type { Combines, DiscountTerms, DiscountValue, Entitled } from './store-discounts.ts';

export type TermFault = {
  readonly at: readonly string[];
  readonly code: string | null;
  readonly message: string;
};

type Input = Readonly<Record<string, unknown>>;

/**
 * The terms an input asks for; what it does not name is as `before`, and with nothing before what Shopify takes
 * then. `terms` is null when they cannot be read at all.
 * @throws GraphQLError for what is not modelled, and for lists that are too long
 */
export function readTerms(
  name: string,
  input: Input,
  before: DiscountTerms | null,
  api: ApiContext,
): { terms: DiscountTerms | null; faults: TermFault[] } {
  const free = name === 'freeShippingCodeDiscount';
  onlyArgs(input, name, ...KNOWN, ...(free ? ['destination', 'maximumShippingPrice'] : ['customerGets']));
  const faults: TermFault[] = [];
  const wrong = (at: string[], code: string, message: string): void =>
    void faults.push({ at, code, message });
  const minor = (value: unknown): number =>
    Math.round(Number(value) * 10 ** digits(api.office.shop.currency));
  const title = typeof input.title === 'string' ? input.title.trim() : (before?.title ?? '');
  if (title === '') wrong(['title'], 'BLANK', "Title can't be blank");
  if (title.length > 255) wrong(['title'], 'TOO_LONG', 'Title is too long (maximum is 255 characters)');
  const startsAt =
    typeof input.startsAt === 'string' ? Date.parse(input.startsAt) : (before?.startsAt ?? NaN);
  if (Number.isNaN(startsAt)) wrong(['startsAt'], 'BLANK', "Starts at can't be blank");
  const endsAt = instant(input.endsAt, before?.endsAt ?? null);
  if (endsAt !== null && endsAt <= startsAt) {
    wrong(['endsAt'], 'END_DATE_BEFORE_START_DATE', 'Ends at needs to be after starts_at');
  }
  const customers = readContext(input.context, before, api, wrong);
  const value = free ? shippingValue(input, minor) : readValue(input.customerGets, before, minor, wrong);
  const items = free ? ALL : readItems(input.customerGets, before, api, wrong);
  const minimum = readMinimum(input.minimumRequirement, before, minor);
  const combinesWith = {
    ...NOTHING,
    ...before?.combinesWith,
    ...(input.combinesWith as Partial<Combines> | undefined),
  };
  if (free && combinesWith.shippingDiscounts) {
    const message = 'The combinesWith settings are not valid for the discount class.';
    wrong(['combinesWith'], 'INVALID_COMBINES_WITH_FOR_DISCOUNT_CLASS', message);
  }
  const { usageLimit, appliesOncePerCustomer } = input;
  if (value === null || items === null || Number.isNaN(startsAt)) return { terms: null, faults };
  const terms: DiscountTerms = {
    title,
    startsAt: Math.floor(startsAt / 1000) * 1000,
    endsAt: endsAt === null ? null : Math.floor(endsAt / 1000) * 1000,
    usageLimit: usageLimit === undefined ? (before?.usageLimit ?? null) : (usageLimit as number | null),
    oncePerCustomer:
      typeof appliesOncePerCustomer === 'boolean'
        ? appliesOncePerCustomer
        : (before?.oncePerCustomer ?? false),
    combinesWith,
    minimum,
    value,
    items,
    customers,
  };
  return { terms, faults };
}

const KNOWN = [
  'title',
  'code',
  'startsAt',
  'endsAt',
  'context',
  'usageLimit',
  'appliesOncePerCustomer',
  'combinesWith',
  'minimumRequirement',
];
const NOTHING: Combines = { orderDiscounts: false, productDiscounts: false, shippingDiscounts: false };
const ALL: Entitled = { kind: 'all', ids: [] };
type Wrong = (at: string[], code: string, message: string) => void;

function instant(given: unknown, before: number | null): number | null {
  if (given === undefined) return before;
  return typeof given === 'string' ? Date.parse(given) : null;
}

function readContext(
  context: unknown,
  before: DiscountTerms | null,
  { office }: ApiContext,
  wrong: Wrong,
): ReadonlySet<number> | null {
  if (context === undefined || context === null) {
    if (before === null) wrong(['context'], 'BLANK', "Context can't be blank");
    return before?.customers ?? null;
  }
  const given = context as Input;
  if (given.all === 'ALL') return null;
  const { add = [], remove = [] } = (given.customers ?? {}) as Readonly<Record<string, readonly string[]>>;
  if (given.customers === undefined) throw notModelled('a discount for segments or markets');
  mostInputs(add);
  mostInputs(remove);
  const customers = new Set(before?.customers ?? []);
  for (const id of add) {
    const parsed = parseGid(id);
    if (parsed?.type !== 'Customer' || !office.shop.customers.has(parsed.id)) {
      wrong(['context', 'customers', 'add'], 'INVALID', `Customer with id: ${id} is invalid`);
    } else customers.add(parsed.id);
  }
  for (const id of remove) customers.delete(parseGid(id)?.id ?? 0);
  return customers;
}

function shippingValue(input: Input, minor: (value: unknown) => number): DiscountValue {
  const most = input.maximumShippingPrice;
  return { kind: 'shipping', most: most === undefined || most === null ? null : minor(most) };
}

function readValue(
  gets: unknown,
  before: DiscountTerms | null,
  minor: (value: unknown) => number,
  wrong: Wrong,
): DiscountValue | null {
  const value = (gets as Input | undefined)?.value as Input | undefined;
  if (value === undefined || value === null) {
    if (before === null) wrong(['customerGets', 'value'], 'BLANK', "Value can't be blank");
    return before?.value ?? null;
  }
  if (value.discountOnQuantity !== undefined) throw notModelled('a discount on quantity');
  if (typeof value.percentage === 'number') {
    if (value.percentage <= 0 || value.percentage > 1) {
      wrong(
        ['customerGets', 'value', 'percentage'],
        'VALUE_OUTSIDE_RANGE',
        'Value must be between 0.0 and 1.0',
      );
    }
    return { kind: 'percentage', share: value.percentage };
  }
  const { amount, appliesOnEachItem } = value.discountAmount as Input;
  if (minor(amount) <= 0)
    wrong(
      ['customerGets', 'value', 'discountAmount', 'amount'],
      'GREATER_THAN',
      'Amount must be greater than 0',
    );
  return { kind: 'amount', amount: minor(amount), each: appliesOnEachItem === true };
}

function readItems(
  gets: unknown,
  before: DiscountTerms | null,
  { office }: ApiContext,
  wrong: Wrong,
): Entitled | null {
  const items = (gets as Input | undefined)?.items as Input | undefined;
  if (items === undefined || items === null) {
    if (before === null) wrong(['customerGets', 'items'], 'BLANK', "Items can't be blank");
    return before?.items ?? null;
  }
  if (items.all === true) return ALL;
  const products = (items.products as { productsToAdd?: readonly string[] } | undefined)?.productsToAdd;
  const collections = (items.collections as { add?: readonly string[] } | undefined)?.add;
  if (products === undefined && collections === undefined) throw notModelled('such items of a discount');
  const list = products ?? collections ?? [];
  mostInputs(list);
  const ids = list.map((id) => parseGid(id)?.id ?? 0);
  if (products !== undefined && ids.some((id) => !office.shop.products.has(id))) {
    wrong(['customerGets', 'items', 'products', 'productsToAdd'], 'INVALID', 'Product is invalid');
  }
  return { kind: products === undefined ? 'collections' : 'products', ids };
}

function readMinimum(
  requirement: unknown,
  before: DiscountTerms | null,
  minor: (value: unknown) => number,
): number | null {
  if (requirement === undefined) return before?.minimum ?? null;
  const subtotal = (requirement as Input | null)?.subtotal as Input | undefined;
  if ((requirement as Input | null)?.quantity) throw notModelled('a least quantity of a discount');
  const least = subtotal?.greaterThanOrEqualToSubtotal;
  return least === undefined || least === null ? null : minor(least);
}
