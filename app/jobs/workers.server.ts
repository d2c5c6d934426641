import { z } from 'zod';
import { directory } from '#app/db.server.ts';
import { logger } from '#app/logger.server.ts';
import { noteGivenUp } from '#app/models/shop-health.server.ts';
import { applyInbox } from './apply-inbox.server.ts';
import { countRisk } from './count-risk.server.ts';
import { countWriteBack } from './count-write-back.server.ts';
import { giveOffers } from './give-offers.server.ts';
import { issueCodes } from './issue-codes.server.ts';
import { importShop } from './import-shop.server.ts';
import { gatherBought } from './gather-bought.server.ts';
import type { Job, ShopPayload } from './job.server.ts';
import { measureCampaigns } from './measure-campaigns.server.ts';
import { planWriteBack } from './plan-write-back.server.ts';
import { previewUndo } from './preview-undo.server.ts';
import { profileSegments } from './profile-segments.server.ts';
import { putBack } from './put-back.server.ts';
import { closeQueue, DEAD_LETTERS, openQueue, prepareQueue } from './queue.server.ts';
import { readPending } from './read-pending.server.ts';
import { readSegments } from './read-segments.server.ts';
import { recallDays } from './recall-days.server.ts';
import { reconcileChanges } from './reconcile-changes.server.ts';
import { reconcileCounts } from './reconcile-counts.server.ts';
import { reconcileScores } from './reconcile-scores.server.ts';
import { removeOldData } from './remove-old.server.ts';
import { runCampaigns } from './run-campaigns.server.ts';
import { ranFromQueue, stopHere, workHere } from './run-here.server.ts';
import { runJob } from './run-job.server.ts';
import { scoreCustomers } from './score-customers.server.ts';
import { simulate } from './simulate.server.ts';
import { tellShopifyUnsubscribed } from './tell-unsubscribed.server.ts';
import { watchInbox } from './watch-inbox.server.ts';
import { watchShop } from './watch-shop.server.ts';
import { askAfterShops } from './watch-shops.server.ts';
import { withdrawOffers } from './withdraw-offers.server.ts';
import { writeBack } from './write-back.server.ts';
import { writeFollowing } from './write-following.server.ts';

/** Runs of one job that a worker process holds at the same time, each for another shop. */
const RUNS_AT_ONCE = 4;
/** Seconds between looks at which shops have a new day or were not watched for long. */
const WATCH_SECONDS = 5;

/** Every job there is, with its payload type folded away: the queue hands over plain JSON. */
export const JOBS = [
  applyInbox,
  importShop,
  scoreCustomers,
  profileSegments,
  gatherBought,
  countWriteBack,
  countRisk,
  measureCampaigns,
  planWriteBack,
  putBack,
  writeBack,
  writeFollowing,
  readPending,
  recallDays,
  reconcileChanges,
  reconcileCounts,
  reconcileScores,
  watchShop,
  runCampaigns,
  readSegments,
  giveOffers,
  withdrawOffers,
  removeOldData,
  simulate,
  previewUndo,
  issueCodes,
  tellShopifyUnsubscribed,
] as unknown as readonly Job<ShopPayload>[];

let watching: NodeJS.Timeout | undefined;
let asking: Promise<void> = Promise.resolve();
let stopInbox: (() => Promise<void>) | undefined;

/** Starts working on every job in this process. */
export async function startJobs(): Promise<void> {
  const boss = await openQueue({ supervise: true });
  for (const job of JOBS) {
    await prepareQueue(boss, job);
    await boss.work(
      job.name,
      {
        localConcurrency: RUNS_AT_ONCE,
        groupConcurrency: 1,
        pollingIntervalSeconds: 1,
        notifyPollingIntervalSeconds: 2,
        // Jobs that were queued together are taken one after another and not one a look.
        burstWhenBatchFull: true,
      },
      async (claimed: { data: ShopPayload; signal: AbortSignal }[]) => {
        for (const one of claimed) {
          if ((await runJob(job, one.data, one.signal)) !== 'put-off') ranFromQueue(job, one.data);
        }
      },
    );
  }
  await boss.work(DEAD_LETTERS, { includeMetadata: true }, async (letters) => {
    for (const letter of letters) await giveUp(letter.sourceName, letter.data, letter.sourceOutput);
  });
  workHere();
  await askAfterShops();
  watchOn();
  stopInbox = watchInbox();
}

/** Looks after the shops again a while after the last look ended, so that looks never overlap. */
function watchOn(): void {
  watching = setTimeout(() => {
    asking = askAfterShops()
      .catch((error: unknown) => logger.error({ err: error }, 'watching shops'))
      .then(() => {
        if (watching !== undefined) watchOn();
      });
  }, WATCH_SECONDS * 1000);
}

/** Takes no more jobs, lets the running ones come to their next bounded end, and leaves the queue. */
export async function stopJobs(): Promise<void> {
  clearTimeout(watching);
  watching = undefined;
  await asking;
  await stopInbox?.();
  stopInbox = undefined;
  await stopHere();
  await closeQueue();
}

/** Puts the reason of a given-up job where the merchant sees it. */
export async function giveUp(name: string | null, data: unknown, output: object | null): Promise<void> {
  const job = JOBS.find((candidate) => candidate.name === name);
  const owner = z.object({ shopId: z.number() }).safeParse(data).data;
  const reason = reasonOf(output);
  logger.error({ job: name, shopId: owner?.shopId, reason }, 'job given up');
  const payload = job?.payload.safeParse(data).data;
  const shop = payload === undefined ? null : await directory.shopById(payload.shopId);
  // What a former install gave up is nothing to the present one.
  if (job === undefined || payload === undefined || shop?.generation !== payload.generation) return;
  await job.gaveUp?.(payload, reason);
  await noteGivenUp(shop.id, shop.generation, job.name, reason);
}

/** The words of the error that a job last ended with. */
function reasonOf(output: object | null): string {
  const error = output as { message?: unknown; value?: { message?: unknown } } | null;
  const words = error?.message ?? error?.value?.message;
  return typeof words === 'string' ? words : 'no reason was recorded';
}
