import { alarmOf, strangers } from '#app/campaigns/code-use.ts';
import { noteLost } from '#app/models/campaign-discounts.server.ts';
import { noteLookedAt, ordersToLookAt, type LookedAt } from '#app/models/campaign-orders.server.ts';
import { discountsToLookAt, noteTerms } from '#app/models/discount-news.server.ts';
import { DISCOUNTS_PER_CALL, discountsNow } from '#app/shopify/discounts-now.server.ts';
import { stillThere } from '#app/shopify/orders-by-id.server.ts';
import { ORDERS_WITH_CODES, ordersWithCodes } from '#app/shopify/orders-with-codes.server.ts';
import type { JobContext } from './job.server.ts';
import { step } from './step.server.ts';

/**
 * Looks at discounts of which there is news, and at each once a day: one that was deleted or changed pauses its
 * campaign. False when there are none.
 */
export async function lookAtDiscounts({ shop, admin }: JobContext): Promise<boolean> {
  const discounts = await step('codes.to-compare', () => discountsToLookAt(shop.id, DISCOUNTS_PER_CALL));
  if (discounts.length === 0) return false;
  const gids = discounts.map(({ gid }) => gid);
  const now = await step('codes.terms', () => discountsNow(admin, gids));
  for (const discount of discounts) {
    const terms = now.get(discount.gid);
    await step('codes.compare', () =>
      terms === undefined
        ? noteLost(shop.id, discount, 'discount-gone', '')
        : noteTerms(shop.id, discount, terms),
    );
  }
  return true;
}

/**
 * Looks at orders that name codes of campaigns, each once: whether a code was used by somebody else, more than once, or
 * beside other discounts. False when there are none.
 */
export async function lookAtOrders({ shop, admin }: JobContext): Promise<boolean> {
  const orders = await step('codes.orders', () => ordersToLookAt(shop.id, ORDERS_WITH_CODES));
  if (orders.length === 0) return false;
  const ids = [...new Set(orders.map(({ orderId }) => orderId))];
  const now = await step('codes.ask-orders', () => ordersWithCodes(admin, ids));
  const doubtful = orders.flatMap(({ orderId, uses }) => strangers(now.get(orderId)?.buyer ?? null, uses));
  // Whoever was merged into the buyer is gone, and may not be known to be.
  const there =
    doubtful.length === 0
      ? new Set<number>()
      : await step('codes.ask-strangers', () => stillThere(admin, 'Customer', [...new Set(doubtful)]));
  const gone = new Set(doubtful.filter((id) => !there.has(id)));
  const looks = orders.map(({ orderId, campaignId, uses }): LookedAt => {
    const order = now.get(orderId);
    const alarm = order === undefined ? null : alarmOf(order, uses, gone);
    const { discounted = null, currency = '' } = order ?? {};
    return { orderId, campaignId, uses, alarm, discounted, currency };
  });
  await step('codes.note-orders', () => noteLookedAt(shop.id, looks));
  return true;
}
