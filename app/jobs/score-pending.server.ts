import { sqlInShop } from '#app/db.server.ts';
import { keepPopulations } from '#app/models/populations.server.ts';
import { addPending, anyPending, takePending } from '#app/models/pending.server.ts';
import { tallied, type ScoreColumns } from '#app/models/score-columns.ts';
import { holdRun, moveRun } from '#app/models/score-turns.server.ts';
import { readScores, writeSomeScores, type ScoreRun } from '#app/models/scores.server.ts';
import { writeSomeChanges } from '#app/models/segment-changes.server.ts';
import type { Settings } from '#app/models/settings.server.ts';
import { movedSummary, type Move } from '#app/rfm/moved-summary.ts';
import { schemeOf } from '#app/rfm/schemes.ts';
import { scoreAgainst } from '#app/rfm/score-against.ts';
import { findPopulations } from './find-populations.server.ts';
import { foldOrders } from './fold-orders.server.ts';
import type { DescribedShop } from './stats-fold.ts';
import { scoreDifferences } from './score-differences.ts';
import { step } from './step.server.ts';

/** Customers scored in one transaction. */
export const SCORED_AT_ONCE = 2_000;

type Rescored = { looked: number; unwritten: boolean };
type HeldRun = Pick<ScoreRun, 'id' | 'asOf' | 'cutPoints' | 'frequencyMethod' | 'scheme'>;

/**
 * Scores customers whose orders changed, or who crossed a cut point at midnight, against the cut points that the last
 * full run took of the population they belong to now: everyone else's scores stay. Those whose scores differ are noted for writing.
 * @returns `looked`: how many were looked at, fewer than SCORED_AT_ONCE when that were all; `unwritten`: whether anybody
 *   waits for writing
 */
export async function scorePending(shop: DescribedShop, settings: Settings, run: HeldRun): Promise<Rescored> {
  const shopId = shop.id;
  const { id, asOf, cutPoints, frequencyMethod } = run;
  const scheme = schemeOf(run.scheme);
  return sqlInShop(shopId, async (client) => {
    const customers = await step('rescore.take', () =>
      takePending(client, shopId, 'score', SCORED_AT_ONCE, asOf),
    );
    if (customers.length === 0)
      return { looked: 0, unwritten: await anyPending(client, shopId, 'write', asOf) };
    const held = await step('rescore.hold-run', () => holdRun(client, shopId));
    const stats = await foldOrders(client, shop, settings, asOf, customers);
    const populations = await step('rescore.populations', () =>
      findPopulations(client, shop, settings, asOf, customers),
    );
    const scored = scoreAgainst(stats, cutPoints, frequencyMethod, populations.now);
    const stored = await step('rescore.read-scores', () => readScores(client, shopId, scheme, customers));
    const differences = scoreDifferences(scheme, stats, scored, {
      asOfBefore: asOf - 1,
      asOf,
      cutPointsBefore: cutPoints,
      settingsChanged: false,
      windowed: settings.windowDays !== null,
      populations,
    });
    differences.compare(stored);
    const { after, changedRows, changes } = differences.finish();
    const keep = (): Promise<void> =>
      step('rescore.write-populations', () =>
        keepPopulations(client, shopId, populations.before, populations.now),
      );
    await step('rescore.later', () => addPending(client, shopId, 'score', [...stats.later], asOf + 1));
    if (held === null || changedRows.length === 0) {
      await keep();
      return { looked: customers.length, unwritten: await anyPending(client, shopId, 'write', asOf) };
    }
    const moved = changes.customerId.subarray(0, changes.n);
    const summary = movedSummary(held.summary, movesOf(stored, after, changedRows), asOf, asOf);
    await step('rescore.write-scores', () => writeSomeScores(client, shopId, scheme, after, changedRows));
    await keep();
    await step('rescore.write-changes', () =>
      writeSomeChanges(client, shopId, scheme, { id: held.turn, day: asOf }, changes),
    );
    await step('rescore.to-write', () => addPending(client, shopId, 'write', [...moved]));
    await step('rescore.summary', () => moveRun(client, shopId, id, { asOf, summary }));
    return {
      looked: customers.length,
      unwritten: moved.length > 0 || (await anyPending(client, shopId, 'write', asOf)),
    };
  });
}

function movesOf(before: ScoreColumns, after: ScoreColumns, rows: Uint32Array): Move[] {
  const places = new Map(Array.from({ length: before.n }, (_, i) => [before.customerId[i] as number, i]));
  return Array.from(rows, (row) => {
    const was = places.get(after.customerId[row] as number);
    return { before: was === undefined ? null : tallied(before, was), after: tallied(after, row) };
  });
}
