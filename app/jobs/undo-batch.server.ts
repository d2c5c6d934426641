import { settleWrites } from '#app/models/settle-writes.server.ts';
import { markSent, takePlanned } from '#app/models/writes.server.ts';
import { lookedAt } from '#app/rfm/undo-plan.ts';
import type { Channel } from '#app/rfm/write-cost.ts';
import { readMetafieldsNow } from '#app/shopify/customer-metafields-now.server.ts';
import type { JobContext } from './job.server.ts';
import { keyOf, packed } from './journal-packs.ts';
import { sendCall, type CheckedRow, type Sent } from './send-call.server.ts';
import { sendAll } from './send-direct.server.ts';
import { step } from './step.server.ts';

/** Journal rows per batch: they are sent within seconds of being looked at. */
const ROWS = 500;
const GONE = 'The customer no longer exists in Shopify.';

/**
 * Puts the next metafields of an undo back, each only if it is still as we left it: they are read first, and Shopify
 * is told which value was seen. What was changed in the very moment between stays sent, and is looked at again with
 * the next batch. False when nothing is left of the channel.
 */
export async function undoBatch(context: JobContext, runId: number, channel: Channel): Promise<boolean> {
  const { shop, admin } = context;
  const rows = await step(`${channel}.take`, () => takePlanned(shop.id, runId, channel, ROWS));
  if (rows.length === 0) return false;
  const spentBefore = admin.pointsSpent();
  const ids = [...new Set(rows.map(({ customerId }) => customerId))];
  const seen = await step(`${channel}.look-first`, () => readMetafieldsNow(admin, ids));
  const all: Sent & { kept: number[] } = { done: [], failed: [], kept: [] };
  const send: CheckedRow[] = [];
  for (const row of rows) {
    const customer = seen.get(row.customerId);
    if (customer === undefined) {
      all.failed.push({ id: row.id, error: GONE });
      continue;
    }
    const there = customer[keyOf(row.kind)];
    const next = lookedAt(row, there?.value ?? '');
    if (next === 'done') all.done.push(row.id);
    else if (next === 'changed') all.kept.push(row.id);
    // Shopify compares for what is set; what is deleted was looked at a moment ago.
    else send.push(channel === 'metafields-set' ? { ...row, digest: there?.digest ?? null } : row);
  }
  await step(`${channel}.mark-sent`, () =>
    markSent(
      shop.id,
      send.map(({ id }) => id),
    ),
  );
  try {
    await sendAll(packed(send, channel), async (pack) => {
      const sent = await step(`${channel}.send`, () => sendCall(admin, channel, pack));
      all.done.push(...sent.done);
      all.failed.push(...sent.failed);
    });
  } finally {
    // What arrived is noted even when a later call of the batch ended in an outage.
    const points = admin.pointsSpent() - spentBefore;
    await step(`${channel}.settle`, () => settleWrites(shop.id, runId, { ...all, points }));
  }
  return true;
}
