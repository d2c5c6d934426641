import { today } from '#app/clock.server.ts';
import { databaseNow, directory } from '#app/db.server.ts';
import { latestImport, latestWholeImport } from '#app/models/imports.server.ts';
import { latestRun, type ScoreRun } from '#app/models/scores.server.ts';
import { readSettings, type Settings } from '#app/models/settings.server.ts';
import { alone } from './alone.server.ts';
import { countWriteBack } from './count-write-back.server.ts';
import { described, type DescribedShop } from './fold-orders.server.ts';
import { inBounds } from './in-bounds.server.ts';
import { defineJob, shopPayload, type JobContext, type JobOutcome } from './job.server.ts';
import { passMidnight } from './pass-midnight.server.ts';
import { planWriteBack } from './plan-write-back.server.ts';
import { enqueue } from './queue.server.ts';
import { scoreEveryone } from './score-everyone.server.ts';
import { scorePending } from './score-pending.server.ts';
import { dataMark, scoringDue } from './scoring-due.ts';
import { step } from './step.server.ts';
import { writeFollowing } from './write-following.server.ts';

/**
 * Makes the scores true: of everyone with fresh cut points when that is due, otherwise of those only whose orders
 * changed or who cross a cut point on a new day. However often it is asked for, what holds is not scored again.
 */
export const scoreCustomers = defineJob({
  name: 'score-customers',
  payload: shopPayload,
  attempts: 5,
  run: (_, context) => scoreNow(context),
});

/** One turn of the job, for a job that made scores untrue itself and goes on with them. */
export function scoreNow({ shop: { id: shopId, generation }, signal }: JobContext): Promise<JobOutcome> {
  return alone(shopId, 'score', async () => {
    const settings = await step('score.settings', () => readSettings(shopId));
    // After the settings, whose version tells of a new zone or currency: the job's own row may be from before that.
    const known = await step('score.shop', () => directory.shopById(shopId));
    if (known === null) return undefined;
    const shop = described(known);
    const before = await step('score.run-before', () => latestRun(shopId));
    const asOf = today(shop.timeZone, await step('score.clock', databaseNow));
    const newest = await step('score.import', () => latestImport(shopId));
    const mark = dataMark(newest, await step('score.whole', () => latestWholeImport(shopId, generation)));
    const reason = scoringDue(before, settings, mark, asOf);
    if (before === null || reason !== null) {
      await step('score.run', () =>
        scoreEveryone(shop, settings, before, { asOf, reason: reason ?? 'first', mark }),
      );
      const wished = settings.writeBack === 'on' || settings.writeBack === 'removing';
      const next = wished ? planWriteBack : countWriteBack;
      await step('score.plan-next', () => enqueue(next, { shopId, generation }));
      return undefined;
    }
    const rest = await scoreOn(shop, settings, before, asOf, signal);
    const next = settings.plannedRunId === before.id ? writeFollowing : planWriteBack;
    if (settings.writeBack === 'on')
      await step('score.write-next', () => enqueue(next, { shopId, generation }));
    return rest;
  });
}

/** Moves the scores on to the day and then customer by customer, until nobody waits or the turn is over. */
async function scoreOn(
  shop: DescribedShop,
  settings: Settings,
  before: ScoreRun,
  asOf: number,
  signal: AbortSignal,
): Promise<JobOutcome> {
  const run = before.asOf < asOf ? await passMidnight(shop, settings, before, asOf) : before;
  return inBounds(signal, async () => ((await scorePending(shop, settings, run)) === 0 ? null : 0));
}
