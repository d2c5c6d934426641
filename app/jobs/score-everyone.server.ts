import { isDeepStrictEqual } from 'node:util';
import { sqlInShop } from '#app/db.server.ts';
import { keepPopulations } from '#app/models/populations.server.ts';
import { addPending, beginAllPending, endAllPending } from '#app/models/pending.server.ts';
import {
  readAllScores,
  recordRun,
  writeScores,
  type RunReason,
  type ScoreRun,
} from '#app/models/scores.server.ts';
import { forgetProfiles } from '#app/models/segment-profiles.server.ts';
import { writeChanges } from '#app/models/segment-changes.server.ts';
import { chooseMethodOnce, type Settings } from '#app/models/settings.server.ts';
import { scorePopulations } from '#app/rfm/apart.ts';
import type { Day } from '#app/rfm/calendar.ts';
import { summarise } from '#app/rfm/run-summary.ts';
import { schemeOf } from '#app/rfm/schemes.ts';
import { chooseFrequencyMethod } from '#app/rfm/scores.ts';
import { findPopulations } from './find-populations.server.ts';
import { foldOrders } from './fold-orders.server.ts';
import type { DescribedShop } from './stats-fold.ts';
import { scoreDifferences } from './score-differences.ts';
import { step } from './step.server.ts';

/**
 * A full run: every stored order is folded into customers, cut points are taken of each population, all are scored,
 * and the rows that differ are written with their history and the run in one transaction.
 */
export async function scoreEveryone(
  shop: DescribedShop,
  settings: Settings,
  runBefore: ScoreRun | null,
  { asOf, reason, mark }: { asOf: Day; reason: RunReason; mark: string },
): Promise<void> {
  const { id: shopId, currency } = shop;
  const { windowDays, scheme: schemeId, ownScheme } = settings;
  const choice = { scheme: schemeId, ownScheme };
  const scheme = schemeOf(choice);
  // Before the orders are read: whoever is noted from now on may have orders that this run does not see.
  await step('score.begin-pending', () => beginAllPending(shopId, 'score', asOf));
  await sqlInShop(shopId, async (client) => {
    const stats = await foldOrders(client, shop, settings, asOf, null);
    const method = settings.frequencyMethod ?? chooseFrequencyMethod(stats.frequency, stats.n);
    const populations = await step('score.populations', () =>
      findPopulations(client, shop, settings, asOf, null),
    );
    const scored = scorePopulations(stats, populations.now, { ...settings, method });
    const differences = scoreDifferences(
      scheme,
      stats,
      scored,
      runBefore && {
        asOfBefore: runBefore.asOf,
        asOf,
        cutPointsBefore: runBefore.cutPoints,
        settingsChanged: reason === 'settings',
        windowed: windowDays !== null,
        // Whom an order was bought for is changed between runs, customer by customer.
        populations: { before: populations.now, now: populations.now },
      },
    );
    await step('score.read-scores', () => readAllScores(client, shopId, scheme, differences.compare));
    const { after, changedRows, changes } = differences.finish();
    const { segments } = differences;
    const id = await step('score.record-run', () =>
      recordRun(client, shopId, {
        asOf,
        reason,
        frequencyMethod: method,
        cutPoints: scored.cutPoints,
        scheme: choice,
        orderCounts: stats.counts,
        summary: summarise(scheme, stats, scored, segments, after.n - stats.n),
        currency,
        scoringVersion: settings.scoringVersion,
        dataMark: mark,
      }),
    );
    if (runBefore !== null && !isDeepStrictEqual(runBefore.scheme, choice))
      await step('score.forget-profiles', () => forgetProfiles(client, shopId));
    await step('score.write-scores', () => writeScores(client, shopId, scheme, after, changedRows));
    await step('score.write-populations', () =>
      keepPopulations(client, shopId, populations.before, populations.now),
    );
    await step('score.write-changes', () => writeChanges(client, shopId, scheme, { id, day: asOf }, changes));
    await step('score.end-pending', () => endAllPending(client, shopId, 'score'));
    await step('score.later', () => addPending(client, shopId, 'score', [...stats.later], asOf + 1));
    // Last, since it keeps the merchant from saving settings until the scores are in.
    if (settings.frequencyMethod === null && scored.scored > 0) {
      await step('score.choose-method', () => chooseMethodOnce(client, shopId, method));
    }
  });
}
