import { describeShop } from '#app/models/shops.server.ts';
import { readShop } from '#app/shopify/shop.server.ts';
import type { JobContext } from './job.server.ts';
import { step } from './step.server.ts';

/** The scope without which Shopify shows the last 60 days of orders only. */
export const WHOLE_HISTORY = 'read_all_orders';

/**
 * Reads what Shopify says about the shop and stores it. `changed`: its zone or currency is another one than stored,
 * so that every score has to be made anew.
 * @throws AnotherShop when somebody else's shop stands behind the domain now
 */
export async function learnShop({ shop, admin }: JobContext) {
  const facts = await step('shop.read', () => readShop(admin));
  const { changed } = await step('shop.describe', () => describeShop(shop.id, facts));
  return { facts, changed };
}
