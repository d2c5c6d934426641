import { sqlInShop } from '#app/db.server.ts';
import { markHandled, waitingWebhooks, type WaitingWebhook } from '#app/models/inbox.server.ts';
import type { WebhookDetail } from '#app/shopify/webhook-payloads.ts';
import { noteUninstall } from '#app/uninstall.server.ts';
import { eraseCustomer } from './erase-customer.server.ts';
import { eraseShop } from './erase-shop.server.ts';
import type { JobContext } from './job.server.ts';
import { makeDataFile } from './make-data-file.server.ts';
import { step } from './step.server.ts';

/** Topics that are handled first, whatever the state of the shop: the uninstall and what the law asks for. */
export const URGENT = ['app/uninstalled', 'customers/data_request', 'customers/redact', 'shop/redact'];
/** Those of them that may have to wait until nothing of the shop is under way. */
const ERASURES = ['customers/redact', 'shop/redact'];

/** The urgent webhooks that wait, oldest first, `limit` of each kind: however many erasures wait, the others are seen. */
export async function waitingUrgent(
  client: Parameters<typeof waitingWebhooks>[0],
  shopId: number,
  limit: number,
): Promise<WaitingWebhook[]> {
  const others = URGENT.filter((topic) => !ERASURES.includes(topic));
  const first = await waitingWebhooks(client, shopId, limit, { of: others });
  return [...first, ...(await waitingWebhooks(client, shopId, limit, { of: ERASURES }))];
}

/**
 * Handles urgent webhooks one by one; each counts as handled as soon as it is. What makes one erasure wait makes them
 * all wait, so after the first that has to no other is tried.
 * @returns whether all are done, some have to wait for something under way, or the shop itself is gone
 */
export async function answerUrgent(
  context: JobContext,
  webhooks: WaitingWebhook[],
): Promise<'done' | 'later' | 'shop-erased'> {
  const { shop } = context;
  let all: 'done' | 'later' = 'done';
  for (const webhook of webhooks) {
    if (all === 'later' && ERASURES.includes(webhook.topic)) continue;
    const outcome = await answer(context, webhook);
    if (outcome === 'shop-erased') return outcome;
    if (outcome === 'later') all = outcome;
    else {
      await step('urgent.handled', () =>
        sqlInShop(shop.id, (client) => markHandled(client, shop.id, [webhook.webhookId])),
      );
    }
  }
  return all;
}

async function answer(
  { shop, admin }: JobContext,
  { topic, resourceId, detail, triggeredAt, webhookId }: WaitingWebhook,
): Promise<'done' | 'later' | 'shop-erased'> {
  const { orderIds = [] } = (detail ?? {}) as WebhookDetail;
  if (topic === 'app/uninstalled') {
    await step('urgent.uninstalled', () => noteUninstall(shop.domain, triggeredAt ?? Number.NaN));
    return 'done';
  }
  if (topic === 'shop/redact') {
    const outcome = await eraseShop(shop, admin);
    if (outcome === 'erased') return 'shop-erased';
    return outcome === 'installed' ? 'done' : 'later';
  }
  if (resourceId === null) return 'done';
  if (topic === 'customers/data_request') {
    await makeDataFile(shop.id, { webhookId, customerId: resourceId, orderIds });
    return 'done';
  }
  return (await eraseCustomer(shop.id, { customerId: resourceId, orderIds })) ? 'done' : 'later';
}
