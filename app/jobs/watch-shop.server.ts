import { today } from '#app/clock.server.ts';
import { databaseNow } from '#app/db.server.ts';
import { latestImport } from '#app/models/imports.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { latestWriteRun } from '#app/models/write-runs.server.ts';
import { importShop } from './import-shop.server.ts';
import { defineJob, shopPayload } from './job.server.ts';
import { enqueue } from './queue.server.ts';
import { refreshShop } from './refresh-shop.server.ts';
import { step } from './step.server.ts';
import { writeBack } from './write-back.server.ts';

/**
 * Looks after one shop: takes up an import or a write-back that nobody works on any more, and begins the
 * shop's new day. It decides from what is stored, so running it twice, or in two workers, does nothing more.
 */
export const watchShop = defineJob({
  name: 'watch-shop',
  payload: shopPayload,
  attempts: 3,
  run: async ({ shopId, generation }, { shop }) => {
    const payload = { shopId, generation };
    const run = await step('watch.import', () => latestImport(shopId));
    if (run?.generation !== generation || (run.phase !== 'done' && run.phase !== 'failed')) {
      await step('watch.take-up-import', () => enqueue(importShop, payload));
      return;
    }
    const scored = await step('watch.scores', () => latestRun(shopId));
    const at = await step('watch.clock', databaseNow);
    const day = shop.timeZone === null ? null : today(shop.timeZone, at);
    if (run.phase === 'done' && day !== null && (scored === null || scored.asOf < day)) {
      await step('watch.new-day', () => enqueue(refreshShop, { ...payload, day }));
    }
    const sending = await step('watch.write-run', () => latestWriteRun(shopId));
    if (sending?.state === 'sending') {
      await step('watch.take-up-writes', () => enqueue(writeBack, payload));
    }
  },
});
