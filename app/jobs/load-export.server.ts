import { updateOperation, type OperationRow } from '#app/models/bulk-operations.server.ts';
import type { ImportRow } from '#app/models/imports.server.ts';
import { readBulkOperation } from '#app/shopify/bulk-operations.server.ts';
import { FileExpired } from '#app/shopify/errors.ts';
import type { ExportKind, GiveUp, MakeAgain } from './export-kinds.ts';
import type { JobContext } from './job.server.ts';
import { foldForLoad, keepFold } from './load-fold.server.ts';
import { loadFile, Unproven } from './load-file.server.ts';
import { step } from './step.server.ts';

/** What a first unproven download leaves on the operation, so that the second one is the last. */
const DIFFERS = 'counts-differ';

/** Loads the file of a finished export and marks it loaded, together or not at all. */
export async function loadFinished(
  { shop, admin }: JobContext,
  run: ImportRow,
  operation: OperationRow,
): Promise<number | MakeAgain | GiveUp> {
  const kind = operation.kind as ExportKind;
  const seen = await step(`${kind}.address`, () => readBulkOperation(admin, operation.gid ?? ''));
  if (seen === null || seen.status !== 'COMPLETED') return { replace: 'expired', cut: false };
  if (seen.url === null && seen.objects > 0) return { replace: 'no-file', cut: false };
  // A repeated import meets stored orders, of which the fold would know nothing.
  const folds = kind === 'orders' && !run.replaces;
  const fold = folds ? await step('orders.fold', () => foldForLoad(shop.id)) : null;
  try {
    await step(`${kind}.load`, () =>
      loadFile(shop.id, operation, seen.url, {
        again: operation.error === DIFFERS,
        replaces: run.replaces,
        fold,
      }),
    );
    if (fold !== null) keepFold(fold);
    return 0;
  } catch (error) {
    if (error instanceof FileExpired) return { replace: 'expired', cut: false };
    if (!(error instanceof Unproven)) throw error;
    if (operation.error === DIFFERS) {
      const lasting = error.unreadable !== null && operation.attempt > 1;
      return lasting ? { problem: 'unreadable', detail: error.unreadable } : { replace: DIFFERS, cut: false };
    }
    await step(`${kind}.differs`, () => updateOperation(shop.id, operation.id, { error: DIFFERS }));
    return 0;
  }
}

/** Takes in what a failed export had written; a file that is gone or broken is no loss. */
export async function loadPartial({ shop }: JobContext, operation: OperationRow, url: string): Promise<void> {
  try {
    await step(`${operation.kind}.load-partial`, () => loadFile(shop.id, operation, url, { partial: true }));
  } catch (error) {
    if (!(error instanceof FileExpired)) throw error;
  }
}
