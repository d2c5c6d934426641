import type { OperationRow } from '#app/models/bulk-operations.server.ts';
import type { ImportRow } from '#app/models/imports.server.ts';
import { readCounts } from '#app/shopify/shop.server.ts';
import type { JobContext } from './job.server.ts';
import { step } from './step.server.ts';

/**
 * Whether the loaded slices together hold as many orders (or customers) as Shopify counts. What was deleted
 * since the import began is allowed for by counting again; a count that Shopify caps proves nothing.
 */
export async function provenInAll(
  { admin }: JobContext,
  run: ImportRow,
  kind: 'orders' | 'details' | 'customers',
  loaded: readonly OperationRow[],
): Promise<boolean> {
  const which = kind === 'customers' ? 'customers' : 'orders';
  const expected = which === 'customers' ? run.customersExpected : run.ordersExpected;
  const roots = loaded.reduce((sum, operation) => sum + operation.rootObjects, 0);
  if (expected === null || roots >= expected) return true;
  const counted = (await step(`${kind}.count-again`, () => readCounts(admin)))[which];
  return counted === null || roots >= Math.min(expected, counted);
}
