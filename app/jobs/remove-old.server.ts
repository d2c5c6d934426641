import { databaseNow, sqlInShop } from '#app/db.server.ts';
import { hasEnded, latestImport } from '#app/models/imports.server.ts';
import { dropUnusedLines } from '#app/models/order-details.server.ts';
import { noteTidied, removeOld, RETENTIONS } from '#app/models/retention.server.ts';
import { defineJob, shopPayload } from './job.server.ts';
import { step } from './step.server.ts';

/** Rows removed in one transaction. */
const AT_ONCE = 5_000;

/**
 * Removes what was kept for long enough, once a day and a portion at a time. Shops that are parked have their data
 * grow old as well.
 */
export const removeOldData = defineJob({
  name: 'remove-old-data',
  payload: shopPayload,
  attempts: 5,
  closedShops: true,
  run: async ({ shopId }, { signal }) => {
    const at = await step('old.clock', databaseNow);
    for (const retention of RETENTIONS) {
      for (;;) {
        if (signal.aborted) return { againInSeconds: 0 };
        const removed = await step('old.remove', () => removeOld(shopId, retention, at, AT_ONCE));
        if (removed < AT_ONCE) break;
      }
    }
    const run = await step('old.import', () => latestImport(shopId));
    // An import in between brings line items before the orders that name them.
    if (run === null || hasEnded(run)) {
      await step('old.lines', () => sqlInShop(shopId, (client) => dropUnusedLines(client, shopId)));
    }
    await step('old.removed', () => noteTidied(shopId));
    return undefined;
  },
});
