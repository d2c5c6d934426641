import { z } from 'zod';
import { now } from '#app/clock.server.ts';
import { databaseNow, sqlInShop } from '#app/db.server.ts';
import { latestImport, openImport, updateImport, type ImportRow } from '#app/models/imports.server.ts';
import { countOrphans } from '#app/models/order-details.server.ts';
import { describeShop } from '#app/models/shops.server.ts';
import { AccessDenied } from '#app/shopify/errors.ts';
import { readShop } from '#app/shopify/shop.server.ts';
import { alone } from './alone.server.ts';
import { exportStep } from './export-step.server.ts';
import { inBounds } from './in-bounds.server.ts';
import { defineJob, shopPayload, type JobContext } from './job.server.ts';
import { enqueue } from './queue.server.ts';
import { scoreCustomers } from './score-customers.server.ts';
import { step } from './step.server.ts';
import { OVERLAP_MS, takeChanges } from './take-changes.server.ts';

/**
 * Imports a shop's history: slim orders (scored at once), details, customers, then what changed meanwhile.
 * Every state is stored before it is acted on, so a run may be killed anywhere and the next one goes on.
 */
export const importShop = defineJob({
  name: 'import-shop',
  /** `after`: the id of the failed or finished import that the merchant wants to be followed by a new one. */
  payload: shopPayload.extend({ after: z.number().int().optional() }),
  attempts: 5,
  run: ({ shopId, after }, context) =>
    alone(shopId, 'import', async () => {
      const run = await step('import.open', () => open(context, after));
      return run === null ? undefined : inBounds(context.signal, () => importStep(context));
    }),
  gaveUp: ({ shopId }, reason) => failed(shopId, 'internal', { reason }),
});

/** The import to work on, null when there is none to take up. */
async function open({ shop }: JobContext, after: number | undefined): Promise<ImportRow | null> {
  const latest = await latestImport(shop.id);
  const ended = latest?.generation === shop.generation && ['done', 'failed'].includes(latest.phase);
  return ended && latest.id !== after ? null : openImport(shop.id, shop.generation);
}

/** One bounded step; seconds until the next, null at the end. */
async function importStep(context: JobContext): Promise<number | null> {
  const { shop } = context;
  const run = await step('import.read', () => latestImport(shop.id));
  if (run === null || run.phase === 'done' || run.phase === 'failed') return null;
  try {
    if (run.changesUntil === null) return await describe(context, run);
    if (run.phase === 'changes') return await finish(context, run, run.changesUntil);
    const wait = await exportStep(context, run, run.phase);
    if (wait !== 'complete') return wait;
    return await next(context, run);
  } catch (error) {
    if (!(error instanceof AccessDenied)) throw error;
    await step('import.denied', () => failed(shop.id, 'missing-scope', { scope: error.scope }));
    return null;
  }
}

/** Learns the shop's currency, zone and size, and notes the instant from which changes are taken later. */
async function describe({ shop, admin }: JobContext, run: ImportRow): Promise<number> {
  const startedAt = await step('import.clock', databaseNow);
  const facts = await step('import.read-shop', () => readShop(admin));
  await step('import.describe', () => describeShop(shop.id, facts));
  await step('import.expect', () =>
    updateImport(shop.id, run.id, {
      ordersExpected: facts.orders,
      customersExpected: facts.customers,
      limitedHistory: !facts.scopes.includes('read_all_orders'),
      changesUntil: startedAt - OVERLAP_MS,
    }),
  );
  return 0;
}

/** A pass is proven: the next phase begins; the slim orders are scored at once. */
async function next({ shop }: JobContext, run: ImportRow): Promise<number> {
  const payload = { shopId: shop.id, generation: shop.generation };
  if (run.phase === 'orders') {
    await step('import.score-first', () => enqueue(scoreCustomers, { ...payload, reason: 'first' }));
  }
  const phase = run.phase === 'orders' ? 'details' : run.phase === 'details' ? 'customers' : 'changes';
  await step(`import.to-${phase}`, () =>
    updateImport(shop.id, run.id, { phase, problem: null, problemDetail: null }),
  );
  return 0;
}

/** Takes in what changed meanwhile; then every line item and refund has its order, or the import failed. */
async function finish(context: JobContext, run: ImportRow, since: number): Promise<null> {
  const { shop } = context;
  const until = await takeChanges(context, since);
  const orphans = await step('import.orphans', () =>
    sqlInShop(shop.id, (client) => countOrphans(client, shop.id)),
  );
  if (orphans > 0) {
    await step('import.not-whole', () => failed(shop.id, 'orphans', { count: orphans }));
    return null;
  }
  await step('import.score-again', () =>
    enqueue(scoreCustomers, { shopId: shop.id, generation: shop.generation, reason: 'orders' }),
  );
  await step('import.done', () =>
    updateImport(shop.id, run.id, { phase: 'done', changesUntil: until, finishedAt: now() }),
  );
  return null;
}

/** Ends the open import with a problem that the page puts into words. */
async function failed(
  shopId: number,
  problem: string,
  detail: Record<string, string | number>,
): Promise<void> {
  const run = await latestImport(shopId);
  if (run === null || run.phase === 'done') return;
  await updateImport(shopId, run.id, {
    phase: 'failed',
    problem,
    problemDetail: detail,
    finishedAt: now(),
  });
}
