import { sqlInShop } from '#app/db.server.ts';
import { markLoaded, type OperationRow } from '#app/models/bulk-operations.server.ts';
import { loadCustomers } from '#app/models/customers.server.ts';
import { loadDetails } from '#app/models/order-details.server.ts';
import { loadOrders } from '#app/models/orders.server.ts';
import { noteSeen } from '#app/models/seen-ids.server.ts';
import { quarantineLines, type QuarantinedLine } from '#app/models/quarantine.server.ts';
import type { CustomerBatch, OrderBatch } from '#app/rfm/batches.ts';
import { scanCustomers } from '#app/shopify/customer-export.server.ts';
import { download } from '#app/shopify/download.server.ts';
import type { LineCounts, MalformedLine } from '#app/shopify/line-scanner.ts';
import { scanOrderDetails } from '#app/shopify/order-details-export.server.ts';
import { scanOrders } from '#app/shopify/order-export.server.ts';
import type { ExportKind } from './export-kinds.ts';
import type { LoadFold } from './load-fold.server.ts';
import { step } from './step.server.ts';

/** Unreadable lines that are kept to be shown; more of them are counted only. */
const MOST_KEPT = 1_000;
/** Different reasons that are counted apart. */
const MOST_REASONS = 50;
/** Unreadable lines that a file may hold whatever its size, and what share of it beyond that. */
const FEW_UNREAD = 10;
const SHARE_UNREAD = 0.01;

type Unreadable = { count: number; lines: number; reason: string };

/** A file that does not hold what Shopify counted, or too much that cannot be read. */
export class Unproven extends Error {
  override readonly name = 'Unproven';
  /** null when the counts differ */
  readonly unreadable: Unreadable | null;
  constructor(words: string, unreadable: Unreadable | null = null) {
    super(words);
    this.unreadable = unreadable;
  }
}

type Client = Parameters<typeof loadOrders>[0];
/** `notes`: the ids that are read are kept, to find what is not among them. */
type Sink = { malformed: (line: MalformedLine) => void; notes: boolean; fold: LoadFold | null };
type Pieces = AsyncIterable<Uint8Array>;

export interface LoadMode {
  /** The second download of this file: an unreadable last line is then Shopify's and not a broken download. */
  again?: boolean;
  /** The shop's history was stored before: what is seen is noted, so that the rest can be removed. */
  replaces?: boolean;
  /** What a failed export left: taken in, but neither proven nor marked. */
  partial?: boolean;
  /** What orders are folded into while they are loaded. */
  fold?: LoadFold | null;
}

/**
 * Streams a bulk file into the tables of its kind and marks the operation loaded, in one transaction under
 * the import's lease. `url` is null for an export that found nothing.
 * @throws Unproven when the counts differ or too much is unreadable: nothing of the file is kept then
 */
export async function loadFile(
  shopId: number,
  operation: OperationRow,
  url: string | null,
  mode: LoadMode,
): Promise<void> {
  const bad: QuarantinedLine[] = [];
  const unread: Record<string, number> = {};
  let last = 0;
  const malformed = (line: MalformedLine): void => {
    last = line.lineNumber;
    if (bad.length < MOST_KEPT) bad.push(line);
    const known = line.reason in unread || Object.keys(unread).length < MOST_REASONS;
    const reason = known ? line.reason : 'other reasons';
    unread[reason] = (unread[reason] ?? 0) + 1;
  };
  await sqlInShop(shopId, async (client) => {
    const pieces = url === null ? nothing() : download(url);
    const counts = await load(client, shopId, operation, pieces, {
      malformed,
      notes: mode.replaces === true && mode.partial !== true,
      fold: mode.fold ?? null,
    });
    await step(`${operation.kind}.loaded`, async () => {
      if (mode.partial) return;
      prove(operation, counts, mode.again === true || last !== counts.lines);
      const [reason = ''] = Object.keys(unread).sort((a, b) => (unread[b] ?? 0) - (unread[a] ?? 0));
      const { malformed: count, lines } = counts;
      if (count > FEW_UNREAD && count > lines * SHARE_UNREAD) {
        throw new Unproven(`${operation.kind}: ${count} of ${lines} lines unreadable`, {
          count,
          lines,
          reason,
        });
      }
      await quarantineLines(client, shopId, operation.id, bad);
      await markLoaded(client, shopId, operation.id, { ...counts, unread });
    });
  });
}

// oxlint-disable-next-line require-yield -- an export without objects has no file
async function* nothing(): AsyncGenerator<Uint8Array> {}

async function load(
  client: Client,
  shopId: number,
  { kind, ownerId }: OperationRow,
  pieces: Pieces,
  { malformed, notes, fold }: Sink,
): Promise<LineCounts> {
  const seen = notes ? await noteSeen(client, shopId, ownerId, kind as ExportKind) : null;
  const note = async (length: number, id: Float64Array): Promise<void> => seen?.add({ length, id });
  const counts = await loadKind(client, shopId, kind, pieces, malformed, note, fold);
  await seen?.finish();
  return counts;
}

async function loadKind(
  client: Client,
  shopId: number,
  kind: OperationRow['kind'],
  pieces: Pieces,
  malformed: Sink['malformed'],
  note: (length: number, id: Float64Array) => Promise<void>,
  fold: LoadFold | null,
): Promise<LineCounts> {
  if (kind === 'orders') {
    const table = await loadOrders(client, shopId);
    const orders = async (batch: OrderBatch): Promise<void> => {
      await table.add(batch);
      await note(batch.length, batch.id);
      fold?.add(batch);
    };
    const counts = await scanOrders(pieces, { orders, malformed });
    await table.finish();
    return counts;
  }
  if (kind === 'customers') {
    const table = await loadCustomers(client, shopId);
    const customers = async (batch: CustomerBatch): Promise<void> => {
      await table.add(batch);
      await note(batch.length, batch.id);
    };
    const counts = await scanCustomers(pieces, { customers, malformed });
    await table.finish();
    return counts;
  }
  const tables = await loadDetails(client, shopId);
  const counts = await scanOrderDetails(pieces, {
    details: async (batch) => {
      await tables.details.add(batch);
      await note(batch.length, batch.orderId);
    },
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
