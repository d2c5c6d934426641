import { needsCode, type CampaignPlan, type Offer } from './plan.ts';

/**
 * Share of an order that free shipping and samples are taken to cost until they are redeemed: nobody knows it before.
 */
const ASSUMED_SHARE = 0.1;

/**
 * What an offer may cost, as far as that is known before: minor units. An amount costs itself. Of a percentage it is
 * reckoned by what the customer spent per order so far, and so are free shipping and samples, as a share of it that is
 * assumed. Null without an order that counts.
 */
export function reckonedCost(offer: Offer, meanOrder: number | null): number | null {
  if (offer.kind === 'none') return 0;
  if (offer.kind === 'amount') return offer.amount;
  const share = offer.kind === 'percentage' ? offer.percent / 100 : ASSUMED_SHARE;
  const order = Math.max(meanOrder ?? 0, offer.minimum ?? 0);
  return order > 0 ? Math.ceil(order * share) : null;
}

/**
 * The share of the price that an offer leaves after the products' cost: null where it cannot be told. An amount is held
 * against what the customer spent per order so far, or the least subtotal if that is higher.
 * @param margin the share of the price that is left after the products' cost without any discount
 */
function marginLeft(offer: Offer, margin: number, meanOrder: number | null): number | null {
  if (offer.kind === 'percentage') return margin - offer.percent / 100;
  if (offer.kind !== 'amount') return null;
  const order = Math.max(meanOrder ?? 0, offer.minimum ?? 0);
  return order > 0 ? margin - offer.amount / order : null;
}

/** What decides whether an offer may be made, or handed over. */
type GuardedOffer = {
  offer: Offer;
  /** what the customer spent per order so far, minor units; null without orders that count */
  meanOrder: number | null;
  /** see reckonedCost */
  reckoned: number | null;
};

/** What is left of the limits at the moment. */
export type LimitsLeft = {
  /** minor units, null = no limit */
  budget: number | null;
  /** see marginLeft, null = not known */
  margin: number | null;
};

/**
 * Why money forbids an offer, null when it does not. With a budget nothing is given of which nobody knows what it may
 * cost; with a least margin no discount while the margin is not known.
 */
export function guardAgainst(
  { offer, meanOrder, reckoned }: GuardedOffer,
  { leastMargin }: Pick<CampaignPlan['guards'], 'leastMargin'>,
  { budget, margin }: LimitsLeft,
): 'margin' | 'budget' | null {
  if (!needsCode(offer)) return null;
  if (leastMargin !== null) {
    const cuts = offer.kind === 'percentage' || offer.kind === 'amount';
    const left = margin === null ? null : marginLeft(offer, margin, meanOrder);
    if (left === null ? cuts && margin === null : left < leastMargin) return 'margin';
  }
  return budget !== null && (reckoned === null || reckoned > budget) ? 'budget' : null;
}
