import { sqlInShop } from '#app/db.server.ts';
import { beginChangedCustomers, endReadCustomers } from '#app/models/changed-customers.server.ts';
import { removeOrders } from '#app/models/gone.server.ts';
import { latestWholeImport } from '#app/models/imports.server.ts';
import { beginPending, endPending, pendingKinds } from '#app/models/pending.server.ts';
import { isOpen, latestWriteRun } from '#app/models/write-runs.server.ts';
import { readCustomersNow } from '#app/shopify/customers-now.server.ts';
import { AccessDenied, Throttled } from '#app/shopify/errors.ts';
import { ORDERS_PER_CALL, readOrdersById } from '#app/shopify/orders-by-id.server.ts';
import { alone } from './alone.server.ts';
import { forgetGone } from './forget-gone.server.ts';
import { historyHidden } from './history-hidden.server.ts';
import { inBounds } from './in-bounds.server.ts';
import { defineJob, shopPayload, type JobContext, type ShopPayload } from './job.server.ts';
import { leaveHalf } from './left-over-points.server.ts';
import { noteDenied } from './note-denied.server.ts';
import { enqueueUnlessQueued } from './queue.server.ts';
import { scoreWhatWaits } from './score-what-waits.server.ts';
import { step } from './step.server.ts';
import { storeCustomers, storeOrders } from './take-changes.server.ts';

/** Seconds until the shop's budget is looked at again when scores and writes need it. */
const BUSY_SECONDS = 2;

/** Customers that are begun at a time. */
const CUSTOMERS_AT_ONCE = 250;

/** Seconds until a write-back of everyone is over, perhaps. */
const WRITING_SECONDS = 15;

/** Seconds until customers and details are read again, so that several changes of one are read once. */
const LATER_SECONDS = 15;

/** Until when (performance.now) a run is queued that has not begun, by shop and install. */
const queued = new Map<string, number>();

/** Asks for reading soon; while a run is still to come no second is asked for. */
export async function readLater(payload: ShopPayload): Promise<void> {
  const key = `${payload.shopId} ${payload.generation}`;
  if (performance.now() < (queued.get(key) ?? 0)) return;
  await enqueueUnlessQueued(readPending, payload, LATER_SECONDS);
  queued.set(key, performance.now() + LATER_SECONDS * 1000);
}

/**
 * Reads again what changed beside the scores: customers (consent, tags, companies) and the details of orders. Only
 * with points that are left over: it begins when more than half of the bucket is full.
 */
export const readPending = defineJob({
  name: 'read-pending',
  payload: shopPayload,
  attempts: 5,
  run: ({ shopId, generation }, context) => {
    queued.delete(`${shopId} ${generation}`);
    return alone(shopId, 'read', async () => {
      try {
        const outcome = await inBounds(context.signal, () => readNext(context));
        await scoreWhatWaits(context, false);
        return outcome;
      } catch (error) {
        if (!(error instanceof AccessDenied)) throw error;
        // What waits goes on waiting: the shop is watched, and goes on by itself once the access is back.
        const whole = await step('read.import', () => latestWholeImport(shopId, generation));
        if (whole !== null) await noteDenied(shopId, whole.id, error);
        return 'nothing';
      }
    });
  },
});

/** Seconds until more can be read, null when nothing waits. */
async function readNext(context: JobContext): Promise<number | null> {
  const { currentlyAvailable, maximumAvailable } = context.admin.throttle();
  if (currentlyAvailable < maximumAvailable / 2) return BUSY_SECONDS;
  if (await readDetails(context)) return 0;
  const writing = await step('read.writing', () => latestWriteRun(context.shop.id, 'asked'));
  // Shopify tells us of each of our own writes: whom a write-back of everyone still changes is read after it.
  if (writing === null || !isOpen(writing)) return (await readCustomers(context)) ? 0 : null;
  const waiting = await step('read.held', () => pendingKinds(context.shop.id));
  return waiting.has('customer') ? WRITING_SECONDS : null;
}

/** False when no customer waits. */
async function readCustomers(context: JobContext): Promise<boolean> {
  const { shop, admin, signal } = context;
  const told = await step('read.customers', () => beginChangedCustomers(shop.id, CUSTOMERS_AT_ONCE));
  if (told.size === 0) return false;
  const gone = await step('read.ask-customers', () =>
    readCustomersNow(admin, told, async (read) => {
      await step('read.store-customers', () => storeCustomers(shop.id, read));
      await step('read.end-stored', () => endReadCustomers(shop.id, read.customers));
      await leaveHalf(admin, signal);
    }),
  );
  // Usually Shopify tells that a customer is gone; this is for when that was lost.
  if (!(await forgetGone(context, gone))) throw new Throttled(BUSY_SECONDS * 1000);
  await step('read.end-customers', () =>
    sqlInShop(shop.id, (client) => endPending(client, shop.id, 'customer', [...told.keys()])),
  );
  return true;
}

/** False when no order waits. */
async function readDetails(context: JobContext): Promise<boolean> {
  const { shop, admin } = context;
  const ids = await step('read.orders', () => beginPending(shop.id, 'details', ORDERS_PER_CALL));
  if (ids.length === 0) return false;
  const now = await step('read.ask-orders', () => readOrdersById(admin, ids));
  await step('read.store-orders', () => storeOrders(shop.id, now, { unchangedToo: true }));
  const whole = await step('read.whole', () => latestWholeImport(shop.id, shop.generation));
  const gone = now.gone.length > 0 && (await historyHidden(context, whole)) ? [] : now.gone;
  await step('read.end-orders', () =>
    sqlInShop(shop.id, async (client) => {
      await removeOrders(client, shop.id, gone);
      await endPending(client, shop.id, 'details', ids);
    }),
  );
  return true;
}
