import { campaignHash } from '#app/campaign-hash.server.ts';
import { codeOf, codePrefix } from '#app/campaigns/code.ts';
import { discountOf, discountTitle, type DiscountTerms } from '#app/campaigns/discount.ts';
import { databaseNow } from '#app/db.server.ts';
import {
  noteLost,
  noteMade,
  waitingFor,
  type CampaignDiscount,
} from '#app/models/campaign-discounts.server.ts';
import { CUSTOMERS_PER_CALL, type Buyers } from '#app/shopify/discount-input.ts';
import { discountOfCode, makeDiscount, priceOfPiece } from '#app/shopify/discounts.server.ts';
import { stillThere } from '#app/shopify/orders-by-id.server.ts';
import type { JobContext } from './job.server.ts';
import { step } from './step.server.ts';

/** A discount is bound to so many customers at most: beyond that everybody may use it who has a code, once. */
export const MOST_BOUND = 1_000;
/** It begins so much before it is made, in milliseconds, in case Shopify's clock is behind. */
const BEFORE = 5 * 60_000;

/** Makes a planned discount at Shopify, or finds that it was made before; what Shopify refuses pauses the campaign. */
export async function makePlanned(context: JobContext, discount: CampaignDiscount): Promise<void> {
  const { shop, admin } = context;
  const { id, waiting } = discount;
  const terms = await termsOf(context, discount);
  if (terms === null || terms === 'several-prices') {
    // Off the dearest variant's price several pieces of a cheaper one would be for nothing.
    const reason = terms === null ? 'discount-refused' : 'sample-prices';
    await step('codes.no-product', () => noteLost(shop.id, discount, reason, ''));
    return;
  }
  const buyers = waiting <= MOST_BOUND ? await firstBuyers(context, discount) : 'everybody';
  const bound = buyers !== 'everybody';
  const made = await step('codes.make', () => makeDiscount(admin, terms, firstCode(shop, discount), buyers));
  if (made.made) await step('codes.note-made', () => noteMade(shop.id, id, made.gid, bound));
  else await step('codes.refused', () => noteLost(shop.id, discount, 'discount-refused', made.reason));
}

/** Some it is made for and who are there: Shopify makes none for nobody. The others are added with their codes. */
async function firstBuyers({ shop, admin }: JobContext, discount: CampaignDiscount): Promise<Buyers> {
  const ids = await step('codes.first-buyers', () => waitingFor(shop.id, discount, CUSTOMERS_PER_CALL));
  const there = await step('codes.who-first', () => stillThere(admin, 'Customer', ids));
  const buyers = ids.filter((id) => there.has(id));
  return buyers.length === 0 ? 'everybody' : buyers;
}

/** The discount at Shopify although nobody noted it: what a death between making and noting leaves. */
export async function foundAtShopify(
  { shop, admin }: JobContext,
  discount: CampaignDiscount,
): Promise<string | null> {
  return discount.gid ?? step('codes.find', () => discountOfCode(admin, firstCode(shop, discount)));
}

/** Which of Shopify's two kinds the discount is. */
export function kindOf({ plan, step: place, branch, arm }: CampaignDiscount): DiscountTerms['gives']['kind'] {
  return plan.ladder[place]?.branches[branch]?.arms[arm]?.offer.kind === 'free-shipping'
    ? 'free-shipping'
    : 'percentage';
}

async function termsOf(
  { shop, admin }: JobContext,
  discount: CampaignDiscount,
): Promise<DiscountTerms | 'several-prices' | null> {
  const { plan, step: place, branch, arm, endsAt } = discount;
  const offer = plan.ladder[place]?.branches[branch]?.arms[arm]?.offer;
  if (offer === undefined || offer.kind === 'none' || shop.currency === null) return null;
  const piece =
    offer.kind === 'sample' ? await step('codes.price', () => priceOfPiece(admin, offer.product)) : null;
  if (offer.kind === 'sample' && piece === null) return null;
  if (piece === 'several') return 'several-prices';
  const at = await step('codes.clock', databaseNow);
  return discountOf(offer, {
    title: discountTitle(discount),
    startsAt: at - BEFORE,
    endsAt,
    combines: plan.combines,
    currency: shop.currency,
    piece,
  });
}

/** The code by which the discount is found again: nobody is given it, and nobody can guess it. */
function firstCode(
  { id: shopId, domain }: JobContext['shop'],
  { id, secret, campaignId, version, step: place, branch, arm, lastDay }: CampaignDiscount,
): string {
  const key = [id, version, place, branch, arm, lastDay];
  return codeOf(codePrefix(domain), campaignHash(secret, 'discount', shopId, campaignId, ...key));
}
