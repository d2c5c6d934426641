import { now } from '#app/clock.server.ts';
import { databaseNow } from '#app/db.server.ts';
import { updateOperation, type OperationRow } from '#app/models/bulk-operations.server.ts';
import { settleWrites } from '#app/models/settle-writes.server.ts';
import { planAgain, rowsOfOperation } from '#app/models/writes.server.ts';
import type { Channel } from '#app/rfm/write-cost.ts';
import { cancelBulkOperation, readBulkOperation } from '#app/shopify/bulk-operations.server.ts';
import { readBulkResults, type BulkResult } from '#app/shopify/bulk-results.ts';
import { download } from '#app/shopify/download.server.ts';
import { FileExpired } from '#app/shopify/errors.ts';
import { STALL_MS } from './export-kinds.ts';
import type { JobContext } from './job.server.ts';
import { carriesTags, packed } from './journal-packs.ts';
import { secondsToNextLook } from './poll-pace.ts';
import type { Sent } from './send-call.server.ts';
import { step } from './step.server.ts';

/** Points Shopify takes for starting a bulk mutation and for staging its upload. */
const START_POINTS = 20;

/**
 * Asks how a bulk mutation is doing and settles its rows at the end. Seconds until the next look, or null.
 * @param stopping it is cancelled, and what it does not report is not sent again
 */
export async function lookAtBulk(
  { shop, admin }: JobContext,
  runId: number,
  operation: OperationRow,
  stopping = false,
): Promise<number | null> {
  const channel = operation.kind as Channel;
  const gid = operation.gid ?? '';
  const seen = await step(`${channel}.look`, () => readBulkOperation(admin, gid));
  if (seen !== null && ['CREATED', 'RUNNING', 'CANCELING'].includes(seen.status)) {
    const at = await step(`${channel}.clock`, databaseNow);
    if (stopping && seen.status !== 'CANCELING') {
      await step(`${channel}.cancel`, () => cancelBulkOperation(admin, gid));
    }
    if (seen.objects > operation.objects) {
      const patch = { objects: seen.objects, deadline: at + STALL_MS };
      await step(`${channel}.progress`, () => updateOperation(shop.id, operation.id, patch));
      return secondsToNextLook(at - operation.startedAt);
    }
    if (at <= operation.deadline) return secondsToNextLook(at - operation.startedAt);
    if (!stopping) await step(`${channel}.cancel`, () => cancelBulkOperation(admin, gid));
  }
  const url = seen?.url ?? seen?.partialUrl ?? null;
  if (url !== null) await step(`${channel}.settle`, () => settle(shop.id, runId, operation, url));
  if (!stopping) await step(`${channel}.leftover`, () => planAgain(shop.id, runId, operation.id));
  const ended = { state: 'loaded', error: seen?.errorCode ?? null, finishedAt: now() } as const;
  await step(`${channel}.ended`, () => updateOperation(shop.id, operation.id, ended));
  return null;
}

/** Notes what each line of the operation did. Lines Shopify does not report stay unsettled. */
async function settle(shopId: number, runId: number, operation: OperationRow, url: string): Promise<void> {
  const channel = operation.kind as Channel;
  const packs = packed(await rowsOfOperation(shopId, runId, operation.id), channel);
  // Fewer rows than were uploaded: a run that was killed after this had settled them already.
  if (packs.length !== operation.lines) return;
  const sent: Sent = { done: [], failed: [] };
  try {
    for await (const result of readBulkResults(download(url))) {
      const rows = packs[result.line];
      if (rows !== undefined) note(sent, result, rows, carriesTags(channel));
    }
  } catch (error) {
    // What cannot be read any more is sent again: nothing is written twice by that.
    if (!(error instanceof FileExpired || error instanceof SyntaxError)) throw error;
  }
  await settleWrites(shopId, runId, { ...sent, points: START_POINTS });
}

/** A refused line of metafields fails only the entries Shopify blames; the others are sent call by call. */
function note(
  sent: Sent,
  { refused, blamed }: BulkResult,
  rows: readonly { id: number }[],
  tags: boolean,
): void {
  for (const [place, { id }] of rows.entries()) {
    if (refused === null) sent.done.push(id);
    else if (tags || rows.length === 1 || blamed.includes(place)) sent.failed.push({ id, error: refused });
  }
}
