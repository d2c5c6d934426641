import { today } from '#app/clock.server.ts';
import { databaseNow, sqlInShop } from '#app/db.server.ts';
import { latestImport, latestWholeImport } from '#app/models/imports.server.ts';
import { readOrdersForScoring } from '#app/models/orders.server.ts';
import {
  latestRun,
  readScores,
  recordRun,
  writeScores,
  type RunReason,
  type ScoreRun,
} from '#app/models/scores.server.ts';
import { writeChanges } from '#app/models/segment-changes.server.ts';
import { chooseMethodOnce, readSettings, type Settings } from '#app/models/settings.server.ts';
import type { ShopRow } from '#app/models/shops.server.ts';
import { startOfDay, zoneDays, type Day } from '#app/rfm/calendar.ts';
import { createStats } from '#app/rfm/customer-stats.ts';
import { summarise } from '#app/rfm/run-summary.ts';
import { chooseFrequencyMethod, scoreCustomers as score } from '#app/rfm/scores.ts';
import { alone } from './alone.server.ts';
import { countWriteBack } from './count-write-back.server.ts';
import { defineJob, shopPayload } from './job.server.ts';
import { planWriteBack } from './plan-write-back.server.ts';
import { enqueue } from './queue.server.ts';
import { scoreDifferences } from './score-differences.ts';
import { dataMark, scoringDue } from './scoring-due.ts';
import { step } from './step.server.ts';

/**
 * A full scoring, when one is due: every stored order is folded into customers, all are scored, and the rows that differ are
 * written with their history and the run in one transaction under the lease.
 */
export const scoreCustomers = defineJob({
  name: 'score-customers',
  payload: shopPayload,
  attempts: 5,
  run: ({ shopId, generation }, { shop }) =>
    alone(shopId, 'score', async () => {
      const settings = await step('score.settings', () => readSettings(shopId));
      const before = await step('score.run-before', () => latestRun(shopId));
      const { timeZone, currency } = shop;
      if (timeZone === null || currency === null) throw new Error('the shop was never described');
      const asOf = today(timeZone, await step('score.clock', databaseNow));
      const newest = await step('score.import', () => latestImport(shopId));
      const mark = dataMark(newest, await step('score.whole', () => latestWholeImport(shopId, generation)));
      // However often it is asked for: what was scored already is not scored again.
      const reason = scoringDue(before, settings, mark, asOf);
      if (reason !== null) {
        const described = { ...shop, timeZone, currency };
        await step('score.run', () => scoreShop(described, settings, before, { asOf, reason, mark }));
      }
      const wished = settings.writeBack === 'on' || settings.writeBack === 'removing';
      const next = wished ? planWriteBack : countWriteBack;
      await step('score.plan-next', () => enqueue(next, { shopId, generation }));
    }),
});

type DescribedShop = ShopRow & { timeZone: string; currency: string };

async function scoreShop(
  shop: DescribedShop,
  settings: Settings,
  runBefore: ScoreRun | null,
  { asOf, reason, mark }: { asOf: Day; reason: RunReason; mark: string },
): Promise<void> {
  const { id: shopId, timeZone, currency } = shop;
  const { windowDays, countTest, countCancelled, countUnpaid, countZero } = settings;
  await sqlInShop(shopId, async (client) => {
    const fold = createStats({
      asOf,
      windowDays,
      currency,
      rules: { countTest, countCancelled, countUnpaid, countZero },
      dayOf: zoneDays(timeZone),
    });
    await step('score.read-orders', () =>
      readOrdersForScoring(client, shopId, startOfDay(asOf + 1, timeZone), fold.add),
    );
    const stats = fold.finish();
    const method = settings.frequencyMethod ?? chooseFrequencyMethod(stats.frequency, stats.n);
    const scored = score(stats, method);
    const stored = await step('score.read-scores', () => readScores(client, shopId));
    const differences = scoreDifferences(
      stats,
      scored,
      stored,
      runBefore && {
        asOfBefore: runBefore.asOf,
        asOf,
        cutPointsBefore: runBefore.cutPoints,
        settingsChanged: reason === 'settings',
        windowed: windowDays !== null,
      },
    );
    const { after, segments, changedRows, changes } = differences;
    const id = await step('score.record-run', () =>
      recordRun(client, shopId, {
        asOf,
        reason,
        frequencyMethod: method,
        cutPoints: scored.cutPoints,
        orderCounts: stats.counts,
        summary: summarise(stats, scored, segments),
        currency,
        scoringVersion: settings.scoringVersion,
        dataMark: mark,
      }),
    );
    await step('score.write-scores', () => writeScores(client, shopId, after, changedRows));
    await step('score.write-changes', () => writeChanges(client, shopId, { id, day: asOf }, changes));
    // Last, since it keeps the merchant from saving settings until the scores are in.
    if (settings.frequencyMethod === null && scored.scored > 0) {
      await step('score.choose-method', () => chooseMethodOnce(client, shopId, method));
    }
  });
}
