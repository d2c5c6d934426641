import type { AdminClient } from '#app/shopify/admin.server.ts';
import {
  readBulkOperation,
  type BulkOperation,
  type BulkStart,
} from '#app/shopify/bulk-operations.server.ts';

/** Waits until an operation that was started has ended. */
export async function finishedOperation(admin: AdminClient, start: BulkStart): Promise<BulkOperation> {
  if ('busy' in start) throw new Error('every slot is taken');
  for (;;) {
    const operation = await readBulkOperation(admin, start.gid);
    if (operation === null) throw new Error('the operation is unknown');
    if (!['CREATED', 'RUNNING', 'CANCELING'].includes(operation.status)) return operation;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Everything a stream gives, as one buffer. */
export async function wholeOf(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) parts.push(piece);
  return Buffer.concat(parts);
}
