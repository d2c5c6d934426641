import type { ShopRow } from '#app/db.server.ts';
import { firstScoredDay, scoreCounts } from '#app/models/score-counts.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { chosenCycle, readSettings } from '#app/models/settings.server.ts';
import { countErased } from '#app/models/tombstones.server.ts';
import { scoredApart } from '#app/rfm/apart.ts';
import { startOfDay } from '#app/rfm/calendar.ts';
import { planeCells, sumCounts, type ScoreCount } from '#app/rfm/planes.ts';
import { cycleInForce, earlyAtRisk, suggestCycle } from '#app/rfm/purchase-cycle.ts';
import { emptyForAll } from '#app/rfm/spread.ts';
import { schemeOf, segmentOf, type Scheme } from '#app/rfm/schemes.ts';
import { parseGrid } from './parse-grid.ts';

/** Everything the grid shows; null before the first scores. */
export async function readGrid(shop: ShopRow, search: URLSearchParams) {
  const [run, first, settings] = await Promise.all([
    latestRun(shop.id),
    firstScoredDay(shop.id),
    readSettings(shop.id),
  ]);
  if (run === null || first === null) return null;
  const { asOf, cutPoints, orderCounts, summary } = run;
  // The day that the scores are as of is not over yet.
  const days = { first, last: asOf - 1 };
  const choice = parseGrid(search, days);
  const since = choice.compare === null ? null : startOfDay(choice.compare + 1, shop.timeZone ?? 'UTC');
  const [counts, erased] = await Promise.all([
    scoreCounts(shop.id, choice.compare),
    since === null ? 0 : countErased(shop.id, since),
  ]);
  const cycle = cycleInForce(chosenCycle(settings), suggestCycle(summary.gaps));
  const early = cycle && earlyAtRisk(schemeOf(run.scheme), cutPoints, cycle, asOf);
  return {
    asOf,
    cutPoints,
    early: cycle === null || early === null ? null : { days: early, cycle },
    read: orderCounts.read,
    choice,
    days,
    cells: planeCells(counts, choice.plane),
    total: sumCounts(counts),
    segments: choice.plane === 'rf' ? segmentSizes(schemeOf(run.scheme), counts) : [],
    emptyScores: emptyForAll(summary.spread),
    apart: scoredApart(cutPoints),
    ties: summary.spread.ties,
    erased,
  };
}

/** How many customers each segment has, in the order of the scheme. */
function segmentSizes(scheme: Scheme, counts: readonly ScoreCount[]) {
  return scheme.segments.map((segment) => ({
    segment,
    customers: sumCounts(counts.filter((count) => segmentOf(scheme, count) === segment)).customers,
  }));
}
