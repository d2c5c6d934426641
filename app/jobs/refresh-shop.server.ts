import { z } from 'zod';
import { latestImport, updateImport } from '#app/models/imports.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { alone } from './alone.server.ts';
import { defineJob, shopPayload } from './job.server.ts';
import { enqueue } from './queue.server.ts';
import { scoreCustomers } from './score-customers.server.ts';
import { step } from './step.server.ts';
import { takeChanges } from './take-changes.server.ts';

/**
 * Brings a shop up to date: what changed since the last time, then a full scoring, then the differences are
 * written. With `day` it is the daily run of that day and happens once, however many workers ask for it.
 */
export const refreshShop = defineJob({
  name: 'refresh-shop',
  payload: shopPayload.extend({ day: z.number().int().optional() }),
  attempts: 5,
  run: ({ shopId, generation, day }, context) =>
    alone(shopId, 'import', async () => {
      const scored = await step('refresh.scored', () => latestRun(shopId));
      if (day !== undefined && scored !== null && scored.asOf >= day) return;
      const run = await step('refresh.import', () => latestImport(shopId));
      if (run?.generation !== generation || run.phase !== 'done' || run.changesUntil === null) return;
      const until = await takeChanges(context, run.changesUntil);
      await step('refresh.until', () => updateImport(shopId, run.id, { changesUntil: until }));
      const reason = day === undefined ? 'orders' : 'day';
      await step('refresh.score', () => enqueue(scoreCustomers, { shopId, generation, reason }));
    }),
});
