import { logger } from '#app/logger.server.ts';
import { eraseStoredCustomer, type CustomerToErase } from '#app/models/erase-customer.server.ts';
import { markErased } from '#app/models/tombstones.server.ts';
import { step } from './step.server.ts';

/**
 * customers/redact: first a tombstone, which every load from now on minds, then everything that is stored. False when
 * something is under way that began before and may still store the customer (a long load): the webhook stays waiting
 * and this is asked for again. Asking again does no harm. What we wrote to the customer in Shopify goes with Shopify's
 * own erasure. The webhook's own row in the inbox loses its ids too: one of this topic without them was done.
 */
export async function eraseCustomer(shopId: number, customer: CustomerToErase): Promise<boolean> {
  await step('erase.tombstone', () => markErased(shopId, customer.customerId));
  const erased = await step('erase.customer', () => eraseStoredCustomer(shopId, customer));
  logger.info({ shopId }, erased ? 'customer erased' : 'erasing a customer has to wait');
  return erased;
}
