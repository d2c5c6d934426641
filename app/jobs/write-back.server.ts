import { now } from '#app/clock.server.ts';
import { operationsOf } from '#app/models/bulk-operations.server.ts';
import { endRemoval, readSettings } from '#app/models/settings.server.ts';
import { closeUndone, endUndo } from '#app/models/undo.server.ts';
import { closeUnsettled, noteUnsettled } from '#app/models/unsettled-writes.server.ts';
import { endPutBack, isPutBackWished } from '#app/models/write-holds.server.ts';
import { latestWriteRun, updateWriteRun, type WriteRun } from '#app/models/write-runs.server.ts';
import { CHANNELS, STAGES } from '#app/rfm/write-cost.ts';
import { AccessDenied } from '#app/shopify/errors.ts';
import { alone } from './alone.server.ts';
import { inBounds } from './in-bounds.server.ts';
import { defineJob, shopPayload, type Job, type JobContext, type ShopPayload } from './job.server.ts';
import { carriesTags } from './journal-packs.ts';
import { enqueue } from './queue.server.ts';
import { sendBatch } from './send-direct.server.ts';
import { undoBatch } from './undo-batch.server.ts';
import { intendBulk, stepBulk } from './send-in-bulk.server.ts';
import { step } from './step.server.ts';
import { stopBulk } from './stop-bulk.server.ts';

/**
 * Sends the journal of the open write-back in short turns, stage after stage, direct calls beside bulk operations.
 * Once writing is no longer wanted it sends nothing more, cancels what Shopify still works on, and ends only when
 * it has noted what that did.
 */
export const writeBack: Job<ShopPayload> = defineJob({
  name: 'write-back',
  payload: shopPayload,
  attempts: 5,
  run: ({ shopId }, context) =>
    alone(shopId, 'write-back', async () => {
      const again = await inBounds(context.signal, () => writeStep(context));
      return again ?? ((await latestWriteRun(shopId))?.state === 'done' ? undefined : 'nothing');
    }),
  gaveUp: async ({ shopId, generation }, reason) => {
    const run = await latestWriteRun(shopId);
    if (run?.state === 'stopping') await end(shopId, withProblem(run, reason), 'failed');
    if (run?.state !== 'sending') return;
    await beginStop(shopId, withProblem(run, reason));
    await enqueue(writeBack, { shopId, generation });
  },
});

/** One batch, or one step of each bulk operation. Seconds until the next, null at the end. */
async function writeStep(context: JobContext): Promise<number | null> {
  const { id: shopId, generation } = context.shop;
  const run = await step('write.run', () => latestWriteRun(shopId));
  if (run?.state !== 'sending' && run?.state !== 'stopping') return null;
  if (run.generation !== generation) {
    await step('write.former', () => end(shopId, run, 'stopped'));
    return null;
  }
  const sending = run.state === 'sending';
  if (sending && !(await wanted(shopId, run))) {
    await step('write.stop', () => beginStop(shopId, run));
    return 0;
  }
  try {
    return await (sending ? send(context, run) : stop(context, run));
  } catch (error) {
    if (!(error instanceof AccessDenied)) throw error;
    // Scores and screens do without this scope; only the writing waits for it.
    const denied = withProblem(run, `missing-scope:${error.scope}`);
    if (sending) await step('write.denied', () => beginStop(shopId, denied));
    else await step('write.stop-denied', () => end(shopId, denied, 'failed'));
    return sending ? 0 : null;
  }
}

async function wanted(shopId: number, run: WriteRun): Promise<boolean> {
  if (run.plan.cleanUp) return true;
  if (run.kind === 'put-back') return step('write.put-back', () => isPutBackWished(shopId, run.id));
  const { writeBack: wish, undoRunId } = await step('write.settings', () => readSettings(shopId));
  return run.kind === 'undo' ? wish === 'undoing' && undoRunId === run.plan.undo?.runId : wish === 'on';
}

async function send(context: JobContext, run: WriteRun): Promise<number | null> {
  const shopId = context.shop.id;
  const { transport, undo } = run.plan;
  const operations = await step('write.operations', () => operationsOf(shopId, run.id, CHANNELS));
  if (await intendBulk(shopId, run, operations)) return 0;
  for (const stage of STAGES) {
    const wait = await stepBulk(
      context,
      run,
      operations.filter(({ kind }) => stage.some((channel) => channel === kind)),
    );
    // Once no operation runs, what one left over is sent call by call.
    const channels = wait === null ? stage : stage.filter((channel) => transport.direct.includes(channel));
    for (const channel of channels) {
      const carries = undo && !carriesTags(channel) ? undoBatch : sendBatch;
      if (await carries(context, run.id, channel)) return 0;
    }
    if (wait !== null) return wait;
  }
  // What earlier write-backs left unknown was part of a plan that looked at everyone.
  if (run.kind === 'full') await step('write.close-unsettled', () => closeUnsettled(shopId, run.id));
  if (undo) await step('write.close-undone', () => closeUndone(shopId, run.id, undo.runId));
  await step('write.done', () => end(shopId, run, 'done'));
  return null;
}

async function stop(context: JobContext, run: WriteRun): Promise<number | null> {
  const shopId = context.shop.id;
  const operations = await step('write.stop-operations', () => operationsOf(shopId, run.id, CHANNELS));
  const wait = await stopBulk(context, run, operations);
  if (wait !== null) return wait;
  const state = run.plan.problem === null ? 'stopped' : 'failed';
  await step('write.stopped', () => end(shopId, run, state));
  return null;
}

function withProblem(run: WriteRun, problem: string): WriteRun {
  return { ...run, plan: { ...run.plan, problem: run.plan.problem ?? problem } };
}

async function beginStop(shopId: number, run: WriteRun): Promise<void> {
  await updateWriteRun(shopId, run.id, { state: 'stopping', plan: run.plan });
}

async function end(shopId: number, run: WriteRun, state: 'done' | 'stopped' | 'failed'): Promise<void> {
  if (run.kind === 'undo') return endUndo(shopId, run.id, run.plan, state);
  if (run.kind === 'put-back') return endPutBack(shopId, run.id, run.plan, state);
  // First, so that a removal that ends is never taken for one that is still wished.
  if (run.plan.cleanUp) await endRemoval(shopId);
  else if (state === 'failed') await noteUnsettled(shopId, run.id);
  await updateWriteRun(shopId, run.id, { state, plan: run.plan, finishedAt: now() });
}
