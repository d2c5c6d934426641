import { adminFor } from './admin-for.server.ts';
import { directory } from './db.server.ts';
import { shopLogger } from './logger.server.ts';
import { markUninstalled } from './models/shops.server.ts';
import { isInstalled } from './shopify/shop.server.ts';

/**
 * Notes that a shop removed the app, unless Shopify granted a token after that was triggered (epoch milliseconds):
 * then the shop installed the app again. Without that instant (NaN) Shopify is asked whether it is still installed.
 * @throws Unavailable, Throttled when Shopify was to be asked and did not answer
 */
export async function noteUninstall(domain: string, triggeredAt: number): Promise<void> {
  const shop = await directory.shopByDomain(domain);
  if (shop === null || shop.uninstalledAt !== null || triggeredAt < shop.installedAt) return;
  if (Number.isNaN(triggeredAt) && (await isInstalled(adminFor(shop)))) return;
  await markUninstalled(shop.id);
  shopLogger(domain).info('uninstalled');
}
