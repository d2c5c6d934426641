import { directSeconds } from '#app/rfm/write-cost.ts';
import { needsCode, type CampaignPlan, type Offer } from './plan.ts';

/** Points of a mutation, codes in one call, and metafields in one: Shopify's (see rfm/write-cost and issue-codes). */
const POINTS = 10;
const CODES_PER_CALL = 250;
const METAFIELDS_PER_CALL = 25;
/** Code and offer. */
const METAFIELDS = 2;

/**
 * Seconds of Shopify's API time for handing over one step with codes to so many customers: their codes, the tag and the
 * metafields, at the least allowance a shop has.
 * @param restoreRate points that come back per second
 */
export function handOverSeconds(customers: number, restoreRate = 100): number {
  const calls =
    Math.ceil(customers / CODES_PER_CALL) +
    Math.ceil((customers * METAFIELDS) / METAFIELDS_PER_CALL) +
    customers;
  return directSeconds(calls * POINTS, { restoreRate, available: 0 });
}

/** The offers of a step, each once. */
export function offersOf({ branches }: CampaignPlan['ladder'][number]): Offer[] {
  const offers = branches.flatMap(({ arms }) => arms.map(({ offer }) => offer));
  return [...new Map(offers.map((offer) => [JSON.stringify(offer), offer])).values()];
}

/** What the fixed amounts of a ladder cost at most when each of so many customers redeems the dearest one, in minor units. */
export function mostFixedCost({ ladder }: Pick<CampaignPlan, 'ladder'>, customers: number): number {
  const amounts = ladder.flatMap(offersOf).map((offer) => (offer.kind === 'amount' ? offer.amount : 0));
  return Math.max(0, ...amounts) * customers;
}

/** Whether a ladder has a step that needs codes. */
export function givesCodes({ ladder }: Pick<CampaignPlan, 'ladder'>): boolean {
  return ladder.flatMap(offersOf).some(needsCode);
}
