import { BOUGHT_ORDERS } from '#app/components/bought-card.tsx';
import type { ShopRow } from '#app/db.server.ts';
import { segmentReach } from '#app/models/reach.server.ts';
import { firstScoredDay } from '#app/models/score-counts.server.ts';
import { segmentProfile } from '#app/models/segment-profiles.server.ts';
import { segmentSizes } from '#app/models/segment-sizes.server.ts';
import { countErased } from '#app/models/tombstones.server.ts';
import { startOfDay, type Day } from '#app/rfm/calendar.ts';
import type { SegmentSlug } from '#app/rfm/schemes.ts';
import { countsBack, parseTrendDays, trendChoices } from '#app/rfm/segment-trend.ts';

/**
 * What the page of a segment shows besides its customers: its course, whom it can be told to, what is at stake and
 * what is bought; null before the first scores.
 * @param asOf the day the scores are as of
 */
export async function readSegment(shop: ShopRow, segment: SegmentSlug, asOf: Day, asked: URLSearchParams) {
  const first = await firstScoredDay(shop.id);
  if (first === null) return null;
  const choices = trendChoices({ first, last: asOf });
  const days = parseTrendDays(asked.get('days'), choices);
  const from = Math.max(first, asOf - days);
  const [sizes, reach, profile, erased] = await Promise.all([
    segmentSizes(shop.id, from, segment),
    segmentReach(shop.id, segment),
    segmentProfile(shop.id, segment),
    countErased(shop.id, startOfDay(from + 1, shop.timeZone ?? 'UTC')),
  ]);
  const size = sizes.get(segment);
  return {
    segment,
    first,
    choices,
    days,
    trend: countsBack(size?.now ?? 0, size?.net ?? new Map(), from, asOf),
    erased,
    reach,
    profile,
    by: BOUGHT_ORDERS.find((order) => order === asked.get('by')) ?? 'orders',
  };
}
