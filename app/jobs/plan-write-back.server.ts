import { now } from '#app/clock.server.ts';
import { sqlInShop } from '#app/db.server.ts';
import { beginAllPending } from '#app/models/pending.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { endRemoval, markPlanned, readSettings } from '#app/models/settings.server.ts';
import { endUndo } from '#app/models/undo.server.ts';
import { noteUnsettled } from '#app/models/unsettled-writes.server.ts';
import { createWriteRun, latestWriteRun, updateWriteRun } from '#app/models/write-runs.server.ts';
import { withdrawEverything } from '#app/models/offers-to-withdraw.server.ts';
import { planWrites } from '#app/models/writes.server.ts';
import { schemeOf } from '#app/rfm/schemes.ts';
import { ourTags } from '#app/rfm/write-plan.ts';
import { alone } from './alone.server.ts';
import { defineJob, shopPayload } from './job.server.ts';
import { planUndoRun } from './plan-undo.server.ts';
import { enqueue } from './queue.server.ts';
import { step } from './step.server.ts';
import { withdrawOffers } from './withdraw-offers.server.ts';
import { countPlan, endLooked, walkPlan } from './walk-plan.server.ts';
import { writeBack } from './write-back.server.ts';

/** Seconds until an unfinished write-back is looked at again before the next one is planned. */
const UNFINISHED_SECONDS = 15;

/**
 * Plans what differs between what customers carry and what they should, journals it, and starts sending.
 * What the merchant wishes is read from the settings: nothing is planned unless writing is on, or everything of
 * ours is to be removed.
 */
export const planWriteBack = defineJob({
  name: 'plan-write-back',
  payload: shopPayload,
  attempts: 5,
  run: ({ shopId, generation }, { admin }) =>
    alone(shopId, 'write-back', async () => {
      const earlier = await step('plan.earlier', () => latestWriteRun(shopId));
      // A planned run is one whose planning was killed: nothing of it was sent.
      if (earlier?.state === 'planned') {
        await step('plan.drop', () => updateWriteRun(shopId, earlier.id, { state: 'stopped' }));
      }
      const settings = await step('plan.settings', () => readSettings(shopId));
      const { writeBack: wish, version } = settings;
      const ours = ourTags(settings.tagPrefix, schemeOf(settings));
      const cleanUp = wish === 'removing';
      const { undoRunId } = settings;
      const wished = cleanUp || wish === 'on' || undoRunId !== null;
      if (earlier?.state === 'sending' || earlier?.state === 'stopping') {
        await step('plan.go-on', () => enqueue(writeBack, { shopId, generation }));
        return wished ? { againInSeconds: UNFINISHED_SECONDS } : 'nothing';
      }
      if (!wished) return 'nothing';
      if (cleanUp) {
        await step('plan.campaigns', () => withdrawEverything(shopId));
        await step('plan.withdraw', () => enqueue(withdrawOffers, { shopId, generation }));
      }
      const run = await step('plan.scores', () => latestRun(shopId));
      const scored = run?.id ?? 0;
      if (undoRunId !== null) {
        await planUndoRun({ shopId, generation }, undoRunId, admin);
        await step('undo.planned', () => markPlanned(shopId, version, scored));
        await step('undo.send', () => enqueue(writeBack, { shopId, generation }));
        return undefined;
      }
      // The merchant's own wish has not been planned for; everything after that follows it.
      const follows = cleanUp || settings.plannedRunId === null ? null : (run?.asOf ?? null);
      // Before anyone is looked at, so that whoever is noted meanwhile stays noted.
      await step('plan.begin-pending', () => beginAllPending(shopId, 'write'));
      const plan = await step('plan.preview', () => countPlan(shopId, ours, cleanUp, admin, follows));
      if (plan.customers === 0) {
        await step('plan.end-pending', () =>
          sqlInShop(shopId, (client) => endLooked(client, shopId, follows)),
        );
        if (cleanUp) await step('plan.removed', () => endRemoval(shopId));
        else await step('plan.nothing', () => markPlanned(shopId, version, scored));
        return undefined;
      }
      const planned = await step('plan.begin', () => createWriteRun(shopId, generation, plan));
      await step('plan.journal', () =>
        walkPlan(shopId, { ours, cleanUp, follows }, (client, rows) =>
          planWrites(client, shopId, planned.id, rows),
        ),
      );
      await step('plan.ready', () => updateWriteRun(shopId, planned.id, { state: 'sending' }));
      await step('plan.planned', () => markPlanned(shopId, version, scored));
      await step('plan.send', () => enqueue(writeBack, { shopId, generation }));
      return undefined;
    }),
  gaveUp: async ({ shopId }, reason) => {
    // Whoever holds the lease plans anew, and drops what is left of this plan itself.
    await alone(shopId, 'write-back', async () => {
      const run = await latestWriteRun(shopId);
      if (run?.state !== 'planned') return;
      const plan = { ...run.plan, problem: reason };
      if (run.kind === 'undo') return endUndo(shopId, run.id, plan, 'failed');
      await noteUnsettled(shopId, run.id);
      await updateWriteRun(shopId, run.id, { state: 'failed', plan, finishedAt: now() });
    });
  },
});
