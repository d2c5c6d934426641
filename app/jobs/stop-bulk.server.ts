import { databaseNow } from '#app/db.server.ts';
import { updateOperation, type OperationRow } from '#app/models/bulk-operations.server.ts';
import { rowsOfOperation } from '#app/models/writes.server.ts';
import type { WriteRun } from '#app/models/write-runs.server.ts';
import type { Channel } from '#app/rfm/write-cost.ts';
import { findOwn } from './bulk-names.server.ts';
import { STALL_MS } from './export-kinds.ts';
import type { JobContext } from './job.server.ts';
import { packed } from './journal-packs.ts';
import { lookAtBulk } from './look-at-bulk.server.ts';
import { step } from './step.server.ts';

/**
 * Cancels what Shopify still works on for a write-back and notes what it did until then. Seconds until the next
 * look, null once nothing of it runs. What stays unknown stays 'sent' in the journal.
 */
export async function stopBulk(
  context: JobContext,
  run: WriteRun,
  operations: readonly OperationRow[],
): Promise<number | null> {
  let soonest: number | null = null;
  for (const operation of operations) {
    let wait: number | null = null;
    if (operation.state === 'intended') wait = await stopIntended(context, run, operation);
    if (operation.state === 'running') wait = await lookAtBulk(context, run.id, operation, true);
    if (wait !== null) soonest = Math.min(soonest ?? wait, wait);
  }
  return soonest;
}

/** An operation that is not known to run: its start may have been lost on the way back, so it is looked for. */
async function stopIntended(
  { shop, admin }: JobContext,
  run: WriteRun,
  operation: OperationRow,
): Promise<number | null> {
  const channel = operation.kind as Channel;
  const rows = await step(`${channel}.stop-carried`, () => rowsOfOperation(shop.id, run.id, operation.id));
  const own =
    rows.length === 0 ? null : await step(`${channel}.stop-look`, () => findOwn(admin, run.id, operation));
  if (own === null) {
    await step(`${channel}.stop-drop`, () => updateOperation(shop.id, operation.id, { state: 'replaced' }));
    return null;
  }
  await step(`${channel}.stop-found`, async () =>
    updateOperation(shop.id, operation.id, {
      gid: own.gid,
      state: 'running',
      lines: packed(rows, channel).length,
      deadline: (await databaseNow()) + STALL_MS,
    }),
  );
  return 0;
}
