import type { OperationRow } from '#app/models/bulk-operations.server.ts';
import type { Channel } from '#app/rfm/write-cost.ts';
import type { AdminClient } from '#app/shopify/admin.server.ts';
import { recentBulkOperations, type BulkOperation } from '#app/shopify/bulk-operations.server.ts';
import { BULK_DOCUMENTS } from './journal-packs.ts';

/** How far Shopify's clock may be behind ours, in milliseconds. */
const CLOCK_SKEW_MS = 120_000;

type Named = Pick<OperationRow, 'id' | 'kind'>;

/**
 * The document of a bulk operation under a name that no other one has. Shopify takes a clientIdentifier but never
 * tells it again; the document's text it does tell.
 */
export function namedDocument(runId: number, operation: Named): string {
  const document = BULK_DOCUMENTS[operation.kind as Channel];
  return document.replace(/\bmutation (\w+)/, (_, name) => `mutation ${name}${suffix(runId, operation)}`);
}

/** The operation at Shopify that was started for this row, null when none was. */
export async function findOwn(
  admin: AdminClient,
  runId: number,
  operation: OperationRow,
): Promise<BulkOperation | null> {
  const recent = await recentBulkOperations(admin, 'MUTATION', operation.startedAt - CLOCK_SKEW_MS);
  const name = new RegExp(`${suffix(runId, operation)}\\b`);
  return recent.find(({ document }) => name.test(document)) ?? null;
}

function suffix(runId: number, { id }: Named): string {
  return `_w${runId}_o${id}`;
}
