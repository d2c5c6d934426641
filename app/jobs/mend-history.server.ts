import { sqlInShop } from '#app/db.server.ts';
import { operationsOf } from '#app/models/bulk-operations.server.ts';
import { removeCustomers, removeOrders } from '#app/models/gone.server.ts';
import type { ImportRow } from '#app/models/imports.server.ts';
import { dropUnusedLines } from '#app/models/order-details.server.ts';
import { forgetSeen, unseenIds } from '#app/models/seen-ids.server.ts';
import { countErased } from '#app/models/tombstones.server.ts';
import { countStored, parentlessOrders, unevenOrders } from '#app/models/uneven-orders.server.ts';
import { ORDERS_PER_CALL, readOrdersById, stillThere } from '#app/shopify/orders-by-id.server.ts';
import { readCounts } from '#app/shopify/shop.server.ts';
import type { ExportKind, GiveUp } from './export-kinds.ts';
import { historyHidden } from './history-hidden.server.ts';
import type { JobContext } from './job.server.ts';
import { step } from './step.server.ts';
import { OVERLAP_MS, storeOrders } from './take-changes.server.ts';

/** Orders that are asked for one by one after an import; more of them mean that a pass was not whole. */
const MOST_UNEVEN = 2_000;
/** Without read_all_orders Shopify shows the orders of the last 60 days; a day less is surely among them. */
const SHOWN_MS = 59 * 86_400_000;

/**
 * After a proven pass of a repeated import: removes what is stored and was not in it. Only what did not change since
 * the import began and what Shopify, asked once more, no longer has.
 */
export async function removeUnseen(context: JobContext, run: ImportRow, kind: ExportKind): Promise<void> {
  if (!run.replaces) return;
  const { shop, admin } = context;
  const from = run.limitedHistory ? run.startedAt - SHOWN_MS : null;
  const unseen = await step(`${kind}.unseen`, () =>
    unseenIds(shop.id, run.id, kind, { before: run.startedAt - OVERLAP_MS, from }),
  );
  const object = kind === 'customers' ? 'Customer' : 'Order';
  const there = await step(`${kind}.ask-unseen`, () => stillThere(admin, object, unseen));
  const missing = unseen.filter((id) => !there.has(id));
  const gone = (await tookHistory(context, run, kind, missing)) ? [] : missing;
  const remove = kind === 'customers' ? removeCustomers : removeOrders;
  await step(`${kind}.remove-unseen`, () =>
    sqlInShop(shop.id, async (client) => {
      await remove(client, shop.id, gone);
      await forgetSeen(client, shop.id, kind);
    }),
  );
}

/** Whether the whole history was taken from us while the import ran, so that orders may be missing that exist. */
async function tookHistory(
  context: JobContext,
  run: ImportRow,
  kind: ExportKind,
  missing: readonly number[],
): Promise<boolean> {
  if (kind === 'customers' || missing.length === 0 || run.limitedHistory) return false;
  return historyHidden(context, run);
}

/**
 * After the pass of details: line items whose order has no line of its own in their file. An order that is gone by
 * now explains that, and so does a line that could not be read; more of them mean that the file was not whole.
 */
export async function findOrphans({ shop, admin }: JobContext, run: ImportRow): Promise<GiveUp | null> {
  const parentless = await step('details.parentless', () => parentlessOrders(shop.id, MOST_UNEVEN));
  if (parentless.length === 0) return null;
  const there = await step('details.ask-parentless', () => stillThere(admin, 'Order', parentless));
  const unread = await unreadLines(shop.id, run, 'details');
  return there.size > unread ? { problem: 'orphans', detail: { count: there.size } } : null;
}

/**
 * Brings orders together of which one pass saw a part and another did not: asked for once more, those that exist are
 * stored whole, those that do not are removed, and so are line items that no order names any more.
 */
export async function mendOrders({ shop, admin }: JobContext): Promise<GiveUp | null> {
  const uneven = await step('import.uneven', () => unevenOrders(shop.id, MOST_UNEVEN + 1));
  if (uneven.length > MOST_UNEVEN) return { problem: 'orphans', detail: { count: uneven.length } };
  for (let from = 0; from < uneven.length; from += ORDERS_PER_CALL) {
    const ids = uneven.slice(from, from + ORDERS_PER_CALL);
    const now = await step('import.ask-uneven', () => readOrdersById(admin, ids));
    await step('import.store-uneven', () => storeOrders(shop.id, now));
    await step('import.remove-gone', () =>
      sqlInShop(shop.id, (client) => removeOrders(client, shop.id, now.gone)),
    );
  }
  await step('import.drop-lines', () => sqlInShop(shop.id, (client) => dropUnusedLines(client, shop.id)));
  return null;
}

/** Whether as much is stored as Shopify counts, what could not be read and who was erased allowed for. */
export async function compareCounts({ shop, admin }: JobContext, run: ImportRow): Promise<GiveUp | null> {
  const stored = await step('import.count-stored', () => countStored(shop.id));
  for (const what of ['orders', 'customers'] as const) {
    const expected = run[`${what}Expected`];
    if (expected === null || stored[what] >= expected) continue;
    const counted = (await step('import.count-again', () => readCounts(admin)))[what];
    if (counted === null) continue;
    const erased = what === 'customers' ? await step('import.count-erased', () => countErased(shop.id)) : 0;
    const there = stored[what] + erased + (await unreadLines(shop.id, run, what));
    if (there < Math.min(expected, counted)) {
      return { problem: 'export-failed', detail: { error: 'counts-differ', pass: what } };
    }
  }
  return null;
}

async function unreadLines(shopId: number, run: ImportRow, kind: ExportKind): Promise<number> {
  const operations = await step(`${kind}.unread`, () => operationsOf(shopId, run.id, [kind]));
  return operations
    .filter(({ state }) => state !== 'replaced')
    .flatMap(({ unread }) => Object.values(unread))
    .reduce((sum, count) => sum + count, 0);
}
