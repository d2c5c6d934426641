import { setTimeout as sleep } from 'node:timers/promises';
import { adminFor } from './admin-for.server.ts';
import type { ShopRow } from './db.server.ts';
import { shopLogger } from './logger.server.ts';
import { readCounts } from './shopify/shop.server.ts';

/** Longest wait for Shopify in milliseconds: the page is of use without its answer. */
const LONGEST_MS = 3_000;

/** How many customers Shopify has now; null when it does not answer soon, or does not count them exactly. */
export async function liveCustomerCount(shop: ShopRow): Promise<number | null> {
  if (shop.parkedReason !== null) return null;
  try {
    const late = sleep(LONGEST_MS, null, { ref: false });
    const counts = await Promise.race([readCounts(adminFor(shop)), late]);
    return counts?.customers ?? null;
  } catch (error) {
    shopLogger(shop.domain).warn({ err: error }, 'customers could not be counted');
    return null;
  }
}
