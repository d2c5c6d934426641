import { databaseNow } from '#app/db.server.ts';
import { intendOperation, updateOperation, type OperationRow } from '#app/models/bulk-operations.server.ts';
import { markSent, rowsOfOperation, takePlanned, type JournalRow } from '#app/models/writes.server.ts';
import type { WriteRun } from '#app/models/write-runs.server.ts';
import { CHANNELS, type Channel } from '#app/rfm/write-cost.ts';
import type { AdminClient } from '#app/shopify/admin.server.ts';
import { startBulkMutation, type BulkStart } from '#app/shopify/bulk-operations.server.ts';
import { uploadVariables } from '#app/shopify/staged-upload.server.ts';
import { findOwn, namedDocument } from './bulk-names.server.ts';
import { STALL_MS } from './export-kinds.ts';
import type { JobContext } from './job.server.ts';
import { bulkFile, packed } from './journal-packs.ts';
import { lookAtBulk } from './look-at-bulk.server.ts';
import { step } from './step.server.ts';

/** Most journal rows of one operation: some 15 MB of variables, far below Shopify's 100 MB. */
const MOST_ROWS = 60_000;
/** Seconds between looks for a free place while operations of others run. */
const BUSY_SECONDS = 5;

/** Notes the bulk operations of a plan before any is started; true when some were missing. */
export async function intendBulk(
  shopId: number,
  run: WriteRun,
  known: readonly OperationRow[],
): Promise<boolean> {
  let added = false;
  // The plan comes back from the database with its keys sorted; the order is CHANNELS'.
  for (const channel of CHANNELS) {
    const operations = run.plan.transport.bulk[channel];
    if (operations === undefined) continue;
    const count = Math.max(operations, Math.ceil(rowsOf(run, channel) / MOST_ROWS));
    for (let slice = 0; slice < count; slice += 1) {
      if (known.some((row) => row.kind === channel && row.slice === slice)) continue;
      const planned = { ownerId: run.id, kind: channel, slice, filter: null, attempt: 1 };
      await step(`${channel}.intend`, () => intendOperation(shopId, planned, STALL_MS));
      added = true;
    }
  }
  return added;
}

/** Journal rows the plan holds for a channel. */
function rowsOf({ plan: { byKind } }: WriteRun, channel: Channel): number {
  if (channel === 'metafields-set') return byKind['segment-set'] + byKind['profile-set'];
  if (channel === 'metafields-delete') return byKind['segment-delete'] + byKind['profile-delete'];
  return channel === 'tags-add' ? byKind['tag-add'] : byKind['tag-remove'];
}

/**
 * Moves every open bulk operation on by one step. Seconds until the soonest next one, null once all have
 * ended. Whatever an operation leaves undone goes back to the plan and is sent call by call.
 */
export async function stepBulk(
  context: JobContext,
  run: WriteRun,
  operations: readonly OperationRow[],
): Promise<number | null> {
  const open = operations.filter(({ state }) => state === 'intended' || state === 'running');
  let soonest: number | null = null;
  for (const operation of open) {
    const intended = operation.state === 'intended';
    const share = operations.filter(({ kind }) => kind === operation.kind).length;
    const wait = intended
      ? await start(context, run, operation, share)
      : await lookAtBulk(context, run.id, operation);
    if (wait !== null) soonest = Math.min(soonest ?? wait, wait);
    // One at a time: a start whose answer was lost is then the only unknown operation there can be.
    if (intended) return wait ?? 0;
  }
  return open.length === 0 ? null : (soonest ?? 0);
}

async function start(
  { shop, admin }: JobContext,
  run: WriteRun,
  operation: OperationRow,
  share: number,
): Promise<number | null> {
  const channel = operation.kind as Channel;
  const rows = await carriedRows(shop.id, run, operation, share);
  if (rows.length === 0) {
    await step(`${channel}.nothing`, () => updateOperation(shop.id, operation.id, { state: 'loaded' }));
    return null;
  }
  const packs = packed(rows, channel);
  const started = await findOrStart(admin, run.id, operation, packs);
  if ('busy' in started) return BUSY_SECONDS;
  await step(`${channel}.started`, async () => {
    const startedAt = await databaseNow();
    const deadline = startedAt + STALL_MS;
    const lines = packs.length;
    return updateOperation(shop.id, operation.id, {
      gid: started.gid,
      state: 'running',
      lines,
      startedAt,
      deadline,
    });
  });
  return 0;
}

/** The rows the operation carries: noted before the upload, so that a killed run finds the same ones again. */
async function carriedRows(
  shopId: number,
  run: WriteRun,
  operation: OperationRow,
  share: number,
): Promise<JournalRow[]> {
  const channel = operation.kind as Channel;
  const known = await step(`${channel}.carried`, () => rowsOfOperation(shopId, run.id, operation.id));
  if (known.length > 0) return known;
  const limit = Math.min(MOST_ROWS, Math.ceil(rowsOf(run, channel) / share));
  const taken = await step(`${channel}.take`, () => takePlanned(shopId, run.id, channel, limit));
  const ids = taken.map((row) => row.id);
  await step(`${channel}.assign`, () => markSent(shopId, ids, operation.id));
  return taken;
}

async function findOrStart(
  admin: AdminClient,
  runId: number,
  operation: OperationRow,
  packs: readonly JournalRow[][],
): Promise<BulkStart> {
  const channel = operation.kind as Channel;
  const own = await step(`${channel}.look-for-own`, () => findOwn(admin, runId, operation));
  if (own !== null) return own;
  const path = await step(`${channel}.upload`, () => uploadVariables(admin, bulkFile(packs, channel)));
  const document = namedDocument(runId, operation);
  const identifier = `rekindle-${operation.id}`;
  return step(`${channel}.start`, () => startBulkMutation(admin, document, path, identifier));
}
