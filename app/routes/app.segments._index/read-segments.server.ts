import { firstScoredDay } from '#app/models/score-counts.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { moneyAtStake } from '#app/models/segment-profiles.server.ts';
import { segmentSizes } from '#app/models/segment-sizes.server.ts';
import { SEGMENTS } from '#app/rfm/schemes.ts';
import { CHANGE_DAYS, countsBack } from '#app/rfm/segment-trend.ts';

/** Every segment with its size, its money and its last days; null before the first scores. */
export async function readSegments(shopId: number) {
  const [run, first] = await Promise.all([latestRun(shopId), firstScoredDay(shopId)]);
  if (run === null || first === null) return null;
  const from = Math.max(first, run.asOf - CHANGE_DAYS);
  const [sizes, stakes] = await Promise.all([segmentSizes(shopId, from, null), moneyAtStake(shopId)]);
  const segments = SEGMENTS.map(({ slug }) => {
    const size = sizes.get(slug);
    return {
      segment: slug,
      customers: size?.now ?? 0,
      atStake: stakes.get(slug)?.atStake ?? null,
      trend: countsBack(size?.now ?? 0, size?.net ?? new Map(), from, run.asOf),
    };
  });
  return {
    asOf: run.asOf,
    read: run.orderCounts.read,
    since: from < run.asOf ? from : null,
    stakeAsOf: stakes.values().next().value?.asOf ?? null,
    scored: segments.reduce((sum, { customers }) => sum + customers, 0),
    segments,
  };
}
