/** A code that an order names: whose it was, and whether an order before had used it. */
export type CodeUse = { customerId: number; usedBefore: boolean; combines: boolean };

/** An order with such codes, as Shopify tells it. */
export type OrderWithCodes = {
  /** null = bought by nobody who is known */
  buyer: number | null;
  /** discounts it has, those of our codes among them; what staff took off by hand is none of them */
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

/** Alarms of one kind in a campaign, and the codes that were redeemed, since somebody last let it go on. */
export type Alarms = { alarms: number; redeemed: number };

/** From so many alarms on, and from this share of the redeemed codes, a campaign is paused. */
const PAUSES = { alarms: 3, share: 0.02 };

/**
 * Whether an alarm pauses the campaign; otherwise its journal tells of it. One shared code is one customer's doing and
 * stops nobody else's offers. A code that was used twice shows that the discount does not hold what it promises.
 */
export function pausesFor({ alarms, redeemed }: Alarms, uses: readonly CodeUse[]): boolean {
  if (uses.some(({ usedBefore }) => usedBefore)) return true;
  return alarms >= PAUSES.alarms && alarms >= PAUSES.share * redeemed;
}

/** Whose codes were used by a buyer who is somebody else. */
export function strangers(buyer: number | null, uses: readonly CodeUse[]): number[] {
  return buyer === null ? [] : uses.map(({ customerId }) => customerId).filter((id) => id !== buyer);
}
