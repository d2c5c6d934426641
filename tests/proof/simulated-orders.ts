import { orderProfit } from '#app/campaigns/order-profit.ts';
import { earningsOf, type EarningsNode } from '#app/shopify/order-earnings.server.ts';
import type { RandomSource } from '#tests/fake-shopify/generator-random.ts';
import { meanOrderOf, orderOf, type Shopper } from './shoppers.ts';

/** What one campaign does, and in what shop. */
export type CampaignRules = {
  /** for so many days each member's orders are compared */
  days: number;
  /** share held out */
  share: number;
  /** share of the untaxed price that an order leaves before a discount */
  margin: number;
  /** share of the price that the offer takes off; 0 = no offer at all */
  off: number;
  /** the offer brings no orders of its own: who uses it orders in half the time they would have taken */
  pullsForward: boolean;
  /** share of tax on the untaxed price, and whether prices hold it */
  tax: number;
  taxesIncluded: boolean;
  /** Shopify knows what the products cost */
  costKnown: boolean;
};

export type Bought = { day: number; member: number; profit: number };

/** Of those who would have ordered anyway so many use the code they were given. */
const USES_CODE = 0.6;
/** So many orders come back as a whole, and of so many one piece of two. */
const [RETURNED, HALF_RETURNED] = [0.06, 0.06];
const KEPT = 1 - RETURNED - HALF_RETURNED / 2;
/** What shipping costs, passed on. */
const SHIPPING = 490;

/** The orders of one shopper from the first step on, in days since then. */
export function shop(
  random: RandomSource,
  shopper: Shopper,
  member: number,
  treated: boolean,
  rules: CampaignRules,
): Bought[] {
  const { days, off, pullsForward } = rules;
  const { active, repurchaseRate, offerResponse } = shopper.truth;
  const order = (at: number, discounted: boolean): Bought => {
    const profit = earned(random, orderOf(random, shopper), discounted ? off : 0, rules);
    return { day: Math.floor(at), member, profit };
  };
  const offered = treated && off > 0;
  const orders: Bought[] = [];
  let first = true;
  for (
    let at = active ? random.exponential(repurchaseRate) : Infinity;
    at < days * (first && pullsForward ? 2 : 1);
    at += random.exponential(repurchaseRate)
  ) {
    const uses = offered && first && random.chance(USES_CODE);
    const when = uses && pullsForward ? at / 2 : at;
    if (when < days) orders.push(order(when, uses));
    first = false;
  }
  if (offered && !pullsForward && random.chance(offerResponse))
    orders.push(order(random.int(0, days - 1), true));
  return orders;
}

/** What a treated shopper brings more on average within so many days of the first step, as the simulation is made. */
export function trueLift(shopper: Shopper, rules: CampaignRules, until: number): number {
  const { days, margin, off, pullsForward, tax, taxesIncluded } = rules;
  if (off === 0 || until <= 0) return 0;
  const { active, repurchaseRate, offerResponse } = shopper.truth;
  const within = Math.min(until, days);
  const by = (rate: number): number => (active ? 1 - Math.exp(-rate * within) : 0);
  const more = pullsForward
    ? USES_CODE * (by(2 * repurchaseRate) * (margin - off) - by(repurchaseRate) * margin)
    : offerResponse * (within / days) * (margin - off) - by(repurchaseRate) * USES_CODE * off;
  return (more * KEPT * meanOrderOf(shopper)) / (taxesIncluded ? 1 + tax : 1);
}

/** What an order earned as the app reads and reckons it: by Shopify's answer for it, and what was refunded. */
function earned(random: RandomSource, listed: number, off: number, rules: CampaignRules): number {
  const { margin, tax, taxesIncluded, costKnown } = rules;
  const drawn = random.next();
  const pieces = drawn < RETURNED ? 0 : drawn < RETURNED + HALF_RETURNED ? 1 : 2;
  const price = Math.round(listed);
  const discount = Math.round(price * off);
  const shown = price - discount + SHIPPING;
  const taxed = Math.round(taxesIncluded ? (shown * tax) / (1 + tax) : shown * tax);
  const total = taxesIncluded ? shown : shown + taxed;
  const untaxed = taxesIncluded ? price / (1 + tax) : price;
  const node: EarningsNode = {
    id: 'gid://shopify/Order/1',
    updatedAt: '2026-01-01T00:00:00Z',
    taxesIncluded,
    totalPriceSet: euros(total),
    subtotalPriceSet: euros(price - discount),
    totalTaxSet: euros(taxed),
    totalShippingPriceSet: euros(SHIPPING),
    totalDiscountsSet: euros(discount),
    lineItems: {
      nodes: [
        {
          currentQuantity: pieces,
          variant: {
            inventoryItem: {
              unitCost: costKnown
                ? { amount: String(((1 - margin) * untaxed) / 200), currencyCode: 'EUR' }
                : null,
            },
          },
        },
      ],
      pageInfo: { hasNextPage: false },
    },
  };
  const { goods, givenShipping, discount: taken, cost } = earningsOf(node);
  const kept = pieces / 2;
  const amount = kept * total;
  return orderProfit(
    { amount, passedOn: amount - kept * (goods - givenShipping), discount: kept * taken, cost },
    margin,
  );
}

const euros = (minor: number) => ({
  shopMoney: { amount: (minor / 100).toFixed(2), currencyCode: 'EUR' },
});
