import { databaseNow, sqlInShop } from '#app/db.server.ts';
import { loadCustomers } from '#app/models/customers.server.ts';
import { dropUnusedLines, loadDetails } from '#app/models/order-details.server.ts';
import { loadOrders } from '#app/models/orders.server.ts';
import { readCustomersSince, type ChangedCustomers } from '#app/shopify/customers-since.server.ts';
import { readOrdersSince, type ChangedOrders } from '#app/shopify/orders-since.server.ts';
import type { JobContext } from './job.server.ts';
import { step } from './step.server.ts';

/**
 * How far before the last look changes are read again, in milliseconds: Shopify's clock may differ from the
 * database's, and its search shows a change a little after it happened.
 */
export const OVERLAP_MS = 10 * 60_000;

/**
 * Takes in every order and customer that changed since `since` (epoch milliseconds); a stored row gives way
 * only to one that is not older. Returns the instant to go on from the next time.
 */
export async function takeChanges({ shop, admin }: JobContext, since: number): Promise<number> {
  const startedAt = await step('changes.clock', databaseNow);
  await everyPage(async (cursor) => {
    const page = await step('changes.read-orders', () => readOrdersSince(admin, since, cursor));
    await step('changes.store-orders', () => storeOrders(shop.id, page));
    return page.cursor;
  });
  await everyPage(async (cursor) => {
    const page = await step('changes.read-customers', () => readCustomersSince(admin, since, cursor));
    await step('changes.store-customers', () => storeCustomers(shop.id, page.customers));
    return page.cursor;
  });
  await step('changes.drop-lines', () => sqlInShop(shop.id, (client) => dropUnusedLines(client, shop.id)));
  return startedAt - OVERLAP_MS;
}

/** Takes page after page; `take` answers with where the next one begins. */
async function everyPage(take: (cursor: string | null) => Promise<string | null>): Promise<void> {
  let cursor = await take(null);
  while (cursor !== null) cursor = await take(cursor);
}

async function storeCustomers(shopId: number, customers: ChangedCustomers['customers']): Promise<void> {
  await sqlInShop(shopId, async (client) => {
    const table = await loadCustomers(client, shopId);
    await table.add(customers);
    await table.finish();
  });
}

async function storeOrders(shopId: number, page: ChangedOrders): Promise<void> {
  await sqlInShop(shopId, async (client) => {
    const orders = await loadOrders(client, shopId);
    await orders.add(page.orders);
    await orders.finish();
    const rest = await loadDetails(client, shopId);
    await rest.details.add(page.details);
    await rest.refunds.add(page.refunds);
    await rest.lineItems.add(page.lineItems);
    await rest.products.add(page.products);
    await rest.finish();
  });
}
