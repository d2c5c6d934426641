import type { CampaignPlan, Offer } from '#app/campaigns/plan.ts';
import type { ExportedOffer } from '#app/models/offers-export.server.ts';
import { formatDecimal } from '#app/rfm/money.ts';

/** What a file of offers is about. */
export type OfferTerms = {
  slug: string;
  /** myshopify.com domain */
  domain: string;
  currency: string;
  /** The plan of each version. */
  plans: Readonly<Record<number, CampaignPlan>>;
};

const COLUMNS = [
  'customer_id',
  'step',
  'state',
  'version',
  'offer',
  'value',
  'currency',
  'code',
  'ends_at',
  'link',
  'given_at',
  'redeemed_at',
] as const;

type Row = Record<(typeof COLUMNS)[number], string | number | null>;

/**
 * The text of an export in pieces: CSV (RFC 4180) with a header, or one JSON object whose `offers` have a line each.
 * Instants are ISO 8601 in UTC; what is not known is empty or null. Codes are letters and digits, so no cell begins a
 * formula.
 */
export async function* offersFile(
  kind: 'csv' | 'json',
  terms: OfferTerms,
  portions: AsyncIterable<ExportedOffer[]>,
): AsyncGenerator<string, void> {
  if (kind === 'csv') {
    yield `${COLUMNS.join(',')}\r\n`;
    for await (const offers of portions) {
      yield offers.map((offer) => `${Object.values(rowOf(offer, terms)).join(',')}\r\n`).join('');
    }
    return;
  }
  yield `${JSON.stringify({ campaign: terms.slug, currency: terms.currency }).slice(0, -1)},"offers":[`;
  let between = '\n';
  for await (const offers of portions) {
    yield between + offers.map((offer) => JSON.stringify(rowOf(offer, terms))).join(',\n');
    between = ',\n';
  }
  yield '\n]}\n';
}

function rowOf(offer: ExportedOffer, { domain, currency, plans }: OfferTerms): Row {
  const { customerId, step, state, version, branch, arm, code, endsAt, givenAt, redeemedAt } = offer;
  const offered = plans[version]?.ladder[step]?.branches[branch]?.arms[arm]?.offer;
  return {
    customer_id: customerId,
    step: step + 1,
    state,
    version,
    offer: offered?.kind ?? null,
    value: offered === undefined ? null : valueOf(offered, currency),
    currency: offered?.kind === 'amount' ? currency : null,
    code,
    ends_at: iso(endsAt),
    link: code === null ? null : `https://${domain}/discount/${encodeURIComponent(code)}`,
    given_at: iso(givenAt),
    redeemed_at: iso(redeemedAt),
  };
}

function valueOf(offer: Offer, currency: string): string | null {
  if (offer.kind === 'percentage') return `${offer.percent}%`;
  return offer.kind === 'amount' ? formatDecimal(offer.amount, currency) : null;
}

function iso(instant: number | null): string | null {
  return instant === null ? null : new Date(instant).toISOString();
}
