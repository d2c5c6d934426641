import { now } from '#app/clock.server.ts';
import { operationsOf } from '#app/models/bulk-operations.server.ts';
import { readSettings } from '#app/models/settings.server.ts';
import { latestWriteRun, updateWriteRun, type WriteRun } from '#app/models/write-runs.server.ts';
import { CHANNELS } from '#app/rfm/write-cost.ts';
import { AccessDenied } from '#app/shopify/errors.ts';
import { alone } from './alone.server.ts';
import { inBounds } from './in-bounds.server.ts';
import { defineJob, shopPayload, type JobContext } from './job.server.ts';
import { sendBatch } from './send-direct.server.ts';
import { intendBulk, stepBulk } from './send-in-bulk.server.ts';
import { step } from './step.server.ts';

/**
 * Sends the journal of the open write-back in short turns: metafields first, then tags, direct calls beside
 * bulk operations. Stops within one batch when the merchant switches writing off.
 */
export const writeBack = defineJob({
  name: 'write-back',
  payload: shopPayload,
  attempts: 5,
  run: ({ shopId }, context) =>
    alone(shopId, 'write-back', () => inBounds(context.signal, () => writeStep(context))),
  gaveUp: async ({ shopId }, reason) => {
    const run = await latestWriteRun(shopId);
    if (run?.state === 'sending') await end(shopId, run, 'failed', reason);
  },
});

/** One batch, or one step of each bulk operation. Seconds until the next, null at the end. */
async function writeStep(context: JobContext): Promise<number | null> {
  const shopId = context.shop.id;
  const run = await step('write.run', () => latestWriteRun(shopId));
  if (run?.state !== 'sending') return null;
  if (!(await wanted(shopId, run))) {
    await step('write.stop', () => end(shopId, run, 'stopped'));
    return null;
  }
  try {
    return await send(context, run);
  } catch (error) {
    if (!(error instanceof AccessDenied)) throw error;
    // Scores and screens do without this scope; only the writing waits for it.
    await step('write.denied', () => end(shopId, run, 'failed', `missing-scope:${error.scope}`));
    return null;
  }
}

async function wanted(shopId: number, run: WriteRun): Promise<boolean> {
  if (run.plan.cleanUp) return true;
  return (await step('write.settings', () => readSettings(shopId))).writeBack === 'on';
}

async function send(context: JobContext, run: WriteRun): Promise<number | null> {
  const shopId = context.shop.id;
  const { transport } = run.plan;
  const operations = await step('write.operations', () => operationsOf(shopId, run.id, CHANNELS));
  if (await intendBulk(shopId, run, operations)) return 0;
  const wait = await stepBulk(context, run, operations);
  // Once no operation runs, what one left over is sent call by call.
  const channels = wait === null ? CHANNELS : transport.direct;
  for (const channel of channels) {
    if (await sendBatch(context, run.id, channel)) return 0;
  }
  if (wait !== null) return wait;
  await step('write.done', () => end(shopId, run, 'done'));
  return null;
}

async function end(
  shopId: number,
  run: WriteRun,
  state: 'done' | 'stopped' | 'failed',
  problem: string | null = null,
): Promise<void> {
  await updateWriteRun(shopId, run.id, { state, plan: { ...run.plan, problem }, finishedAt: now() });
}
