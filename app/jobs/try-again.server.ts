import { adminFor } from '#app/admin-for.server.ts';
import { openImport } from '#app/models/imports.server.ts';
import { forgetGivenUp } from '#app/models/shop-health.server.ts';
import { unparkShop, type ShopRow } from '#app/models/shops.server.ts';
import { Unavailable, Uninstalled } from '#app/shopify/errors.ts';
import { readShop } from '#app/shopify/shop.server.ts';
import { importShop } from './import-shop.server.ts';
import { planWriteBack } from './plan-write-back.server.ts';
import { enqueue } from './queue.server.ts';
import { watchShop } from './watch-shop.server.ts';
import { JOBS } from './workers.server.ts';
import { writeBack } from './write-back.server.ts';

/** Queues the work that was given up last once more, with all its attempts. False when there is none. */
export async function tryAgain(shop: ShopRow): Promise<boolean> {
  const { id: shopId, generation, givenUpJob } = shop;
  if (givenUpJob === null) return false;
  await forgetGivenUp(shopId, givenUpJob);
  const payload = { shopId, generation };
  // An import and a write-back that failed have ended: a new one takes their place.
  if (givenUpJob === importShop.name) await openImport(shopId, generation);
  const name = givenUpJob === writeBack.name ? planWriteBack.name : givenUpJob;
  await enqueue(JOBS.find((job) => job.name === name) ?? watchShop, payload);
  return true;
}

/**
 * Asks Shopify whether a parked shop is open again, and goes on where work stopped when it is. Shopify tells
 * nobody when a bill is paid or a lock is lifted. False while it refuses.
 */
export async function knockAgain(shop: ShopRow): Promise<boolean> {
  try {
    const { shopifyId } = await readShop(adminFor(shop));
    if (shop.shopifyId !== null && shop.shopifyId !== shopifyId) return false;
  } catch (error) {
    if (error instanceof Uninstalled || error instanceof Unavailable) return false;
    throw error;
  }
  await unparkShop(shop.id);
  const payload = { shopId: shop.id, generation: shop.generation };
  // Both know what is done already.
  await enqueue(importShop, payload);
  await enqueue(watchShop, payload);
  return true;
}
