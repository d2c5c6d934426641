import { noteToldUnsubscribed, untoldUnsubscribed } from '#app/models/suppressions.server.ts';
import { tellUnsubscribed } from '#app/shopify/customer-mail.server.ts';
import { defineJob, shopPayload } from './job.server.ts';
import { step } from './step.server.ts';

const AT_ONCE = 50;

/**
 * Lets Shopify know who unsubscribed by the link of a message, so that no other sender of the shop writes to them either.
 * Saying it twice changes nothing; whom Shopify refuses, as somebody without an address, is not asked about again.
 */
export const tellShopifyUnsubscribed = defineJob({
  name: 'tell-unsubscribed',
  payload: shopPayload,
  attempts: 5,
  run: async ({ shopId }, { admin, signal }) => {
    const untold = await step('unsubscribed.look', () => untoldUnsubscribed(shopId, AT_ONCE));
    for (const customerId of untold) {
      if (signal.aborted) return { againInSeconds: 0 };
      await step('unsubscribed.tell', () => tellUnsubscribed(admin, customerId));
      await step('unsubscribed.told', () => noteToldUnsubscribed(shopId, [customerId]));
    }
    return untold.length === AT_ONCE ? { againInSeconds: 0 } : untold.length === 0 ? 'nothing' : undefined;
  },
});
