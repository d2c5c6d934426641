import type { DiscountTerms } from '#app/campaigns/discount.ts';
import type { Goods } from '#app/campaigns/plan.ts';
import { gid } from './gid.ts';

/** Customers that one call binds a discount to; Shopify's limit for a list. */
export const CUSTOMERS_PER_CALL = 250;

/** Who may use a discount: these customers, beside those who may already, or everybody. */
export type Buyers = readonly number[] | 'everybody';

/**
 * The input that makes a discount: each code can be used once, and by each customer one of them.
 * @param code its first code; Shopify makes none without
 */
export function createInput(terms: DiscountTerms, code: string, buyers: Buyers): object {
  const { title, startsAt, endsAt, minimum, combines, gives } = terms;
  const frame = {
    title,
    code,
    startsAt: new Date(startsAt).toISOString(),
    endsAt: new Date(endsAt).toISOString(),
    context: contextOf(buyers),
    usageLimit: 1,
    appliesOncePerCustomer: true,
    combinesWith: combines,
    ...(minimum === null
      ? {}
      : { minimumRequirement: { subtotal: { greaterThanOrEqualToSubtotal: minimum } } }),
  };
  if (gives.kind === 'free-shipping') return { ...frame, destination: { all: true } };
  const value =
    gives.kind === 'percentage'
      ? { percentage: gives.share }
      : { discountAmount: { amount: gives.amount, appliesOnEachItem: false } };
  return { ...frame, customerGets: { value, items: itemsOf(gives.on) } };
}

/** The input that changes who may use a discount. */
export function buyersInput(buyers: Buyers): object {
  return { context: contextOf(buyers) };
}

function contextOf(buyers: Buyers): object {
  if (buyers === 'everybody') return { all: 'ALL' };
  if (buyers.length > CUSTOMERS_PER_CALL) throw new RangeError('More than 250 customers in one call');
  return { customers: { add: buyers.map((id) => gid('Customer', id)) } };
}

function itemsOf(on: Goods): object {
  if (on.kind === 'all') return { all: true };
  if (on.kind === 'products') return { products: { productsToAdd: on.ids.map((id) => gid('Product', id)) } };
  return { collections: { add: on.ids.map((id) => gid('Collection', id)) } };
}
