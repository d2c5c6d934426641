import { databaseNow } from '#app/db.server.ts';
import { storedGids, updateOperation, type OperationRow } from '#app/models/bulk-operations.server.ts';
import { updateImport, type ImportRow } from '#app/models/imports.server.ts';
import { bulkDocument, recentBulkOperations, startBulkQuery } from '#app/shopify/bulk-operations.server.ts';
import { customersDocument } from '#app/shopify/customer-export.server.ts';
import { ORDER_DETAILS } from '#app/shopify/order-details-export.server.ts';
import { SLIM_ORDERS } from '#app/shopify/order-export.server.ts';
import { PLACE_MS, STALL_MS, type ExportKind, type GiveUp } from './export-kinds.ts';
import type { JobContext } from './job.server.ts';
import { step } from './step.server.ts';

/** How far Shopify's clock may be behind ours when looking for an operation we started, in milliseconds. */
const CLOCK_SKEW_MS = 120_000;
/** Seconds between looks for a free place while operations of others run. */
const BUSY_SECONDS = 5;

/**
 * Starts an intended export, or adopts the one that an earlier run started before it was killed: looked for
 * by its text among the operations Shopify lists, so that nothing is started twice blindly.
 */
export async function startExport(
  { shop, admin }: JobContext,
  run: ImportRow,
  operation: OperationRow,
): Promise<number | GiveUp> {
  const kind = operation.kind as ExportKind;
  const orders = kind === 'details' ? ORDER_DETAILS : SLIM_ORDERS;
  const document =
    kind === 'customers' ? await step('customers.may-see', () => customersDocument(admin)) : orders;
  const text = bulkDocument(document, operation.filter);
  const recent = await step(`${kind}.look-for-own`, () =>
    recentBulkOperations(admin, 'QUERY', operation.startedAt - CLOCK_SKEW_MS),
  );
  const gids = recent.map(({ gid }) => gid);
  const known = await step(`${kind}.known`, () => storedGids(shop.id, gids));
  const own = recent.find(({ document, gid }) => document === text && !known.has(gid));
  const started = own ?? (await step(`${kind}.start`, () => startBulkQuery(admin, text)));
  if ('busy' in started) {
    if ((await step(`${kind}.clock`, databaseNow)) > operation.deadline) {
      return { problem: 'no-place', detail: { hours: PLACE_MS / 3_600_000 } };
    }
    if (run.problem !== 'waiting-for-place') {
      await step(`${kind}.wait`, () => updateImport(shop.id, run.id, { problem: 'waiting-for-place' }));
    }
    return BUSY_SECONDS;
  }
  if (run.problem === 'waiting-for-place') {
    await step(`${kind}.go`, () => updateImport(shop.id, run.id, { problem: null }));
  }
  await step(`${kind}.started`, async () => {
    const startedAt = await databaseNow();
    const deadline = startedAt + STALL_MS;
    return updateOperation(shop.id, operation.id, {
      gid: started.gid,
      state: 'running',
      startedAt,
      deadline,
    });
  });
  return 0;
}
