import { sqlInShop } from '#app/db.server.ts';
import { removeOrders } from '#app/models/gone.server.ts';
import type { ImportRow } from '#app/models/imports.server.ts';
import { applyOrders } from '#app/models/orders.server.ts';
import { addPending } from '#app/models/pending.server.ts';
import { keepUnread } from '#app/models/quarantine.server.ts';
import { readOrdersNow } from '#app/shopify/orders-now.server.ts';
import { historyHidden } from './history-hidden.server.ts';
import type { JobContext } from './job.server.ts';
import { step } from './step.server.ts';

/**
 * Reads orders that changed and stores what scoring needs of them. Their customers are noted for scoring, and they
 * themselves for reading their details.
 * @param told each order with the version that was told, see readOrdersNow
 * @param deleted those that Shopify said it deleted
 * @param whole the import that the shop's days go on from
 * @param at the present instant, epoch milliseconds
 * @param note notes what else came of it, in the same transaction
 */
export async function applyChangedOrders(
  context: JobContext,
  told: ReadonlyMap<number, number | null>,
  deleted: ReadonlySet<number>,
  whole: Pick<ImportRow, 'limitedHistory'>,
  at: number,
  note: (client: Parameters<typeof removeOrders>[0]) => Promise<void>,
): Promise<void> {
  const { shop, admin } = context;
  const now = await step('inbox.read-orders', () => readOrdersNow(admin, told, at));
  // An order that Shopify hides may still exist; one that it told us it deleted does not.
  const doubtful = now.gone.some((id) => !deleted.has(id)) && (await historyHidden(context, whole));
  const gone = doubtful ? now.gone.filter((id) => deleted.has(id)) : now.gone;
  await step('inbox.store-orders', () =>
    sqlInShop(shop.id, async (client) => {
      const { orders, customers } = await applyOrders(client, shop.id, now.orders);
      await addPending(client, shop.id, 'score', customers);
      await addPending(client, shop.id, 'details', orders);
      await removeOrders(client, shop.id, gone);
      // Somebody who read them before may store them after: they are asked for once more.
      await addPending(client, shop.id, 'details', gone);
      const read = [...now.orders.id.subarray(0, now.orders.length)];
      await keepUnread(client, shop.id, 'orders', { read, gone, unread: now.unread });
      await note(client);
    }),
  );
}
