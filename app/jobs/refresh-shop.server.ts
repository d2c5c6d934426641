import { z } from 'zod';
import { latestWholeImport, openImport, updateImport, type ImportRow } from '#app/models/imports.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { startOfDay, type Day } from '#app/rfm/calendar.ts';
import { AccessDenied } from '#app/shopify/errors.ts';
import { alone } from './alone.server.ts';
import { lastWholeLook } from './data-up-to.server.ts';
import { importShop } from './import-shop.server.ts';
import { defineJob, shopPayload, type JobContext } from './job.server.ts';
import { learnShop, WHOLE_HISTORY } from './learn-shop.server.ts';
import { enqueue } from './queue.server.ts';
import { scoreCustomers } from './score-customers.server.ts';
import { step } from './step.server.ts';
import { takeChanges } from './take-changes.server.ts';

/**
 * Brings a shop up to date: what changed since the last time, then a full scoring, then the differences are
 * written. With `day` it is the daily run of that day and happens once, however many workers ask for it. It goes on
 * from the newest whole import, whatever became of a later one.
 */
export const refreshShop = defineJob({
  name: 'refresh-shop',
  payload: shopPayload.extend({ day: z.number().int().optional() }),
  attempts: 5,
  run: ({ shopId, generation, day }, context) =>
    alone(shopId, 'import', async () => {
      const scored = await step('refresh.scored', () => latestRun(shopId));
      if (day !== undefined && scored !== null && scored.asOf >= day) return 'nothing';
      const run = await step('refresh.import', () => latestWholeImport(shopId, generation));
      if (run === null) return 'nothing';
      // Two wishes for a day may meet before its scoring: the second one finds the changes taken in.
      const taken = day !== undefined && tookChangesOn(day, context.shop.timeZone, run);
      if (!taken && !(await bringUpToDate(context, run))) return { againInSeconds: 0 };
      await step('refresh.score', () => enqueue(scoreCustomers, { shopId, generation }));
      return undefined;
    }),
});

/** Whether changes were taken in whole on this day or later. */
function tookChangesOn(day: Day, timeZone: string | null, run: ImportRow): boolean {
  const looked = lastWholeLook(run);
  return timeZone !== null && looked !== null && looked >= startOfDay(day, timeZone);
}

/**
 * Takes a turn of changes in. True when there is nothing more to take in: also where Shopify denies access, which
 * the import says while scoring and writing go on with what is stored.
 */
async function bringUpToDate(context: JobContext, run: ImportRow): Promise<boolean> {
  const { shop } = context;
  const { id: shopId, generation } = shop;
  try {
    const { facts } = await learnShop(context);
    if (run.limitedHistory && facts.scopes.includes(WHOLE_HISTORY)) {
      await step('refresh.whole-history', () => openImport(shopId, generation));
      await step('refresh.import-again', () => enqueue(importShop, { shopId, generation }));
    }
    if (!(await takeChanges(context, run))) return false;
  } catch (error) {
    if (!(error instanceof AccessDenied)) throw error;
    const denied = { problem: 'missing-scope', problemDetail: { scope: error.scope } };
    await step('refresh.denied', () => updateImport(shopId, run.id, denied));
    return true;
  }
  if (run.problem !== null) {
    await step('refresh.allowed', () => updateImport(shopId, run.id, { problem: null, problemDetail: null }));
  }
  return true;
}
