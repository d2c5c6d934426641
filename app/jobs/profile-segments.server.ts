import { directory, sqlInShop } from '#app/db.server.ts';
import { productTypes, readBoughtOrders } from '#app/models/bought-orders.server.ts';
import { hasEnded, latestImport } from '#app/models/imports.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { keepProfiles, profiledRun } from '#app/models/segment-profiles.server.ts';
import { readSettings } from '#app/models/settings.server.ts';
import { startOfDay, zoneDays } from '#app/rfm/calendar.ts';
import { schemeOf } from '#app/rfm/schemes.ts';
import { profileSegments as fold } from '#app/rfm/segment-profile.ts';
import { gatherBought } from './gather-bought.server.ts';
import { defineJob, shopPayload } from './job.server.ts';
import { enqueue } from './queue.server.ts';
import { described } from './stats-fold.ts';
import { step } from './step.server.ts';

/**
 * Counts what the customers of each segment have at stake and buy, once after each full run: it reads every order with
 * its products. While an import is under way it waits for the run that ends it, since contents are still missing.
 */
export const profileSegments = defineJob({
  name: 'profile-segments',
  payload: shopPayload,
  attempts: 5,
  run: async ({ shopId, generation }) => {
    const run = await step('profile.run', () => latestRun(shopId));
    if (run === null || run.id === (await step('profile.stored', () => profiledRun(shopId))))
      return 'nothing';
    const imported = await step('profile.import', () => latestImport(shopId));
    if (imported !== null && !hasEnded(imported)) return 'nothing';
    const settings = await step('profile.settings', () => readSettings(shopId));
    const known = await step('profile.shop', () => directory.shopById(shopId));
    if (known === null) return 'nothing';
    const { timeZone } = described(known);
    const { asOf, currency } = run;
    const profiles = await sqlInShop(shopId, async (client) => {
      const types = await step('profile.types', () => productTypes(client, shopId));
      const scheme = schemeOf(run.scheme);
      const profile = fold(
        scheme.segments,
        { asOf, currency, windowDays: settings.windowDays, rules: settings, dayOf: zoneDays(timeZone) },
        (product) => types.get(product) ?? null,
      );
      const refundsAfter = startOfDay(asOf + 1, timeZone);
      await step('profile.read', () => readBoughtOrders(client, shopId, scheme, refundsAfter, profile.add));
      return profile.finish();
    });
    await step('profile.keep', () => keepProfiles(shopId, run.id, asOf, profiles));
    await step('profile.bought-next', () => enqueue(gatherBought, { shopId, generation }));
    return undefined;
  },
});
