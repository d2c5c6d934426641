import { adminFor } from './admin-for.server.ts';
import type { ShopRow } from './db.server.ts';
import { shopLogger } from './logger.server.ts';
import { readCounts } from './shopify/shop.server.ts';

/** How many customers Shopify has now; null when it cannot be asked, or does not count them exactly. */
export async function liveCustomerCount(shop: ShopRow): Promise<number | null> {
  if (shop.parkedReason !== null) return null;
  try {
    return (await readCounts(adminFor(shop))).customers;
  } catch (error) {
    shopLogger(shop.domain).warn({ err: error }, 'customers could not be counted');
    return null;
  }
}
