import { z } from 'zod';
import { readSettings } from '#app/models/settings.server.ts';
import { createWriteRun, latestWriteRun, updateWriteRun } from '#app/models/write-runs.server.ts';
import { planWrites } from '#app/models/writes.server.ts';
import { alone } from './alone.server.ts';
import { defineJob, shopPayload } from './job.server.ts';
import { enqueue } from './queue.server.ts';
import { step } from './step.server.ts';
import { countPlan, walkPlan } from './walk-plan.server.ts';
import { writeBack } from './write-back.server.ts';

/** Seconds until an unfinished write-back is looked at again before the next one is planned. */
const UNFINISHED_SECONDS = 15;

/**
 * Plans what differs between what customers carry and what they should, journals it, and starts sending.
 * Nothing is planned unless the merchant switched writing on, or asked with `cleanUp` to remove everything.
 */
export const planWriteBack = defineJob({
  name: 'plan-write-back',
  payload: shopPayload.extend({ cleanUp: z.boolean().optional() }),
  attempts: 5,
  run: ({ shopId, generation, cleanUp = false }, { admin }) =>
    alone(shopId, 'write-back', async () => {
      const earlier = await step('plan.earlier', () => latestWriteRun(shopId));
      // A planned run is one whose planning was killed: nothing of it was sent.
      if (earlier?.state === 'planned') {
        await step('plan.drop', () => updateWriteRun(shopId, earlier.id, { state: 'stopped' }));
      }
      const settings = await step('plan.settings', () => readSettings(shopId));
      if (!cleanUp && settings.writeBack !== 'on') return;
      if (earlier?.state === 'sending') {
        await step('plan.go-on', () => enqueue(writeBack, { shopId, generation }));
        return { againInSeconds: UNFINISHED_SECONDS };
      }
      const plan = await step('plan.preview', () => countPlan(shopId, settings.tagPrefix, cleanUp, admin));
      if (plan.customers === 0) return;
      const run = await step('plan.begin', () => createWriteRun(shopId, generation, plan));
      await step('plan.journal', () =>
        walkPlan(shopId, settings.tagPrefix, cleanUp, (client, rows) =>
          planWrites(client, shopId, run.id, rows),
        ),
      );
      await step('plan.ready', () => updateWriteRun(shopId, run.id, { state: 'sending' }));
      await step('plan.send', () => enqueue(writeBack, { shopId, generation }));
    }),
});
