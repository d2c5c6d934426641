import { today } from '#app/clock.server.ts';
import { directory } from '#app/db.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import type { Settings } from '#app/models/settings.server.ts';
import { readStanding, type Standing } from '#app/models/standing.server.ts';
import { alone } from './alone.server.ts';
import { countWriteBack } from './count-write-back.server.ts';
import { described, type DescribedShop } from './stats-fold.ts';
import { inBounds } from './in-bounds.server.ts';
import { defineJob, shopPayload, type JobContext, type JobOutcome, type ShopPayload } from './job.server.ts';
import { passMidnight } from './pass-midnight.server.ts';
import { planWriteBack } from './plan-write-back.server.ts';
import { profileSegments } from './profile-segments.server.ts';
import { enqueue, enqueueUnlessQueued } from './queue.server.ts';
import { goOnHere, worksHere } from './run-here.server.ts';
import { scoreEveryone } from './score-everyone.server.ts';
import { SCORED_AT_ONCE, scorePending } from './score-pending.server.ts';
import { dataMark, scoringDue } from './scoring-due.ts';
import { step } from './step.server.ts';
import { writeFollowing } from './write-following.server.ts';

/** Seconds after which the queue sees to it that changes were written. */
const IN_CASE_SECONDS = 15;

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
    const standing = await step('score.standing', () => readStanding(shopId, generation));
    const { settings, run } = standing;
    // After the settings, whose version tells of a new zone or currency: the job's own row may be from before that.
    const known = await step('score.shop', () => directory.shopById(shopId));
    if (known === null) return undefined;
    const shop = described(known);
    const asOf = today(shop.timeZone, standing.at);
    const mark = dataMark(standing.newest, standing.whole);
    const reason = scoringDue(run, settings, mark, asOf);
    if (run === null || reason !== null) {
      const before = await step('score.run-before', () => latestRun(shopId));
      await step('score.run', () =>
        scoreEveryone(shop, settings, before, { asOf, reason: reason ?? 'first', mark }),
      );
      const wished = settings.writeBack === 'on' || settings.writeBack === 'removing';
      const next = wished ? planWriteBack : countWriteBack;
      await step('score.plan-next', () => enqueue(next, { shopId, generation }));
      await step('score.profile-next', () => enqueue(profileSegments, { shopId, generation }));
      return undefined;
    }
    const { rest, unwritten } = await scoreOn(shop, settings, run, asOf, signal);
    if (settings.writeBack !== 'on') return rest;
    if (settings.plannedRunId !== run.id)
      await step('score.plan-anew', () => enqueue(planWriteBack, { shopId, generation }));
    else if (unwritten) await step('score.write-next', () => writeSoon({ shopId, generation }));
    return rest;
  });
}

/** Asks for following: here at once, and of the queue in case this process dies. */
async function writeSoon(payload: ShopPayload): Promise<void> {
  if (!worksHere()) return enqueue(writeFollowing, payload);
  await enqueueUnlessQueued(writeFollowing, payload, IN_CASE_SECONDS);
  await goOnHere(writeFollowing, payload);
}

/** Moves the scores on to the day and then customer by customer, until nobody waits or the turn is over. */
async function scoreOn(
  shop: DescribedShop,
  settings: Settings,
  before: NonNullable<Standing['run']>,
  asOf: number,
  signal: AbortSignal,
): Promise<{ rest: JobOutcome; unwritten: boolean }> {
  const latest = before.asOf < asOf ? await step('score.held', () => latestRun(shop.id)) : null;
  const run = latest === null ? before : await passMidnight(shop, settings, latest, asOf);
  let unwritten = false;
  const rest = await inBounds(signal, async () => {
    const scored = await scorePending(shop, settings, run);
    unwritten = scored.unwritten;
    return scored.looked < SCORED_AT_ONCE ? null : 0;
  });
  return { rest, unwritten };
}
