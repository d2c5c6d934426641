import type { BulkOperation as StoredOperation } from '@prisma/client';
import type { PoolClient } from 'pg';
import { databaseNow, inShop } from '#app/db.server.ts';
import { fromInstant, given, toInstant, toNumber } from './stored-values.ts';

export type OperationKind =
  'orders' | 'details' | 'customers' | 'tags-add' | 'tags-remove' | 'metafields-set' | 'metafields-delete';
type OperationState = 'intended' | 'running' | 'finished' | 'loaded' | 'failed' | 'replaced';

/** A bulk operation of ours at Shopify. Instants are epoch milliseconds. */
export type OperationRow = {
  id: number;
  /** the import or write-back run it serves, by `kind` */
  ownerId: number;
  kind: OperationKind;
  /** part n of a slice plan, 0 = whole */
  slice: number;
  filter: string | null;
  /** null between intent and answer */
  gid: string | null;
  state: OperationState;
  error: string | null;
  attempt: number;
  /** Shopify's counts so far, then in all */
  objects: number;
  rootObjects: number;
  /** read from the file */
  lines: number;
  rootLines: number;
  /** lines that could not be read, by reason */
  unread: Record<string, number>;
  startedAt: number;
  /** past this instant the operation counts as stuck */
  deadline: number;
  finishedAt: number | null;
};

export type NewOperation = Pick<OperationRow, 'ownerId' | 'kind' | 'slice' | 'filter' | 'attempt'>;
export type OperationPatch = {
  [K in keyof Omit<OperationRow, 'id' | keyof NewOperation>]?: OperationRow[K] | undefined;
};

/**
 * Notes the intent before Shopify is asked, so that a crash in between is found and not repeated blindly.
 * @param patience milliseconds until it counts as stuck
 */
export async function intendOperation(
  shopId: number,
  operation: NewOperation,
  patience: number,
): Promise<OperationRow> {
  const at = await databaseNow();
  const instants = { startedAt: fromInstant(at), deadline: fromInstant(at + patience) };
  const row = await inShop(shopId, (db) =>
    db.bulkOperation.create({ data: { ...operation, ...instants, shopId } }),
  );
  return fromStored(row);
}

/** The operations of `kinds` that serve `ownerId`, in the order they were intended. */
export async function operationsOf(
  shopId: number,
  ownerId: number,
  kinds: readonly OperationKind[],
): Promise<OperationRow[]> {
  const rows = await inShop(shopId, (db) =>
    db.bulkOperation.findMany({
      where: { shopId, ownerId, kind: { in: [...kinds] } },
      orderBy: { id: 'asc' },
    }),
  );
  return rows.map(fromStored);
}

/** Changes the named columns of an operation and returns it. */
export async function updateOperation(
  shopId: number,
  id: number,
  patch: OperationPatch,
): Promise<OperationRow> {
  const { startedAt, deadline, finishedAt, ...plain } = patch;
  const instants = {
    startedAt: fromInstant(startedAt),
    deadline: fromInstant(deadline),
    finishedAt: fromInstant(finishedAt),
  };
  const row = await inShop(shopId, (db) =>
    db.bulkOperation.update({ where: { shopId_id: { shopId, id } }, data: given({ ...plain, ...instants }) }),
  );
  return fromStored(row);
}

function fromStored(row: StoredOperation): OperationRow {
  const { shopId: _shopId, ...rest } = row;
  return {
    ...rest,
    id: toNumber(row.id),
    ownerId: toNumber(row.ownerId),
    kind: row.kind as OperationKind,
    state: row.state as OperationState,
    objects: toNumber(row.objects),
    rootObjects: toNumber(row.rootObjects),
    lines: toNumber(row.lines),
    rootLines: toNumber(row.rootLines),
    unread: row.unread as Record<string, number>,
    startedAt: toInstant(row.startedAt),
    deadline: toInstant(row.deadline),
    finishedAt: toInstant(row.finishedAt),
  };
}

/** Notes in the transaction of the load what was read from the file, so that rows and proof stand or fall together. */
export async function markLoaded(
  client: PoolClient,
  shopId: number,
  id: number,
  counts: { lines: number; rootLines: number; unread: Record<string, number> },
): Promise<void> {
  await client.query(
    `update bulk_operations set state = 'loaded', lines = $3, root_lines = $4, unread = $5, finished_at = now(), error = null
     where shop_id = $1 and id = $2`,
    [shopId, id, counts.lines, counts.rootLines, JSON.stringify(counts.unread)],
  );
}

/** Those of Shopify's operation ids that a row of the shop already holds. */
export async function storedGids(shopId: number, gids: string[]): Promise<Set<string>> {
  const rows = await inShop(shopId, (db) =>
    db.bulkOperation.findMany({ where: { shopId, gid: { in: gids } }, select: { gid: true } }),
  );
  return new Set(rows.flatMap(({ gid }) => gid ?? []));
}
