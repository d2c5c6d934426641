import {
  discountOfCode,
  useCode,
  type DiscountValue,
  type Entitled,
  type FakeDiscount,
} from './store-discounts.ts';
import {
  placeOrder,
  type FakeApplication,
  type FakeLineItem,
  type FakeOrder,
  type NewOrder,
} from './store-orders.ts';
import { takeId, type FakeShop } from './store.ts';

/** What a shopper has in the cart, prices in minor units of the shop's currency. */
export type Basket = {
  readonly customerId: number | null;
  readonly lines: readonly {
    readonly productId: number;
    readonly quantity: number;
    readonly price: number;
  }[];
  /** what delivery costs before discounts; 0 unless told */
  readonly shipping?: number;
  readonly codes?: readonly string[];
  /** discounts that apply by themselves, off the whole order */
  readonly automatic?: readonly {
    readonly title: string;
    readonly amount: number;
    readonly byHand?: boolean;
  }[];
  readonly at: number;
  /** the merchant's settings let codes through that should not be: of other customers, used before, beside others */
  readonly leaks?: boolean;
  readonly order?: Partial<NewOrder>;
};

/** Why a code was not taken. */
type Refusal =
  | 'unknown'
  | 'not-started'
  | 'expired'
  | 'used-up'
  | 'other-customer'
  | 'used-by-customer'
  | 'below-minimum'
  | 'nothing-entitled'
  | 'not-combinable';

export type CheckedOut = { readonly order: FakeOrder } | { readonly refused: Refusal; readonly code: string };

type Line = FakeLineItem & { readonly collections: readonly number[] };

/**
 * A shopper's checkout: the codes are tried, what they take off is taken off lines or delivery, and the order names
 * them. A code that is refused ends it: nothing is ordered.
 */
export function checkOut(shop: FakeShop, basket: Basket): CheckedOut {
  const { customerId, at, codes = [], automatic = [], leaks = false, shipping = 0 } = basket;
  const lines = basket.lines.map((line) => lineOf(shop, line));
  const taken = codes.map((typed) => {
    const discount = discountOfCode(shop, typed);
    // The order names it as it is spelled in the admin, not as it was typed.
    return { code: discount?.codes.get(typed.toUpperCase())?.code ?? typed, discount };
  });
  for (const { code, discount } of taken) {
    if (discount === null) return { refused: 'unknown', code };
    const refused = refusalOf(discount, code, lines, customerId, at, leaks);
    if (refused !== null) return { refused, code };
    const others = taken.filter((other) => other.code !== code).map((other) => other.discount);
    if (!leaks && !together(discount, others, automatic.length > 0))
      return { refused: 'not-combinable', code };
  }
  const goods = lines.map(({ amount }) => amount);
  const applied: FakeApplication[] = automatic.map(({ title, amount, byHand = false }) => {
    return { code: null, title, byHand, shipping: 0, lines: spread(amount, goods, () => true) };
  });
  for (const { code, discount } of taken) {
    if (discount !== null) applied.push(application(discount, code, lines, shipping));
  }
  const left = lines.map(({ amount }, i) => {
    return Math.max(0, amount - applied.reduce((sum, one) => sum + (one.lines[i] ?? 0), 0));
  });
  const givenShipping = Math.min(
    shipping,
    applied.reduce((sum, one) => sum + one.shipping, 0),
  );
  const delivery = shipping - givenShipping;
  const sum = (amounts: readonly number[]): number => amounts.reduce((all, amount) => all + amount, 0);
  const discount = sum(goods) - sum(left) + givenShipping;
  for (const { code } of taken) useCode(shop, code, customerId, at);
  const order = placeOrder(shop, {
    ...basket.order,
    customerId,
    createdAt: at,
    total: left.reduce((sum, amount) => sum + amount, delivery),
    shipping,
    discount,
    givenShipping,
    discountCodes: taken.map(({ code }) => code),
    discounts: applied,
    lineItems: lines.map(({ collections: _collections, ...line }) => line),
  });
  return { order };
}

function lineOf(shop: FakeShop, { productId, quantity, price }: Basket['lines'][number]): Line {
  const product = shop.products.get(productId);
  if (product === undefined) throw new Error(`product ${productId} is not in ${shop.domain}`);
  const { title, vendor, collections = [] } = product;
  return { id: takeId(shop), productId, title, vendor, quantity, amount: quantity * price, collections };
}

function refusalOf(
  discount: FakeDiscount,
  code: string,
  lines: readonly Line[],
  customerId: number | null,
  at: number,
  leaks: boolean,
): Refusal | null {
  if (at < discount.startsAt) return 'not-started';
  if (discount.endsAt !== null && at >= discount.endsAt) return 'expired';
  const { usageLimit, oncePerCustomer, customers, usedBy, minimum } = discount;
  const uses = discount.codes.get(code.toUpperCase())?.uses ?? 0;
  if (!leaks) {
    if (usageLimit !== null && uses >= usageLimit) return 'used-up';
    if (customers !== null && (customerId === null || !customers.has(customerId))) return 'other-customer';
    if (oncePerCustomer && customerId !== null && usedBy.has(customerId)) return 'used-by-customer';
  }
  const entitled = lines.filter((line) => isFor(discount.items, line));
  if (entitled.length === 0) return 'nothing-entitled';
  const subtotal = entitled.reduce((sum, { amount }) => sum + amount, 0);
  return minimum !== null && subtotal < minimum ? 'below-minimum' : null;
}

/** Whether a discount goes together with the others; one that applies by itself is of the whole order. */
function together(
  discount: FakeDiscount,
  others: readonly (FakeDiscount | null)[],
  automatic: boolean,
): boolean {
  const classes = others.flatMap((other) => (other === null ? [] : [classOf(other)]));
  if (automatic) classes.push('orderDiscounts');
  return classes.every((one) => discount.combinesWith[one]);
}

/** By which of combinesWith a discount is asked for. */
export function classOf({ value, items }: FakeDiscount): keyof FakeDiscount['combinesWith'] {
  if (value.kind === 'shipping') return 'shippingDiscounts';
  return items.kind === 'all' ? 'orderDiscounts' : 'productDiscounts';
}

function application(
  { value, items, title }: FakeDiscount,
  code: string,
  lines: readonly Line[],
  shipping: number,
): FakeApplication {
  if (value.kind === 'shipping') {
    const off = value.most === null || shipping <= value.most ? shipping : 0;
    return { code, title, shipping: off, lines: lines.map(() => 0) };
  }
  return { code, title, shipping: 0, lines: off(value, items, lines) };
}

function off(
  value: Exclude<DiscountValue, { kind: 'shipping' }>,
  items: Entitled,
  lines: readonly Line[],
): number[] {
  const amounts = lines.map(({ amount }) => amount);
  const entitled = (i: number): boolean => isFor(items, lines[i] as Line);
  if (value.kind === 'percentage') {
    return amounts.map((amount, i) => (entitled(i) ? Math.round(amount * value.share) : 0));
  }
  if (!value.each) return spread(value.amount, amounts, entitled);
  return lines.map(({ amount, quantity }, i) =>
    entitled(i) ? Math.min(amount, value.amount * quantity) : 0,
  );
}

/** Spreads an amount over lines in proportion to what they cost, to the last minor unit; never more than they cost. */
function spread(amount: number, amounts: readonly number[], entitled: (i: number) => boolean): number[] {
  const whole = amounts.reduce((sum, one, i) => sum + (entitled(i) ? one : 0), 0);
  let rest = Math.min(amount, whole);
  let open = whole;
  return amounts.map((one, i) => {
    if (!entitled(i) || open === 0) return 0;
    const part = Math.round((rest * one) / open);
    rest -= part;
    open -= one;
    return part;
  });
}

function isFor({ kind, ids }: Entitled, { productId, collections }: Line): boolean {
  if (kind === 'all') return true;
  if (kind === 'products') return productId !== null && ids.includes(productId);
  return collections.some((id) => ids.includes(id));
}
