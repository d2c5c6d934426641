import { now } from '#app/clock.server.ts';
import { databaseNow } from '#app/db.server.ts';
import { updateOperation, type OperationRow } from '#app/models/bulk-operations.server.ts';
import { cancelBulkOperation, readBulkOperation } from '#app/shopify/bulk-operations.server.ts';
import { AccessDenied } from '#app/shopify/errors.ts';
import { STALL_MS, type ExportKind, type MakeAgain } from './export-kinds.ts';
import type { JobContext } from './job.server.ts';
import { loadPartial } from './load-export.server.ts';
import { secondsToNextLook } from './poll-pace.ts';
import { step } from './step.server.ts';

/** What Shopify calls the scopes of the passes, for an operation that fails without naming one. */
const SCOPES: Record<ExportKind, string> = {
  orders: 'read_orders',
  details: 'read_orders, read_products',
  customers: 'read_customers',
};

/** Asks how a running export is doing. Seconds until the next look, or why it must be made again. */
export async function lookAtExport(
  context: JobContext,
  operation: OperationRow,
): Promise<number | MakeAgain> {
  const { shop, admin } = context;
  const kind = operation.kind as ExportKind;
  const gid = operation.gid ?? '';
  const seen = await step(`${kind}.look`, () => readBulkOperation(admin, gid));
  if (seen === null) return { replace: 'gone', cut: false };
  const { status, objects, rootObjects } = seen;
  if (status === 'COMPLETED') {
    const finished = { state: 'finished', objects, rootObjects, finishedAt: now(), error: null } as const;
    await step(`${kind}.finished`, () => updateOperation(shop.id, operation.id, finished));
    return 0;
  }
  if (status === 'FAILED') {
    if (seen.errorCode === 'ACCESS_DENIED') throw new AccessDenied(SCOPES[kind]);
    // What was written is no proof of anything, but taken in it shows progress and is not lost.
    if (seen.partialUrl !== null) await loadPartial(context, operation, seen.partialUrl);
    return { replace: seen.errorCode ?? 'failed', cut: operation.attempt > 1 };
  }
  if (status === 'CANCELED' || status === 'EXPIRED') return { replace: status.toLowerCase(), cut: false };
  const at = await step(`${kind}.clock`, databaseNow);
  if (objects > operation.objects) {
    const patch = { objects, rootObjects, deadline: at + STALL_MS };
    await step(`${kind}.progress`, () => updateOperation(shop.id, operation.id, patch));
  } else if (at > operation.deadline) {
    await step(`${kind}.cancel`, () => cancelBulkOperation(admin, gid));
    return { replace: 'stuck', cut: true };
  }
  return secondsToNextLook(at - operation.startedAt);
}
