import { sqlInShop } from '#app/db.server.ts';
import { addPending, takePending } from '#app/models/pending.server.ts';
import { tallied, type ScoreColumns } from '#app/models/score-columns.ts';
import { holdRun, moveRun, nextTurn } from '#app/models/score-turns.server.ts';
import { readScores, writeSomeScores, type ScoreRun } from '#app/models/scores.server.ts';
import { writeSomeChanges } from '#app/models/segment-changes.server.ts';
import type { Settings } from '#app/models/settings.server.ts';
import { movedSummary, type Move } from '#app/rfm/moved-summary.ts';
import { scoreAgainst } from '#app/rfm/score-against.ts';
import { foldOrders, type DescribedShop } from './fold-orders.server.ts';
import { scoreDifferences } from './score-differences.ts';
import { step } from './step.server.ts';

/** Customers scored in one transaction. */
const AT_ONCE = 2_000;

/**
 * Scores customers whose orders changed, or who crossed a cut point at midnight, against the cut points of the last
 * full run: everyone else's scores stay. Those whose scores differ are noted for writing.
 * @returns how many were looked at, 0 when nobody waits
 */
export async function scorePending(shop: DescribedShop, settings: Settings, run: ScoreRun): Promise<number> {
  const shopId = shop.id;
  const { id, asOf, cutPoints, frequencyMethod } = run;
  return sqlInShop(shopId, async (client) => {
    const customers = await step('rescore.take', () => takePending(client, shopId, 'score', AT_ONCE, asOf));
    if (customers.length === 0) return 0;
    const held = await step('rescore.hold-run', () => holdRun(client, shopId));
    const stats = await foldOrders(client, shop, settings, asOf, customers);
    const scored = scoreAgainst(stats, cutPoints, frequencyMethod);
    const stored = await step('rescore.read-scores', () => readScores(client, shopId, customers));
    const { after, changedRows, changes } = scoreDifferences(stats, scored, stored, {
      asOfBefore: asOf - 1,
      asOf,
      cutPointsBefore: cutPoints,
      settingsChanged: false,
      windowed: settings.windowDays !== null,
    });
    await step('rescore.later', () => addPending(client, shopId, 'score', [...stats.later], asOf + 1));
    if (held === null || changedRows.length === 0) return customers.length;
    const turn = await step('rescore.turn', () => nextTurn(client));
    const moved = changes.customerId.subarray(0, changes.n);
    const summary = movedSummary(held.summary, movesOf(stored, after, changedRows), asOf, asOf);
    await step('rescore.write-scores', () => writeSomeScores(client, shopId, after, changedRows));
    await step('rescore.write-changes', () =>
      writeSomeChanges(client, shopId, { id: turn, day: asOf }, changes),
    );
    await step('rescore.to-write', () => addPending(client, shopId, 'write', [...moved]));
    await step('rescore.summary', () => moveRun(client, shopId, id, { asOf, summary }));
    return customers.length;
  });
}

function movesOf(before: ScoreColumns, after: ScoreColumns, rows: Uint32Array): Move[] {
  const places = new Map(Array.from({ length: before.n }, (_, i) => [before.customerId[i] as number, i]));
  return Array.from(rows, (row) => {
    const was = places.get(after.customerId[row] as number);
    return { before: was === undefined ? null : tallied(before, was), after: tallied(after, row) };
  });
}
