/** What is needed of an order to say what it earned; minor units of the shop's currency. */
export type EarningOrder = {
  /** as it counts: after discounts, edits and refunds, with tax and shipping */
  amount: number;
  /** tax and shipping within it, which the shop passes on */
  passedOn: number;
  /** what discounts took off the price of what was kept */
  discount: number;
  /** what the kept products cost the shop, as far as Shopify knows; null where a cost is missing */
  cost: number | null;
};

/**
 * What an order earned, in minor units: its amount without tax and shipping, less what the products cost. Where a cost
 * is not known the goods cost the shop what its margin leaves of the price before discounts, so a discount is taken
 * from the profit in full.
 * @param margin share of the price before discounts that is left after the products' cost, 0 to 1
 */
export function orderProfit({ amount, passedOn, discount, cost }: EarningOrder, margin: number): number {
  const goods = amount - passedOn;
  return Math.round(goods - (cost ?? (1 - margin) * (goods + discount)));
}
