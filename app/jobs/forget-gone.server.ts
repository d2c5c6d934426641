import { ordersNaming } from '#app/models/stored-ids.server.ts';
import { ORDERS_PER_CALL, readOrdersById } from '#app/shopify/orders-by-id.server.ts';
import { forgetCustomers } from './forget-customers.server.ts';
import type { JobContext } from './job.server.ts';
import { step } from './step.server.ts';
import { storeOrders } from './take-changes.server.ts';

/**
 * Removes customers that Shopify was found not to have any more, after their orders were read again: a merge nobody
 * told of yet gave those to somebody else. False while others score: then they are still there.
 */
export async function forgetGone({ shop, admin }: JobContext, gone: readonly number[]): Promise<boolean> {
  if (gone.length === 0) return true;
  const orders = await step('gone.orders', () => ordersNaming(shop.id, gone));
  for (let from = 0; from < orders.length; from += ORDERS_PER_CALL) {
    const ids = orders.slice(from, from + ORDERS_PER_CALL);
    const now = await step('gone.ask-orders', () => readOrdersById(admin, ids));
    await step('gone.store-orders', () => storeOrders(shop.id, now));
  }
  return forgetCustomers(shop.id, gone);
}
