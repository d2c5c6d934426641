import { createHash } from 'node:crypto';
import type { ShopRow } from '#app/db.server.ts';
import { logger } from '#app/logger.server.ts';
import { eraseStoredShop, type ShopErasure } from '#app/models/erase-shop.server.ts';
import { markUninstalled } from '#app/models/shops.server.ts';
import type { AdminClient } from '#app/shopify/admin.server.ts';
import { isInstalled } from '#app/shopify/shop.server.ts';
import { forgetJobs } from './queue.server.ts';
import { step } from './step.server.ts';

/**
 * shop/redact, 48 hours after an uninstall: every row of the shop and its queued jobs go; a line of the log, keyed by a
 * hash of the domain, remains as proof. A shop that was installed again ('installed') keeps everything, because its
 * merchant uses it: what was imported before serves the present install. Where no uninstall was noted Shopify is asked.
 * @throws Unavailable, Throttled when Shopify was to be asked and did not answer
 */
export async function eraseShop(shop: ShopRow, admin: AdminClient): Promise<ShopErasure> {
  if (shop.uninstalledAt === null) {
    if (await step('erase.installed', () => isInstalled(admin))) return 'installed';
    await step('erase.uninstalled', () => markUninstalled(shop.id));
  }
  const outcome = await step('erase.shop', () => eraseStoredShop(shop.id));
  if (outcome !== 'erased') return outcome;
  await step('erase.jobs', () => forgetJobs(shop.id));
  const domain = createHash('sha256').update(shop.domain).digest('hex');
  logger.info({ domain, generation: shop.generation }, 'shop erased');
  return outcome;
}
