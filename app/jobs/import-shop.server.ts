import { now } from '#app/clock.server.ts';
import { databaseNow } from '#app/db.server.ts';
import {
  latestImport,
  openImport,
  unfinishedImport,
  updateImport,
  type ImportRow,
} from '#app/models/imports.server.ts';
import { noteAllOrdersWithCodes } from '#app/models/campaign-orders.server.ts';
import { countStored } from '#app/models/uneven-orders.server.ts';
import { AccessDenied } from '#app/shopify/errors.ts';
import { alone } from './alone.server.ts';
import { exportStep } from './export-step.server.ts';
import { inBounds } from './in-bounds.server.ts';
import { defineJob, shopPayload, type JobContext } from './job.server.ts';
import { learnShop, WHOLE_HISTORY } from './learn-shop.server.ts';
import { compareCounts, findOrphans, mendOrders, removeUnseen } from './mend-history.server.ts';
import { enqueue } from './queue.server.ts';
import { scoreCustomers } from './score-customers.server.ts';
import { step } from './step.server.ts';
import { importMarks, OVERLAP_MS, takeChanges } from './take-changes.server.ts';

/**
 * Imports a shop's history: slim orders (scored at once), details, customers, then what changed meanwhile.
 * Every state is stored before it is acted on, so a run may be killed anywhere and the next one goes on.
 */
export const importShop = defineJob({
  name: 'import-shop',
  payload: shopPayload,
  attempts: 5,
  run: ({ shopId }, context) =>
    alone(shopId, 'import', async () => {
      const run = await step('import.open', () => open(context));
      const again = run && (await inBounds(context.signal, () => importStep(context)));
      return again ?? ((await latestImport(shopId))?.phase === 'done' ? undefined : 'nothing');
    }),
  gaveUp: ({ shopId }, reason) => failed(shopId, 'internal', { reason }),
});

/** The import to work on, null when this install's has ended: a further one is begun by who wishes for it. */
async function open({ shop }: JobContext): Promise<ImportRow | null> {
  const latest = await latestImport(shop.id);
  // The whole history was granted since: what was imported is the last 60 days only.
  const wider = latest?.phase === 'done' && latest.limitedHistory && shop.scopes.includes(WHOLE_HISTORY);
  return wider ? openImport(shop.id, shop.generation) : unfinishedImport(shop.id, shop.generation);
}

/** One bounded step; seconds until the next, null at the end. */
async function importStep(context: JobContext): Promise<number | null> {
  const { shop } = context;
  const run = await step('import.read', () => latestImport(shop.id));
  if (run === null || run.phase === 'done' || run.phase === 'failed') return null;
  try {
    if (run.changesUntil === null) return await describe(context, run);
    if (run.phase === 'changes') return await finish(context, run);
    const wait = await exportStep(context, run, run.phase);
    if (wait !== 'complete') return wait;
    return await next(context, run, run.phase);
  } catch (error) {
    if (!(error instanceof AccessDenied)) throw error;
    await step('import.denied', () => failed(shop.id, 'missing-scope', { scope: error.scope }));
    return null;
  }
}

/** Learns the shop's currency, zone and size, and notes the instant from which changes are taken later. */
async function describe(context: JobContext, run: ImportRow): Promise<number> {
  const { shop } = context;
  const startedAt = await step('import.clock', databaseNow);
  const { facts, changed } = await learnShop(context);
  if (changed) {
    await step('import.score-anew', () =>
      enqueue(scoreCustomers, { shopId: shop.id, generation: shop.generation }),
    );
  }
  const stored = await step('import.stored', () => countStored(shop.id));
  await step('import.expect', () =>
    updateImport(shop.id, run.id, {
      ordersExpected: facts.orders,
      customersExpected: facts.customers,
      limitedHistory: !facts.scopes.includes(WHOLE_HISTORY),
      replaces: stored.orders + stored.customers > 0,
      changesUntil: startedAt - OVERLAP_MS,
    }),
  );
  return 0;
}

/** A pass is proven: what it no longer has goes, the next phase begins; the slim orders are scored at once. */
async function next(
  context: JobContext,
  run: ImportRow,
  kind: 'orders' | 'details' | 'customers',
): Promise<number | null> {
  const { shop } = context;
  await removeUnseen(context, run, kind);
  const problem = kind === 'details' ? await findOrphans(context, run) : null;
  if (problem !== null) {
    await step('import.not-whole', () => failed(shop.id, problem.problem, problem.detail));
    return null;
  }
  const payload = { shopId: shop.id, generation: shop.generation };
  if (kind === 'orders') {
    await step('import.score-first', () => enqueue(scoreCustomers, payload));
  }
  if (kind === 'details') await step('import.codes', () => noteAllOrdersWithCodes(shop.id));
  const phase = kind === 'orders' ? 'details' : kind === 'details' ? 'customers' : 'changes';
  await step(`import.to-${phase}`, () =>
    updateImport(shop.id, run.id, { phase, problem: null, problemDetail: null }),
  );
  return 0;
}

/** Takes in what changed meanwhile, brings the passes together and compares the counts; then the import is whole. */
async function finish(context: JobContext, run: ImportRow): Promise<number | null> {
  const { shop } = context;
  if (!(await takeChanges(context, importMarks(context.shop.id, run)))) return 0;
  const problem = (await mendOrders(context)) ?? (await compareCounts(context, run));
  if (problem !== null) {
    await step('import.not-whole', () => failed(shop.id, problem.problem, problem.detail));
    return null;
  }
  const payload = { shopId: shop.id, generation: shop.generation };
  // Before the end, since nothing asks for it once a death came between; and after it, since what was scored in
  // between was scored as of an import that was not whole.
  await step('import.score-again', () => enqueue(scoreCustomers, payload));
  const finishedAt = await step('import.clock-at-end', databaseNow);
  await step('import.done', () => updateImport(shop.id, run.id, { phase: 'done', finishedAt }));
  await step('import.score-whole', () => enqueue(scoreCustomers, payload));
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
