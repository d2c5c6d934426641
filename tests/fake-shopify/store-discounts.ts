import { announce, takeId, type FakeShop } from './store.ts';

/** A code of a discount and how often it was used. */
export type FakeCode = { readonly id: number; readonly code: string; uses: number };

/** What a discount is for. */
export type Entitled = {
  readonly kind: 'all' | 'products' | 'collections';
  readonly ids: readonly number[];
};

/** What a discount takes off; amounts in minor units of the shop's currency, `share` from 0 to 1. */
export type DiscountValue =
  | { readonly kind: 'percentage'; readonly share: number }
  | { readonly kind: 'amount'; readonly amount: number; readonly each: boolean }
  | { readonly kind: 'shipping'; readonly most: number | null };

export type Combines = {
  readonly orderDiscounts: boolean;
  readonly productDiscounts: boolean;
  readonly shippingDiscounts: boolean;
};

/** What a merchant may change of a discount. `minimum` is the least subtotal of what the discount is for. */
export type DiscountTerms = {
  title: string;
  startsAt: number;
  endsAt: number | null;
  /** how often each code can be used */
  usageLimit: number | null;
  oncePerCustomer: boolean;
  combinesWith: Combines;
  minimum: number | null;
  value: DiscountValue;
  items: Entitled;
  /** who may use it, null = everybody */
  customers: ReadonlySet<number> | null;
};

/** A discount with codes. `codes` are by their upper case: Shopify does not tell their cases apart. */
export type FakeDiscount = DiscountTerms & {
  readonly id: number;
  readonly createdAt: number;
  updatedAt: number;
  readonly codes: Map<string, FakeCode>;
  readonly usedBy: Set<number>;
  /** in which words the shop refuses to end it */
  keptOn?: string | null;
};

/** Makes a discount with its first code, which nobody else's may be. */
export function addDiscount(shop: FakeShop, terms: DiscountTerms, code: string, at: number): FakeDiscount {
  const discount: FakeDiscount = {
    ...terms,
    id: takeId(shop),
    createdAt: at,
    updatedAt: at,
    codes: new Map(),
    usedBy: new Set(),
  };
  shop.discounts.set(discount.id, discount);
  putCode(shop, discount, code);
  announce(shop, { kind: 'discount-created', discountId: discount.id, at });
  return discount;
}

/** Changes a discount, as the merchant may in the admin. */
export function changeDiscount(
  shop: FakeShop,
  id: number,
  terms: Partial<DiscountTerms>,
  at: number,
): FakeDiscount {
  const discount = known(shop, id);
  Object.assign(discount, terms, { updatedAt: Math.max(discount.updatedAt, at) });
  announce(shop, { kind: 'discount-updated', discountId: id, at });
  return discount;
}

/** Deletes a discount with all its codes. */
export function deleteDiscount(shop: FakeShop, id: number, at: number): void {
  for (const code of known(shop, id).codes.keys()) shop.codes.delete(code);
  shop.discounts.delete(id);
  announce(shop, { kind: 'discount-deleted', discountId: id, at });
}

/**
 * Adds codes.
 * @throws Error when somebody has one of them; then none is added
 */
export function addCodes(shop: FakeShop, id: number, codes: readonly string[], at: number): FakeCode[] {
  const discount = known(shop, id);
  const taken = codes.find((code) => shop.codes.has(code.toUpperCase()));
  if (taken !== undefined) throw new Error(`the code ${taken} is taken in ${shop.domain}`);
  discount.updatedAt = Math.max(discount.updatedAt, at);
  const added = codes.map((code) => putCode(shop, discount, code));
  announce(shop, { kind: 'codes-changed', discountId: id, codes: added.map(({ code }) => code), at });
  return added;
}

/** Removes one code, as the merchant may. */
export function removeCode(shop: FakeShop, code: string, at: number): void {
  const discount = discountOfCode(shop, code);
  const gone = discount?.codes.get(code.toUpperCase());
  if (discount === null || gone === undefined) throw new Error(`there is no code ${code} in ${shop.domain}`);
  discount.codes.delete(code.toUpperCase());
  shop.codes.delete(code.toUpperCase());
  announce(shop, { kind: 'code-removed', discountId: discount.id, codeId: gone.id, code: gone.code, at });
}

/** Counts a code as used by an order of that customer. */
export function useCode(shop: FakeShop, code: string, customerId: number | null, at: number): void {
  const discount = discountOfCode(shop, code);
  const used = discount?.codes.get(code.toUpperCase());
  if (discount === null || used === undefined) return;
  used.uses += 1;
  if (customerId !== null) discount.usedBy.add(customerId);
  announce(shop, { kind: 'codes-changed', discountId: discount.id, codes: [used.code], at });
}

/** Gives the customer who stays what a merged one could use and has used. */
export function moveDiscounts(shop: FakeShop, keptId: number, goneId: number): void {
  for (const discount of shop.discounts.values()) {
    if (discount.usedBy.delete(goneId)) discount.usedBy.add(keptId);
    if (discount.customers?.has(goneId) !== true) continue;
    discount.customers = new Set([...discount.customers, keptId].filter((id) => id !== goneId));
  }
}

/** The discount that has a code, whatever its case. */
export function discountOfCode(shop: FakeShop, code: string): FakeDiscount | null {
  const id = shop.codes.get(code.toUpperCase());
  return id === undefined ? null : (shop.discounts.get(id) ?? null);
}

function putCode(shop: FakeShop, discount: FakeDiscount, code: string): FakeCode {
  const key = code.toUpperCase();
  if (shop.codes.has(key)) throw new Error(`the code ${code} is taken in ${shop.domain}`);
  const added = { id: takeId(shop), code, uses: 0 };
  discount.codes.set(key, added);
  shop.codes.set(key, discount.id);
  return added;
}

function known(shop: FakeShop, id: number): FakeDiscount {
  const discount = shop.discounts.get(id);
  if (discount === undefined) throw new Error(`discount ${id} is not in ${shop.domain}`);
  return discount;
}
