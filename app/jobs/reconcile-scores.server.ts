import { today } from '#app/clock.server.ts';
import { databaseNow, directory, sqlInShop } from '#app/db.server.ts';
import { logger } from '#app/logger.server.ts';
import { hasEnded, latestImport, latestWholeImport } from '#app/models/imports.server.ts';
import { addPending } from '#app/models/pending.server.ts';
import { addToLook, finishLook, newestLooks, openLook } from '#app/models/reconciliations.server.ts';
import { notWaiting, sampleCustomers } from '#app/models/score-samples.server.ts';
import { latestRun, readScores, type ScoreRun } from '#app/models/scores.server.ts';
import { readSettings, type Settings } from '#app/models/settings.server.ts';
import { schemeOf } from '#app/rfm/schemes.ts';
import { scoreAgainst } from '#app/rfm/score-against.ts';
import { alone } from './alone.server.ts';
import { findPopulations } from './find-populations.server.ts';
import { foldOrders } from './fold-orders.server.ts';
import { described, type DescribedShop } from './stats-fold.ts';
import { defineJob, shopPayload } from './job.server.ts';
import { lookDue } from './looks-due.ts';
import { enqueue } from './queue.server.ts';
import { scoreCustomers } from './score-customers.server.ts';
import { scoreDifferences } from './score-differences.ts';
import { dataMark, scoringDue } from './scoring-due.ts';
import { step } from './step.server.ts';

/** Customers whose scores are made again in one look. */
const SAMPLE = 50;

/**
 * Once a day: the scores of some customers, made again from their stored orders and the stored cut points, must be the
 * stored ones. Those that are not are scored again, and the difference raises an alarm: it is a fault of ours.
 */
export const reconcileScores = defineJob({
  name: 'reconcile-scores',
  payload: shopPayload,
  attempts: 5,
  run: ({ shopId, generation }) =>
    alone(shopId, 'score', async () => {
      const whole = await step('sample.whole', () => latestWholeImport(shopId, generation));
      const run = await step('sample.run', () => latestRun(shopId));
      if (whole === null || run === null) return 'nothing';
      const at = await step('sample.clock', databaseNow);
      const newest = await step('sample.newest', () => newestLooks(shopId));
      if (!lookDue('scores', newest, whole.finishedAt ?? 0, at)) return 'nothing';
      const settings = await step('sample.settings', () => readSettings(shopId));
      const imported = await step('sample.import', () => latestImport(shopId));
      // Whom orders were for comes in with their contents, and the run that ends an import scores by it.
      if (imported !== null && !hasEnded(imported)) return 'nothing';
      const mark = dataMark(imported, whole);
      // After the settings, whose version tells of a new zone or currency.
      const shop = await step('sample.shop', () => directory.shopById(shopId));
      if (shop === null) return 'nothing';
      const known = described(shop);
      // Everyone is about to be scored: there is nothing to compare with.
      if (scoringDue(run, settings, mark, today(known.timeZone, at)) !== null) return 'nothing';
      const look = await step('sample.open', () => openLook(shopId, 'scores'));
      const drift = await compareSample(known, settings, run, look.id);
      await step('sample.finish', () => finishLook(shopId, look.id));
      if (drift > 0) {
        logger.error({ shopId, drift, of: SAMPLE }, 'scores are not those of the stored orders');
        await step('sample.score', () => enqueue(scoreCustomers, { shopId, generation }));
      }
      return undefined;
    }),
});

/** How many of a sample differ; they are noted for scoring. */
async function compareSample(
  shop: DescribedShop,
  settings: Settings,
  run: ScoreRun,
  lookId: number,
): Promise<number> {
  const shopId = shop.id;
  const { asOf, cutPoints, frequencyMethod } = run;
  const scheme = schemeOf(run.scheme);
  return sqlInShop(shopId, async (client) => {
    const customers = await step('sample.draw', () => sampleCustomers(client, shopId, SAMPLE));
    const stored = await step('sample.scores', () => readScores(client, shopId, scheme, customers));
    const stats = await foldOrders(client, shop, settings, asOf, customers);
    const { now } = await findPopulations(client, shop, settings, asOf, customers);
    const scored = scoreAgainst(stats, cutPoints, frequencyMethod, now);
    const differences = scoreDifferences(scheme, stats, scored, null);
    differences.compare(stored);
    const { after, changedRows } = differences.finish();
    const changed = Array.from(changedRows, (row) => after.customerId[row] as number);
    // Whose orders changed since the last scoring, also while this looked, is not amiss.
    const differing = await step('sample.waiting', () => notWaiting(client, shopId, changed));
    await step('sample.note', () => addPending(client, shopId, 'score', differing));
    await step('sample.count', () =>
      addToLook(client, shopId, lookId, { lookedAt: customers.length, drift: differing.length }),
    );
    return differing.length;
  });
}
