import { sqlInShop } from '#app/db.server.ts';
import { markHandled, waitingWebhooks, type WaitingWebhook } from '#app/models/inbox.server.ts';

/** The webhooks that wait in a shop's inbox, oldest first, at most `limit` of them. */
export function waitingNow(shopId: number, limit: number): Promise<WaitingWebhook[]> {
  return sqlInShop(shopId, (client) => waitingWebhooks(client, shopId, limit));
}

/** Counts webhooks as handled, as a run does at its end. */
export function handledNow(shopId: number, webhookIds: readonly string[]): Promise<void> {
  return sqlInShop(shopId, (client) => markHandled(client, shopId, webhookIds));
}
