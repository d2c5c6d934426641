import { percentWorse, valueRange, type Dimension, type Range } from './ranges.ts';
import { segmentBySlug, segmentOf, type SegmentSlug } from './schemes.ts';
import { scoreWith, type CutPoints, type FrequencyMethod } from './scores.ts';

/** A scored customer's own values: days since the last counted order (0 = today), orders, minor units. */
type OwnValues = { recencyDays: number; frequency: number; monetary: number };

/** One dimension of "why": the value, the score it gave and the values that give the same score. */
export type Reason = {
  dimension: Dimension;
  value: number;
  score: number;
  range: Range | null;
  /** At least this percentage of the customers compared with is strictly worse. */
  percentWorse: number;
  /** 'repeat' when compared with repeat customers only. */
  among: 'all' | 'repeat';
};

/** What would change the segment; null where nothing would. */
type Outlook = {
  /** With one more order today. */
  order: { r: number; f: number; segment: SegmentSlug };
  /** Without any order: the first day, counted from the as-of day, with another segment. */
  quiet: { inDays: number; r: number; segment: SegmentSlug } | null;
};

export type Explanation = {
  segment: SegmentSlug;
  reasons: Reason[];
  /** The segment's own ranges: recency days and orders; null while nobody can reach them. */
  needs: { r: Range | null; f: Range | null };
  outlook: Outlook;
};

/**
 * Why a customer has these scores and this segment, as data the screens put into words. All numbers are read from
 * the cut points of the last full run.
 */
export function explain(
  scores: { r: number; f: number; m: number },
  own: OwnValues,
  cutPoints: CutPoints,
  method: FrequencyMethod,
): Explanation {
  const values: Record<Dimension, number> = { r: own.recencyDays, f: own.frequency, m: own.monetary };
  const reasons = (['r', 'f', 'm'] as const).map((dimension): Reason => ({
    dimension,
    value: values[dimension],
    score: scores[dimension],
    range: valueRange(cutPoints, dimension, scores[dimension], scores[dimension]),
    percentWorse: percentWorse(scores[dimension], dimension, method, cutPoints),
    among: dimension === 'f' && method === 'repeat-customers' && scores.f > 1 ? 'repeat' : 'all',
  }));
  const segment = segmentOf(scores.r, scores.f);
  const after = scoreWith(cutPoints, { ...own, recencyDays: 0, frequency: own.frequency + 1 });
  return {
    segment,
    reasons,
    needs: segmentRanges(segment, cutPoints),
    outlook: {
      order: { r: after.r, f: after.f, segment: segmentOf(after.r, after.f) },
      quiet: quietOutlook(segment, scores.f, own.recencyDays, cutPoints),
    },
  };
}

/** A segment's real ranges: recency days and orders. Null where no value reaches its scores. */
export function segmentRanges(slug: SegmentSlug, cutPoints: CutPoints): { r: Range | null; f: Range | null } {
  const { r, f } = segmentBySlug(slug) as { r: readonly [number, number]; f: readonly [number, number] };
  return { r: valueRange(cutPoints, 'r', r[0], r[1]), f: valueRange(cutPoints, 'f', f[0], f[1]) };
}

// Recency only gets worse by waiting: step over the bounds still ahead, nearest first, until the name changes.
function quietOutlook(
  segment: SegmentSlug,
  f: number,
  recencyDays: number,
  cutPoints: CutPoints,
): Outlook['quiet'] {
  const ahead = cutPoints.r
    .filter((bound) => bound !== null)
    .filter((bound) => bound >= recencyDays)
    .sort((a, b) => a - b);
  for (const bound of ahead) {
    const r = 1 + cutPoints.r.filter((other) => other !== null && bound + 1 <= other).length;
    const next = segmentOf(r, f);
    if (next !== segment) return { inDays: bound + 1 - recencyDays, r, segment: next };
  }
  return null;
}
