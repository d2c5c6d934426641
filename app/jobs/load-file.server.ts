import { sqlInShop } from '#app/db.server.ts';
import { markLoaded, type OperationRow } from '#app/models/bulk-operations.server.ts';
import { loadCustomers } from '#app/models/customers.server.ts';
import { loadDetails } from '#app/models/order-details.server.ts';
import { loadOrders } from '#app/models/orders.server.ts';
import { quarantineLines, type QuarantinedLine } from '#app/models/quarantine.server.ts';
import { scanCustomers } from '#app/shopify/customer-export.server.ts';
import { download } from '#app/shopify/download.server.ts';
import type { LineCounts, MalformedLine } from '#app/shopify/line-scanner.ts';
import { scanOrderDetails } from '#app/shopify/order-details-export.server.ts';
import { scanOrders } from '#app/shopify/order-export.server.ts';
import { step } from './step.server.ts';

/** Unreadable lines that are kept to be shown; more of them are counted only. */
const MOST_KEPT = 1_000;

/** A file that does not hold what Shopify counted, or line items whose order is not in it. */
export class Unproven extends Error {
  override readonly name = 'Unproven';
}

type Client = Parameters<typeof loadOrders>[0];
type Sink = { malformed: (line: MalformedLine) => void };
type Pieces = AsyncIterable<Uint8Array>;

export interface LoadMode {
  /** The second download of this file: an unreadable last line is then Shopify's and not a broken download. */
  again?: boolean;
  /** What a failed export left: taken in, but neither proven nor marked. */
  partial?: boolean;
}

/**
 * Streams a bulk file into the tables of its kind and marks the operation loaded, in one transaction under
 * the import's lease. `url` is null for an export that found nothing.
 * @throws Unproven when the counts differ: nothing of the file is kept then
 */
export async function loadFile(
  shopId: number,
  operation: OperationRow,
  url: string | null,
  mode: LoadMode,
): Promise<void> {
  const bad: QuarantinedLine[] = [];
  const malformed = (line: MalformedLine): void => {
    if (bad.length < MOST_KEPT) bad.push(line);
  };
  await sqlInShop(shopId, async (client) => {
    const pieces = url === null ? nothing() : download(url);
    const counts = await load(client, shopId, operation, pieces, { malformed });
    await step(`${operation.kind}.loaded`, async () => {
      if (mode.partial) return;
      prove(operation, counts, mode.again === true || bad.at(-1)?.lineNumber !== counts.lines);
      await quarantineLines(client, shopId, operation.id, bad);
      await markLoaded(client, shopId, operation.id, counts);
    });
  });
}

// oxlint-disable-next-line require-yield -- an export without objects has no file
async function* nothing(): AsyncGenerator<Uint8Array> {}

async function load(
  client: Client,
  shopId: number,
  { kind }: OperationRow,
  pieces: Pieces,
  { malformed }: Sink,
): Promise<LineCounts> {
  if (kind === 'orders') {
    const table = await loadOrders(client, shopId);
    const counts = await scanOrders(pieces, { orders: (batch) => table.add(batch), malformed });
    await table.finish();
    return counts;
  }
  if (kind === 'customers') {
    const table = await loadCustomers(client, shopId);
    const counts = await scanCustomers(pieces, { customers: (batch) => table.add(batch), malformed });
    await table.finish();
    return counts;
  }
  const tables = await loadDetails(client, shopId);
  const counts = await scanOrderDetails(pieces, {
    details: (batch) => tables.details.add(batch),
    refunds: (batch) => tables.refunds.add(batch),
    lineItems: (batch) => tables.lineItems.add(batch),
    products: (batch) => tables.products.add(batch),
    malformed,
  });
  await tables.finish();
  return counts;
}

/**
 * Every object Shopify counted is a line of the file that was read or quarantined, and every line is either
 * one of those objects or unreadable.
 */
function prove(operation: OperationRow, counts: LineCounts, lastLineWhole: boolean): void {
  const { lines, rootLines, malformed } = counts;
  const within = (count: number, good: number, all: number): boolean => good <= count && count <= all;
  const all = within(operation.objects, lines - malformed, lines);
  const roots = within(operation.rootObjects, rootLines, rootLines + malformed);
  if (all && roots && lastLineWhole) return;
  throw new Unproven(
    `${operation.kind}: ${lines} lines (${rootLines} roots, ${malformed} unreadable) for ` +
      `${operation.objects} objects (${operation.rootObjects} roots)`,
  );
}
