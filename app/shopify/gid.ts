/** Kinds of Shopify objects this app names by global id. */
export type GidKind =
  | 'Order'
  | 'Customer'
  | 'Product'
  | 'Collection'
  | 'LineItem'
  | 'Refund'
  | 'Company'
  | 'Shop'
  | 'BulkOperation'
  | 'DiscountCodeNode'
  | 'CustomerSegmentMember';

/** `gid://shopify/<kind>/<id>`. @throws RangeError when `id` is not a positive safe integer */
export function gid(kind: GidKind, id: number): string {
  if (!Number.isSafeInteger(id) || id <= 0) throw new RangeError(`${id} is no id of Shopify's`);
  return `gid://shopify/${kind}/${id}`;
}

/** The numeric id in a global id of this kind. @throws RangeError when it is of another kind or shape */
export function parseGid(kind: GidKind, value: string): number {
  const prefix = `gid://shopify/${kind}/`;
  const digits = value.startsWith(prefix) ? value.slice(prefix.length) : '';
  const id = Number(digits);
  if (!/^[1-9]\d*$/.test(digits) || !Number.isSafeInteger(id)) {
    throw new RangeError(`"${value.slice(0, 80)}" is no global id of a ${kind}`);
  }
  return id;
}
