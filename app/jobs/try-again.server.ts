import { openImport } from '#app/models/imports.server.ts';
import { forgetGivenUp } from '#app/models/shop-health.server.ts';
import type { ShopRow } from '#app/models/shops.server.ts';
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
