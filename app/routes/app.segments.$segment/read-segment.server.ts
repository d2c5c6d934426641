import { LEVEL } from '#app/campaigns/figures.ts';
import { pooledProfit } from '#app/campaigns/pooled.ts';
import type { ShopRow } from '#app/db.server.ts';
import { finalResultsOf } from '#app/models/campaign-looks.server.ts';
import { scoreHistory } from '#app/models/moves.server.ts';
import { segmentProfile } from '#app/models/segment-profiles.server.ts';
import { segmentSizes } from '#app/models/segment-sizes.server.ts';
import { countErased } from '#app/models/tombstones.server.ts';
import { startOfDay } from '#app/rfm/calendar.ts';
import type { SegmentSlug } from '#app/rfm/schemes.ts';
import { countsBack, parseTrendDays, trendChoices } from '#app/rfm/segment-trend.ts';

/**
 * What the page of a segment shows besides its customers: its course, what is at stake and what is bought; null before
 * the first scores. By what they can be reached follows.
 */
export async function readSegment(shop: ShopRow, segment: SegmentSlug, asked: URLSearchParams) {
  const [course, profile, results] = await Promise.all([
    readCourse(shop, segment, asked.get('days')),
    segmentProfile(shop.id, segment),
    finalResultsOf(shop.id, segment, shop.currency ?? ''),
  ]);
  if (course === null) return null;
  return { segment, ...course, profile, pooled: pooledProfit(results, LEVEL) };
}

/** How many customers the segment had at the end of each day that was asked for. */
async function readCourse(shop: ShopRow, segment: SegmentSlug, asked: string | null) {
  const history = await scoreHistory(shop.id);
  if (history === null) return null;
  const { first, last } = history;
  const choices = trendChoices(history);
  const days = parseTrendDays(asked, choices);
  const from = Math.max(first, last - days);
  const [sizes, erased] = await Promise.all([
    segmentSizes(shop.id, from, segment),
    countErased(shop.id, startOfDay(from + 1, shop.timeZone ?? 'UTC')),
  ]);
  const { now, net } = sizes.get(segment) ?? { now: 0, net: new Map() };
  return { first, choices, days, trend: countsBack(now, net, from, last), erased };
}
