import { sqlInShop } from '#app/db.server.ts';
import { customersWrittenSince, readUndoRows } from '#app/models/undo.server.ts';
import { createWriteRun, updateWriteRun, type StoredPlan } from '#app/models/write-runs.server.ts';
import { planWrites, type NewRow } from '#app/models/writes.server.ts';
import { planUndo } from '#app/rfm/undo-plan.ts';
import { createPlanTotals, undoTransport } from '#app/rfm/write-cost.ts';
import type { AdminClient } from '#app/shopify/admin.server.ts';
import type { ShopPayload } from './job.server.ts';
import { step } from './step.server.ts';

/** Customers planned at a time. */
const CUSTOMERS_AT_ONCE = 2_000;

type Client = Parameters<typeof readUndoRows>[0];

/**
 * What undoing a write-back, and all that came after it, would send now; stores and sends nothing.
 * @param onLooked hears how many customers of how many were looked at so far; what it throws ends it
 */
export function countUndo(
  shopId: number,
  runId: number,
  admin: AdminClient,
  onLooked: (looked: number, of: number) => Promise<void> = () => Promise.resolve(),
): Promise<StoredPlan> {
  return walkUndo(shopId, runId, admin, (_client, _rows, looked, of) => onLooked(looked, of));
}

/** Journals the undo that was wished for, ready to be sent. Killed anywhere, what it leaves is planned anew. */
export async function planUndoRun(
  { shopId, generation }: ShopPayload,
  runId: number,
  admin: AdminClient,
): Promise<void> {
  const empty = undoPlanOf(runId, admin, createPlanTotals().finish(), { lookedAt: 0, unknown: 0, kept: 0 });
  const run = await step('undo.begin', () => createWriteRun(shopId, generation, empty, 'undo'));
  const plan = await step('undo.journal', () =>
    walkUndo(shopId, runId, admin, (client, rows) => planWrites(client, shopId, run.id, rows)),
  );
  await step('undo.ready', () => updateWriteRun(shopId, run.id, { state: 'sending', plan }));
}

/** Walks through every customer that was written since, in one transaction, handing rows on in portions, with how far it is. */
async function walkUndo(
  shopId: number,
  runId: number,
  admin: AdminClient,
  handOn: (client: Client, rows: NewRow[], looked: number, of: number) => Promise<void>,
): Promise<StoredPlan> {
  const totals = createPlanTotals();
  const left = { lookedAt: 0, unknown: 0, kept: 0 };
  await sqlInShop(shopId, async (client) => {
    const customers = await customersWrittenSince(client, shopId, runId);
    for (let from = 0; from < customers.length; from += CUSTOMERS_AT_ONCE) {
      const part = customers.slice(from, from + CUSTOMERS_AT_ONCE);
      const rows: NewRow[] = [];
      for (const { customerId, lines, written, tags } of await readUndoRows(client, shopId, runId, part)) {
        const { writes, kept, known } = planUndo(lines, written, tags);
        totals.add(writes);
        if (!known) left.unknown += 1;
        left.kept += kept;
        if (writes.some(({ kind }) => !kind.startsWith('tag-'))) left.lookedAt += 1;
        for (const write of writes) rows.push({ customerId, ...write });
      }
      await handOn(client, rows, from + part.length, customers.length);
    }
  });
  return undoPlanOf(runId, admin, totals.finish(), left);
}

/** The plan of an undo as it is stored, from what its writes add up to. */
export function undoPlanOf(
  runId: number,
  admin: AdminClient,
  sums: ReturnType<ReturnType<typeof createPlanTotals>['finish']>,
  { lookedAt, ...left }: { lookedAt: number; unknown: number; kept: number },
): StoredPlan {
  const { restoreRate, currentlyAvailable } = admin.throttle();
  const { points, ...transport } = undoTransport(sums, lookedAt, {
    restoreRate,
    available: currentlyAvailable,
  });
  const undo = { runId, ...left };
  return { ...sums, points, seconds: transport.seconds, transport, cleanUp: false, problem: null, undo };
}
