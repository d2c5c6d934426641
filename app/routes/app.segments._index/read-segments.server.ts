import { scoreHistory } from '#app/models/moves.server.ts';
import { currentScheme } from '#app/models/scheme-in-force.server.ts';
import { moneyAtStake } from '#app/models/segment-profiles.server.ts';
import { segmentSizes } from '#app/models/segment-sizes.server.ts';
import { CHANGE_DAYS, countsBack } from '#app/rfm/segment-trend.ts';

/** Every segment with its size, its money and its last days; null before the first scores. */
export async function readSegments(shopId: number) {
  const history = await scoreHistory(shopId);
  if (history === null) return null;
  const { first, last, orders } = history;
  const from = Math.max(first, last - CHANGE_DAYS);
  const [scheme, sizes, stakes] = await Promise.all([
    currentScheme(shopId),
    segmentSizes(shopId, from, null),
    moneyAtStake(shopId),
  ]);
  const segments = scheme.segments.map((slug) => {
    const { now, net } = sizes.get(slug) ?? { now: 0, net: new Map() };
    return {
      segment: slug,
      customers: now,
      atStake: stakes.get(slug)?.atStake ?? null,
      trend: countsBack(now, net, from, last),
    };
  });
  return {
    asOf: last,
    read: orders,
    since: from < last ? from : null,
    stakeAsOf: stakes.values().next().value?.asOf ?? null,
    scored: segments.reduce((sum, { customers }) => sum + customers, 0),
    segments,
  };
}
