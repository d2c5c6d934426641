/** A code that an order names: whose it was, and whether an order before had used it. */
export type CodeUse = { customerId: number; usedBefore: boolean; combines: boolean };

/** An order with such codes, as Shopify tells it. */
export type OrderWithCodes = {
  /** null = bought by nobody who is known */
  buyer: number | null;
  /** discounts it has, those of our codes among them */
  discounts: number;
};

/**
 * What is wrong with an order that names codes of a campaign: a leak when somebody else used one, or it was used before;
 * stacking when it has other discounts beside ours although the campaign allows none. Of a buyer nobody knows it cannot
 * be said that it is somebody else.
 * @param gone customers Shopify does not have any more: merged into others, or erased
 */
export function alarmOf(
  { buyer, discounts }: OrderWithCodes,
  uses: readonly CodeUse[],
  gone: ReadonlySet<number>,
): 'leak' | 'stacking' | null {
  if (uses.length === 0) return null;
  const others = strangers(buyer, uses).some((id) => !gone.has(id));
  if (others || uses.some(({ usedBefore }) => usedBefore)) return 'leak';
  return discounts > uses.length && uses.some(({ combines }) => !combines) ? 'stacking' : null;
}

/** Whose codes were used by a buyer who is somebody else. */
export function strangers(buyer: number | null, uses: readonly CodeUse[]): number[] {
  return buyer === null ? [] : uses.map(({ customerId }) => customerId).filter((id) => id !== buyer);
}
