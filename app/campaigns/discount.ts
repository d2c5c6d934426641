import { formatDay, startOfDay, type Day } from '#app/rfm/calendar.ts';
import { formatDecimal } from '#app/rfm/money.ts';
import type { Goods, Offer } from './plan.ts';

/** A discount as it is asked for. Amounts are decimals in the shop's currency, instants epoch milliseconds. */
export type DiscountTerms = {
  title: string;
  startsAt: number;
  endsAt: number;
  minimum: string | null;
  combines: Combines;
  gives:
    | { kind: 'free-shipping' }
    | { kind: 'percentage'; share: number; on: Goods }
    | { kind: 'amount'; amount: string; on: Goods };
};

/** Discounts of which kinds it may be used together with. */
type Combines = { orderDiscounts: boolean; productDiscounts: boolean; shippingDiscounts: boolean };

/** Which discount it is: of which campaign, step and group, and how long its codes hold. */
export type DiscountKey = {
  id: number;
  slug: string;
  step: number;
  branch: number;
  arm: number;
  lastDay: Day;
};

/** The last day of codes that are given on `day`, which counts. */
export function lastDayOf(day: Day, validDays: number): Day {
  return day + validDays - 1;
}

/**
 * The last second of a day in the shop's zone, epoch milliseconds. Of a day the zone skips it is the second before.
 * @throws RangeError when the zone is unknown
 */
export function endOfDay(lastDay: Day, timeZone: string): number {
  return startOfDay(lastDay + 1, timeZone) - 1000;
}

/**
 * What merchants read in Shopify's list of discounts; no two discounts have the same. Steps count from 1, groups are
 * letters: of the second step's first branch the third group is "2C", of its second branch "2.2C".
 */
export function discountTitle({ id, slug, step, branch, arm, lastDay }: DiscountKey): string {
  const group = `${step + 1}${branch === 0 ? '' : `.${branch + 1}`}${String.fromCharCode(65 + arm)}`;
  return `Win-back ${slug} ${group}, to ${formatDay(lastDay)} (${id})`;
}

/**
 * The discount of an offer.
 * @param piece what one piece of a sample costs, minor units; null for any other offer
 * @throws RangeError for an offer without a discount
 */
export function discountOf(
  offer: Offer,
  { title, startsAt, endsAt, combines, currency, piece }: DiscountFrame,
): DiscountTerms {
  if (offer.kind === 'none') throw new RangeError('nothing is offered');
  const money = (minor: number): string => formatDecimal(minor, currency);
  const minimum = offer.minimum === null ? null : money(offer.minimum);
  const frame = { title, startsAt, endsAt, minimum, combines: together(combines, offer) };
  if (offer.kind === 'free-shipping') return { ...frame, gives: { kind: 'free-shipping' } };
  if (offer.kind === 'percentage') {
    return { ...frame, gives: { kind: 'percentage', share: offer.percent / 100, on: offer.on } };
  }
  if (offer.kind === 'amount') {
    return { ...frame, gives: { kind: 'amount', amount: money(offer.amount), on: offer.on } };
  }
  // Once for all pieces: so the first is for nothing and every further one has its price.
  const on: Goods = { kind: 'products', ids: [offer.product] };
  return { ...frame, gives: { kind: 'amount', amount: money(piece ?? 0), on } };
}

/** What a discount has beside its offer. */
export type DiscountFrame = Pick<DiscountTerms, 'title' | 'startsAt' | 'endsAt'> & {
  combines: boolean;
  currency: string;
  piece: number | null;
};

/** Free shipping goes together with no other of delivery. */
function together(combines: boolean, { kind }: Offer): Combines {
  return {
    orderDiscounts: combines,
    productDiscounts: combines,
    shippingDiscounts: combines && kind !== 'free-shipping',
  };
}
