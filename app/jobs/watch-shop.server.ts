import { today } from '#app/clock.server.ts';
import { databaseNow } from '#app/db.server.ts';
import { boughtIsDue } from '#app/models/bought.server.ts';
import { campaignsToMeasure } from '#app/models/campaign-looks.server.ts';
import { codesWait } from '#app/models/code-batches.server.ts';
import { hasEnded, latestImport, latestWholeImport } from '#app/models/imports.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { pendingKinds } from '#app/models/pending.server.ts';
import { newestLooks, type LookKind } from '#app/models/reconciliations.server.ts';
import { profiledRun } from '#app/models/segment-profiles.server.ts';
import { readSettings } from '#app/models/settings.server.ts';
import { nextPutBack } from '#app/models/write-holds.server.ts';
import { hasUntoldUnsubscribed } from '#app/models/suppressions.server.ts';
import { latestWriteRun } from '#app/models/write-runs.server.ts';
import type { Day } from '#app/rfm/calendar.ts';
import { gatherBought } from './gather-bought.server.ts';
import { issueCodes } from './issue-codes.server.ts';
import { importShop } from './import-shop.server.ts';
import { defineJob, shopPayload, type ShopPayload } from './job.server.ts';
import { lookDue } from './looks-due.ts';
import { measureCampaigns } from './measure-campaigns.server.ts';
import { planWriteBack } from './plan-write-back.server.ts';
import { profileSegments } from './profile-segments.server.ts';
import { putBack } from './put-back.server.ts';
import { enqueue } from './queue.server.ts';
import { readPending } from './read-pending.server.ts';
import { reconcileChanges } from './reconcile-changes.server.ts';
import { reconcileCounts } from './reconcile-counts.server.ts';
import { reconcileScores } from './reconcile-scores.server.ts';
import { scoreCustomers } from './score-customers.server.ts';
import { dataMark, scoringDue } from './scoring-due.ts';
import { step } from './step.server.ts';
import { tellShopifyUnsubscribed } from './tell-unsubscribed.server.ts';
import { writeFollowing } from './write-following.server.ts';
import { writeBack } from './write-back.server.ts';
import { failedLately, wasDenied } from './write-failures.ts';

/**
 * Looks after one shop: takes up an import or a write-back that nobody works on any more, begins the shop's new
 * day, has it looked whether webhooks were lost, and follows wishes that were stored by a process that died before it
 * asked for them. It decides from what is stored, so running it twice, or in two workers, does nothing more.
 */
export const watchShop = defineJob({
  name: 'watch-shop',
  payload: shopPayload,
  attempts: 3,
  run: async ({ shopId, generation }, { shop }) => {
    const payload = { shopId, generation };
    const settings = await step('watch.settings', () => readSettings(shopId));
    const scored = await step('watch.scores', () => latestRun(shopId));
    const writing = await step('watch.write-run', () => latestWriteRun(shopId));
    if (await step('watch.unsubscribed', () => hasUntoldUnsubscribed(shopId))) {
      await step('watch.tell-unsubscribed', () => enqueue(tellShopifyUnsubscribed, payload));
    }
    const givenUp = (job: { name: string }): boolean => shop.givenUpJob === job.name;
    if (writing?.state === 'sending' || writing?.state === 'stopping') {
      await step('watch.take-up-writes', () => enqueue(writeBack, payload));
    }
    const takingBack = settings.writeBack === 'removing' || settings.writeBack === 'undoing';
    const wished = takingBack || (settings.writeBack === 'on' && scored !== null);
    const planned = settings.plannedRunId === (scored?.id ?? 0);
    const at = await step('watch.clock', databaseNow);
    const again = wished && writing !== null && wasDenied(writing) && !failedLately(writing, at);
    if ((writing?.state === 'planned' || (wished && !planned) || again) && !givenUp(planWriteBack)) {
      await step('watch.plan', () => enqueue(planWriteBack, payload));
    }
    if ((await step('watch.put-back', () => nextPutBack(shopId))) !== null && !givenUp(putBack)) {
      await step('watch.take-up-put-back', () => enqueue(putBack, payload));
    }
    if ((await step('watch.codes', () => codesWait(shopId))) && !givenUp(issueCodes)) {
      await step('watch.issue-codes', () => enqueue(issueCodes, payload));
    }
    const run = await step('watch.import', () => latestImport(shopId));
    const importing = run?.generation !== generation || !hasEnded(run);
    if (importing) await step('watch.take-up-import', () => enqueue(importShop, payload));
    const day = shop.timeZone === null ? null : today(shop.timeZone, at);
    // A later import that runs, or failed, does not end the shop's days.
    const whole = await step('watch.whole', () => latestWholeImport(shopId, generation));
    if (whole !== null) await lookAgain(payload, whole.finishedAt ?? 0, at, importing);
    if (whole !== null && day !== null && (scored === null || scored.asOf < day)) {
      await step('watch.new-day', () => enqueue(scoreCustomers, payload));
      return;
    }
    if (importing && whole === null) return;
    const kinds = await step('watch.pending', () => pendingKinds(shopId));
    if (kinds.has('customer') || kinds.has('details'))
      await step('watch.read', () => enqueue(readPending, payload));
    const due = !importing && scored && scoringDue(scored, settings, dataMark(run, whole), scored.asOf);
    if (kinds.has('write') && settings.writeBack === 'on') {
      await step('watch.write', () => enqueue(writeFollowing, payload));
    }
    if ((due || kinds.has('score')) && !givenUp(scoreCustomers)) {
      await step('watch.score', () => enqueue(scoreCustomers, payload));
    }
    if (importing || scored === null) return;
    const profiled = (await step('watch.profiled', () => profiledRun(shopId))) === scored.id;
    if (!profiled && !givenUp(profileSegments))
      await step('watch.profile', () => enqueue(profileSegments, payload));
    if (day !== null && !givenUp(measureCampaigns)) await askToMeasure(payload, day);
    if (givenUp(gatherBought) || !(await step('watch.bought', () => boughtIsDue(shopId, scored.id)))) return;
    await step('watch.gather-bought', () => enqueue(gatherBought, payload));
  },
});

/** Has the campaigns measured whose result of this day is not there, after the scores of the day. */
async function askToMeasure(payload: ShopPayload, day: Day): Promise<void> {
  const due = await step('watch.campaigns', () => campaignsToMeasure(payload.shopId, day));
  if (due.length > 0) await step('watch.measure', () => enqueue(measureCampaigns, payload));
}

/** Asks for the looks whose time has come; those at counts and scores wait for an import to end. */
async function lookAgain(
  payload: ShopPayload,
  wholeSince: number,
  at: number,
  importing: boolean,
): Promise<void> {
  const newest = await step('watch.looks', () => newestLooks(payload.shopId));
  const due = (kind: LookKind): boolean => lookDue(kind, newest, wholeSince, at);
  if (due('recent') || due('two-days')) {
    await step('watch.look-at-changes', () => enqueue(reconcileChanges, payload));
  }
  if (importing) return;
  if (due('counts')) await step('watch.look-at-counts', () => enqueue(reconcileCounts, payload));
  if (due('scores')) await step('watch.look-at-scores', () => enqueue(reconcileScores, payload));
}
