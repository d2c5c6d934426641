import { markHandled, waitingWebhooks } from '#app/models/inbox.server.ts';
import { noteUninstall } from '#app/uninstall.server.ts';
import { alone } from './alone.server.ts';
import { defineJob, shopPayload } from './job.server.ts';
import { step } from './step.server.ts';

/** Webhooks taken in one run. */
const AT_ONCE = 1_000;

/**
 * Handles the webhooks that wait in a shop's inbox. It also runs for shops that are parked or removed the app: what
 * the law asks for and the uninstall itself must not wait.
 */
export const applyInbox = defineJob({
  name: 'apply-inbox',
  payload: shopPayload,
  attempts: 5,
  closedShops: true,
  run: ({ shopId }, { shop }) =>
    alone(shopId, 'inbox', async () => {
      const waiting = await step('inbox.waiting', () => waitingWebhooks(shopId, AT_ONCE));
      for (const { topic, triggeredAt } of waiting) {
        if (topic !== 'app/uninstalled') continue;
        await step('inbox.uninstalled', () => noteUninstall(shop.domain, triggeredAt ?? Number.NaN));
      }
      const handled = waiting.map(({ webhookId }) => webhookId);
      if (handled.length > 0) await step('inbox.handled', () => markHandled(shopId, handled));
      return handled.length === AT_ONCE ? { againInSeconds: 0 } : undefined;
    }),
});
