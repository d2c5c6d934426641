import { databaseNow, sqlInShop } from '#app/db.server.ts';
import { noteOrdersWithCodes } from '#app/models/campaign-orders.server.ts';
import { applyCustomers } from '#app/models/customers.server.ts';
import { countDrift, type DriftWatch } from '#app/models/drift.server.ts';
import { updateImport, type ImportRow } from '#app/models/imports.server.ts';
import { loadDetails, ofOrders, withNewDetails } from '#app/models/order-details.server.ts';
import { applyOrders } from '#app/models/orders.server.ts';
import { addPending } from '#app/models/pending.server.ts';
import { boughtOtherwise } from '#app/models/populations.server.ts';
import { keepUnread } from '#app/models/quarantine.server.ts';
import { readCustomersSince, type ChangedCustomers } from '#app/shopify/customers-since.server.ts';
import type { OrdersNow } from '#app/shopify/order-nodes.server.ts';
import { readOrdersSince, type ChangeSearch } from '#app/shopify/orders-since.server.ts';
import type { JobContext } from './job.server.ts';
import { leaveHalf } from './left-over-points.server.ts';
import { step } from './step.server.ts';
import { takePages, type Page } from './take-pages.ts';

/**
 * How far before the last look changes are read again, in milliseconds: Shopify's clock may differ from the
 * database's, and its search shows a change a little after it happened.
 */
export const OVERLAP_MS = 10 * 60_000;

/** How long changes are taken in before other shops have their turn, in milliseconds. */
const TURN_MS = 10_000;

/** How long word of a change may be on its way before it counts as lost, in milliseconds. */
const SETTLED_MS = 5 * 60_000;

/** Up to where changes are in, epoch milliseconds, null where nothing is known; and where that is kept. */
export type ChangeMarks = Pick<ImportRow, 'changesUntil' | 'customersUntil'> & {
  keep: (reached: { changesUntil: number } | { customersUntil: number }) => Promise<unknown>;
  /** the look that counts what it finds differing, null = nobody asks */
  lookId: number | null;
};

/** The marks of an import: where the shop's days go on from. */
export function importMarks(shopId: number, run: ImportRow, lookId: number | null = null): ChangeMarks {
  const { changesUntil, customersUntil } = run;
  return { changesUntil, customersUntil, lookId, keep: (reached) => updateImport(shopId, run.id, reached) };
}

/**
 * Takes in orders and then customers that changed since the marks; a stored row gives way only to one that is not
 * older. How far it came is kept after each page. True once everything is in, false when the turn is over before that.
 */
export async function takeChanges(context: JobContext, marks: ChangeMarks): Promise<boolean> {
  const { shop, admin, signal } = context;
  const startedAt = await step('changes.clock', databaseNow);
  const { lookId } = marks;
  const watch = lookId === null ? null : { lookId, settledBefore: startedAt - SETTLED_MS };
  const last = startedAt - OVERLAP_MS;
  const since = marks.changesUntil ?? last;
  const over = { signal, at: performance.now() + TURN_MS, last };
  const keep: ChangeMarks['keep'] = (reached) => step('changes.until', () => marks.keep(reached));
  const takeOrders = async (search: ChangeSearch, cursor: string | null): Promise<Page> => {
    await step('changes.leave-half', () => leaveHalf(admin, signal));
    const page = await step('changes.read-orders', () => readOrdersSince(admin, search, cursor));
    await step('changes.store-orders', () => storeOrders(shop.id, page, { watch }));
    return reachOf(page.orders, page);
  };
  const customersSince = marks.customersUntil ?? since;
  const takeCustomers = async (search: ChangeSearch, cursor: string | null): Promise<Page> => {
    await step('changes.leave-half', () => leaveHalf(admin, signal));
    const page = await step('changes.read-customers', () => readCustomersSince(admin, search, cursor));
    await step('changes.store-customers', () => storeCustomers(shop.id, page, watch));
    return reachOf(page.customers, page);
  };
  // Orders run ahead of customers from the first page on, so both are noted.
  await keep({ customersUntil: customersSince });
  if (!(await takePages(takeOrders, since, over, (changesUntil) => keep({ changesUntil })))) return false;
  await keep({ changesUntil: last });
  const keepCustomers = (customersUntil: number) => keep({ customersUntil });
  if (!(await takePages(takeCustomers, customersSince, over, keepCustomers))) return false;
  await keep({ customersUntil: last });
  return true;
}

function reachOf(
  { length, updatedAt, id }: { length: number; updatedAt: Float64Array; id: Float64Array },
  { cursor, unread }: { cursor: string | null; unread: readonly unknown[] },
): Page {
  const upTo = Math.max(...updatedAt.subarray(0, length));
  return { cursor, read: length + unread.length, upTo, lastId: Math.max(...id.subarray(0, length)) };
}

/** Stores customers as they are now. */
export async function storeCustomers(
  shopId: number,
  { customers, unread }: Pick<ChangedCustomers, 'customers' | 'unread'>,
  watch: DriftWatch | null = null,
): Promise<void> {
  await sqlInShop(shopId, async (client) => {
    await countDrift(client, shopId, watch, 'customers', customers, async () => {
      // Tags may have changed by hand; after writing ourselves they come back as we noted them.
      await addPending(client, shopId, 'write', await applyCustomers(client, shopId, customers));
    });
    const read = [...customers.id.subarray(0, customers.length)];
    await keepUnread(client, shopId, 'customers', { read, unread });
  });
}

/**
 * Stores orders as they are now, whole: with their details, refunds and line items. The customers of those that
 * differ from what was stored are noted for scoring. An order that was in two states within one second is noted for
 * reading again, since this may be the earlier one.
 * @param options `unchangedToo` replaces the rest also of orders that are stored in this version: each time adds their
 *   line items anew
 */
export async function storeOrders(
  shopId: number,
  page: OrdersNow & { gone?: number[] },
  { watch = null, unchangedToo = false }: { watch?: DriftWatch | null; unchangedToo?: boolean } = {},
): Promise<void> {
  await sqlInShop(shopId, async (client) => {
    const fresh = await withNewDetails(client, shopId, page.details);
    await countDrift(client, shopId, watch, 'orders', page.orders, async () => {
      const { orders, customers, unsure } = await applyOrders(client, shopId, page.orders);
      await addPending(client, shopId, 'score', customers);
      await addPending(client, shopId, 'details', unsure);
      for (const id of orders) fresh.add(id);
    });
    // Whom an order was for, and where it was bought, decides among whom its customer is scored.
    await addPending(client, shopId, 'score', await boughtOtherwise(client, shopId, page));
    const rest = await loadDetails(client, shopId);
    const wanted = (id: number): boolean => unchangedToo || fresh.has(id);
    await rest.details.add(ofOrders(page.details, wanted));
    await rest.refunds.add(ofOrders(page.refunds, wanted));
    await rest.lineItems.add(ofOrders(page.lineItems, wanted));
    await rest.products.add(page.products);
    await rest.finish();
    const stored = [...page.details.orderId.subarray(0, page.details.length)].filter(wanted);
    await noteOrdersWithCodes(client, shopId, stored);
    const read = [...page.orders.id.subarray(0, page.orders.length)];
    await keepUnread(client, shopId, 'orders', { read, gone: page.gone ?? [], unread: page.unread });
  });
}
