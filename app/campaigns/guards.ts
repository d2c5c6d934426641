import type { Offer } from './plan.ts';

/**
 * What an offer may cost at most, as far as that is known before: minor units. An amount costs itself. Of a percentage
 * it is reckoned by what the customer spent per order so far. What shipping and samples cost nobody knows before they
 * are redeemed: null, and the budget does not hold them back.
 */
export function reckonedCost(offer: Offer, meanOrder: number | null): number | null {
  if (offer.kind === 'amount') return offer.amount;
  if (offer.kind !== 'percentage' || meanOrder === null) return null;
  return Math.ceil((Math.max(meanOrder, offer.minimum ?? 0) * offer.percent) / 100);
}

/**
 * The share of the price that an offer leaves after the products' cost: null where it cannot be told. An amount is held
 * against what the customer spent per order so far, or the least subtotal if that is higher.
 * @param margin the share of the price that is left after the products' cost without any discount
 */
export function marginLeft(offer: Offer, margin: number, meanOrder: number | null): number | null {
  if (offer.kind === 'percentage') return margin - offer.percent / 100;
  if (offer.kind !== 'amount') return null;
  const order = Math.max(meanOrder ?? 0, offer.minimum ?? 0);
  return order > 0 ? margin - offer.amount / order : null;
}
