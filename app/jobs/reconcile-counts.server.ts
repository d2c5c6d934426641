import { databaseNow, sqlInShop } from '#app/db.server.ts';
import { logger } from '#app/logger.server.ts';
import { removeOrders } from '#app/models/gone.server.ts';
import {
  hasEnded,
  latestImport,
  latestWholeImport,
  openImport,
  type ImportRow,
} from '#app/models/imports.server.ts';
import { quarantineOf } from '#app/models/quarantine.server.ts';
import {
  addToLook,
  finishLook,
  newestLooks,
  openLook,
  type ComparedCount,
  type Look,
} from '#app/models/reconciliations.server.ts';
import { storedIdsBelow } from '#app/models/stored-ids.server.ts';
import { countErased } from '#app/models/tombstones.server.ts';
import { countStored } from '#app/models/uneven-orders.server.ts';
import { AccessDenied } from '#app/shopify/errors.ts';
import { IDS_PER_CALL, stillThere } from '#app/shopify/orders-by-id.server.ts';
import { readCounts } from '#app/shopify/shop.server.ts';
import { alone } from './alone.server.ts';
import { forgetGone } from './forget-gone.server.ts';
import { historyHidden } from './history-hidden.server.ts';
import { importShop } from './import-shop.server.ts';
import { inBounds } from './in-bounds.server.ts';
import { defineJob, shopPayload, type JobContext } from './job.server.ts';
import { lookDue } from './looks-due.ts';
import { enqueue } from './queue.server.ts';
import { scoreCustomers } from './score-customers.server.ts';
import { step } from './step.server.ts';
import { importMarks, takeChanges } from './take-changes.server.ts';

/** What is counted. */
const COUNTED = ['orders', 'customers'] as const;
type Counted = (typeof COUNTED)[number];

/** Seconds until what others hold is asked for again. */
const BUSY_SECONDS = 2;

/**
 * Once a week: are as many orders and customers stored as Shopify counts? What is missing, beyond what could not be
 * read and who was erased, is brought by a new import; what is too much is found by asking Shopify for every stored id,
 * newest first, until as many are found, and removed.
 */
export const reconcileCounts = defineJob({
  name: 'reconcile-counts',
  payload: shopPayload,
  attempts: 5,
  run: ({ shopId, generation }, context) =>
    alone(shopId, 'import', async () => {
      const whole = await step('counts.import', () => latestWholeImport(shopId, generation));
      const last = await step('counts.last-import', () => latestImport(shopId));
      // An import compares by itself.
      const importing = last !== null && !hasEnded(last);
      if (whole === null || importing) return 'nothing';
      const at = await step('counts.clock', databaseNow);
      const newest = await step('counts.newest', () => newestLooks(shopId));
      if (!lookDue('counts', newest, whole.finishedAt ?? 0, at)) return 'nothing';
      const next = async (): Promise<number | null> => {
        const look = await step('counts.open', () => openLook(shopId, 'counts'));
        if (look.detail.orders === undefined) return compare(context, whole, look);
        for (const what of COUNTED) {
          const search = look.detail[what];
          if (search !== undefined && search.surplus > 0) return findGone(context, whole, look, what, search);
        }
        return finish(context, look);
      };
      try {
        return await inBounds(context.signal, next);
      } catch (error) {
        // The look at changes says so; this one goes on once the access is back.
        if (error instanceof AccessDenied) return 'nothing';
        throw error;
      }
    }),
});

/** Brings the shop up to date and counts; seconds until the next step. */
async function compare(context: JobContext, whole: ImportRow, look: Look): Promise<number> {
  const { shop, admin } = context;
  if (!(await takeChanges(context, importMarks(shop.id, whole)))) return 0;
  const before = await step('counts.count', () => readCounts(admin));
  const stored = await step('counts.stored', () => countStored(shop.id));
  const after = await step('counts.count-again', () => readCounts(admin));
  const unread = await step('counts.unread', () => quarantineOf(shop.id, whole.id));
  const erased = await step('counts.erased', () => countErased(shop.id));
  // Orders that grew older than what Shopify shows us are still orders of the shop.
  const hidden = await historyHidden(context, whole);
  const held = unread.reduce((sum, { count }) => sum + count, 0);
  const allowance = { orders: held, customers: held + erased };
  const found = Object.fromEntries(
    COUNTED.map((what): [Counted, ComparedCount] => {
      // While something comes or goes the two counts differ: only what both say is a difference.
      const [one, two] = [before[what] ?? stored[what], after[what] ?? stored[what]];
      const missing = Math.max(0, Math.min(one, two) - stored[what] - allowance[what]);
      const shown = what === 'customers' || !hidden;
      const surplus = shown ? Math.max(0, stored[what] - Math.max(one, two)) : 0;
      return [what, { counted: two, stored: stored[what], missing, surplus, askedFrom: null }];
    }),
  ) as Record<Counted, ComparedCount>;
  const drift = COUNTED.reduce((sum, what) => sum + found[what].missing + found[what].surplus, 0);
  const lookedAt = stored.orders + stored.customers;
  if (drift > 0) logger.error({ shopId: shop.id, ...found }, 'counts differ');
  await step('counts.note', () =>
    sqlInShop(shop.id, (client) => addToLook(client, shop.id, look.id, { lookedAt, drift, detail: found })),
  );
  return 0;
}

/** Asks for the next stored ids; those that are gone are removed. Seconds until the next step. */
async function findGone(
  context: JobContext,
  whole: ImportRow,
  look: Look,
  what: Counted,
  search: ComparedCount,
): Promise<number> {
  const { shop, admin } = context;
  const ids = await step('counts.ids', () => storedIdsBelow(shop.id, what, search.askedFrom, IDS_PER_CALL));
  const there = await step('counts.ask', () =>
    stillThere(admin, what === 'orders' ? 'Order' : 'Customer', ids),
  );
  const missing = ids.filter((id) => !there.has(id));
  // The scope may have been taken away since everything was counted.
  const hidden = what === 'orders' && missing.length > 0 && (await historyHidden(context, whole));
  const gone = hidden ? [] : missing;
  if (what === 'orders') {
    await step('counts.remove', () => sqlInShop(shop.id, (client) => removeOrders(client, shop.id, gone)));
  } else if (!(await forgetGone(context, gone))) {
    return BUSY_SECONDS;
  }
  // Every stored id was asked for: the rest of the difference came and went meanwhile.
  const left = hidden || ids.length < IDS_PER_CALL ? 0 : Math.max(0, search.surplus - gone.length);
  const detail = { [what]: { ...search, surplus: left, askedFrom: ids.at(-1) ?? null } };
  await step('counts.went-on', () =>
    sqlInShop(shop.id, (client) => addToLook(client, shop.id, look.id, { detail })),
  );
  return 0;
}

async function finish({ shop }: JobContext, { id, detail }: Look): Promise<null> {
  const payload = { shopId: shop.id, generation: shop.generation };
  const importAgain = COUNTED.some((what) => (detail[what]?.missing ?? 0) > 0);
  if (importAgain) {
    await step('counts.open-import', () => openImport(shop.id, shop.generation));
    await step('counts.import-again', () => enqueue(importShop, payload));
  }
  await step('counts.finish', () => finishLook(shop.id, id, { importAgain }));
  await step('counts.score', () => enqueue(scoreCustomers, payload));
  return null;
}
