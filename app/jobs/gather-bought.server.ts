import { today } from '#app/clock.server.ts';
import { directory, sqlInShop } from '#app/db.server.ts';
import { boughtIsDue, gatherBought as gather } from '#app/models/bought.server.ts';
import { hasEnded, latestImport } from '#app/models/imports.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { readSettings } from '#app/models/settings.server.ts';
import { defineJob, shopPayload } from './job.server.ts';
import { described } from './stats-fold.ts';
import { step } from './step.server.ts';

/**
 * Gathers what customers bought, and where from, so that questions about it are answered at once: of everyone after a
 * full run, otherwise of those whose orders changed. While an import is under way it waits for the run that ends it.
 */
export const gatherBought = defineJob({
  name: 'gather-bought',
  payload: shopPayload,
  attempts: 5,
  run: ({ shopId }) => gatherWaiting(shopId),
});

/** Gathers what waits; 'nothing' where nothing does, or an import is under way. */
export async function gatherWaiting(shopId: number): Promise<'nothing' | undefined> {
  const run = await step('bought.run', () => latestRun(shopId));
  if (run === null || !(await step('bought.due', () => boughtIsDue(shopId, run.id)))) return 'nothing';
  const imported = await step('bought.import', () => latestImport(shopId));
  if (imported !== null && !hasEnded(imported)) return 'nothing';
  const rules = await step('bought.settings', () => readSettings(shopId));
  const known = await step('bought.shop', () => directory.shopById(shopId));
  if (known === null) return 'nothing';
  const { timeZone } = described(known);
  const { id: runId, currency } = run;
  // An order of a day that has no scores yet is noted once, and gathered with it.
  const asOf = Math.max(run.asOf, today(timeZone));
  await sqlInShop(shopId, (client) =>
    step('bought.gather', () => gather(client, shopId, { runId, asOf, timeZone, currency, rules })),
  );
  return undefined;
}
