/** How a customer pays: counted orders, and those of them without a discount code. */
export type PaidInFull = { orders: number; fullPrice: number };

// Fewer orders say nothing of how somebody buys, and up to this share of them at full price somebody waits for codes.
const LEAST_ORDERS = 3;
const MOST_AT_FULL_PRICE = 1 / 3;

/**
 * Whether a customer seems used to discounts: of three orders or more at most a third were without a code. To such a
 * customer another code teaches to wait for the next one, and costs what they might have paid.
 */
export function waitsForCodes({ orders, fullPrice }: PaidInFull): boolean {
  return orders >= LEAST_ORDERS && fullPrice <= orders * MOST_AT_FULL_PRICE;
}
