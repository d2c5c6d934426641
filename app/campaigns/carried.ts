import { dayIn, formatDay } from '#app/rfm/calendar.ts';
import { formatDecimal } from '#app/rfm/money.ts';
import type { Offer } from './plan.ts';

/** An offer that a customer has, and may still use. Instants are epoch milliseconds. */
export type StandingOffer = {
  customerId: number;
  campaignId: number;
  /** of the campaign: its tag is `winback:<slug>` */
  slug: string;
  offer: Offer;
  code: string | null;
  endsAt: number | null;
  sentAt: number;
};

/** What a customer's metafields hold, for whatever sends the message. */
export type Carried = { code: string | null; offer: string };

/** What is said of the shop: where the link leads, whose minor units an amount is in, and in which zone days are. */
type Printing = { domain: string; currency: string; timeZone: string };

/** The tag of a campaign's customers who have an offer. */
export function tagOf(slug: string): string {
  return `winback:${slug}`;
}

/**
 * What a customer's metafields are to hold for the offers it has: the newest with a code, or else the newest; null for
 * none.
 */
export function carriedFor(
  offers: readonly StandingOffer[],
  { domain, currency, timeZone }: Printing,
): Carried | null {
  const newest = offers.toSorted((a, b) => b.sentAt - a.sentAt || b.campaignId - a.campaignId);
  const shown = newest.find(({ code }) => code !== null) ?? newest[0];
  if (shown === undefined) return null;
  const { slug, code, endsAt, offer } = shown;
  return {
    code,
    offer: JSON.stringify({
      campaign: slug,
      code,
      value: valueOf(offer, currency),
      ends: endsAt === null ? null : formatDay(dayIn(timeZone, endsAt - 1)),
      link: code === null ? null : `https://${domain}/discount/${encodeURIComponent(code)}`,
    }),
  };
}

/** What an offer is worth, in a form that messages print as it is. */
function valueOf(offer: Offer, currency: string): string | null {
  switch (offer.kind) {
    case 'none':
      return null;
    case 'free-shipping':
      return 'free shipping';
    case 'percentage':
      return `${offer.percent}%`;
    case 'amount':
      return `${formatDecimal(offer.amount, currency)} ${currency}`;
    case 'sample':
      return 'free sample';
  }
}
