import { settleWrites } from '#app/models/settle-writes.server.ts';
import { markSent, takePlanned } from '#app/models/writes.server.ts';
import { METAFIELDS_PER_CALL, type Channel } from '#app/rfm/write-cost.ts';
import type { JobContext } from './job.server.ts';
import { carriesTags, packed } from './journal-packs.ts';
import { sendCall, type Sent } from './send-call.server.ts';
import { step } from './step.server.ts';

/** Calls on their way at the same time; the client's bucket of points sets the pace below that. */
const ON_THE_WAY = 40;
/** Journal rows per batch: one transaction before it and one after it. */
const METAFIELD_ROWS = 40 * METAFIELDS_PER_CALL;
const TAG_ROWS = 200;

/**
 * Sends the next batch of a channel, call by call. Rows are marked as sent before the first call, so that
 * after a crash they are known to be uncertain and sent again: tags and metafields end the same twice.
 * False when nothing is left of the channel.
 */
export async function sendBatch(context: JobContext, runId: number, channel: Channel): Promise<boolean> {
  const { shop, admin } = context;
  const limit = carriesTags(channel) ? TAG_ROWS : METAFIELD_ROWS;
  const rows = await step(`${channel}.take`, () => takePlanned(shop.id, runId, channel, limit));
  if (rows.length === 0) return false;
  await step(`${channel}.mark-sent`, () =>
    markSent(
      shop.id,
      rows.map((row) => row.id),
    ),
  );
  const spentBefore = admin.pointsSpent();
  const all: Sent = { done: [], failed: [] };
  try {
    await sendAll(packed(rows, channel), async (pack) => {
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

/** Works off the packs with at most ON_THE_WAY calls in flight; the first outage ends it after those. */
export async function sendAll<T>(packs: readonly T[], send: (pack: T) => Promise<void>): Promise<void> {
  let next = 0;
  let trouble: unknown;
  const lane = async (): Promise<void> => {
    while (next < packs.length && trouble === undefined) {
      const pack = packs[next++] as T;
      try {
        await send(pack);
      } catch (error) {
        trouble ??= error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(ON_THE_WAY, packs.length) }, lane));
  if (trouble !== undefined) throw trouble;
}
