import { percentWorse, valueRange, type Dimension, type Range } from './ranges.ts';
import { cellsOf, segmentOf, type Scheme, type Scores, type SegmentSlug } from './schemes.ts';
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
  /** With one more order today; what it would be worth is not known, so the monetary score stays. */
  order: Scores & { segment: SegmentSlug };
  /** Without any order: the first day, counted from the as-of day, with another segment. */
  quiet: { inDays: number; r: number; segment: SegmentSlug } | null;
};

export type Explanation = {
  segment: SegmentSlug;
  reasons: Reason[];
  needs: SegmentNeeds;
  outlook: Outlook;
};

/** The values a segment's customers have. */
export type SegmentNeeds = {
  /** Recency days, orders and minor units, where not any score will do; null where nobody can reach the scores. */
  ranges: Partial<Record<Dimension, Range | null>>;
  /** False when not every combination of these values is in the segment. */
  every: boolean;
};

/**
 * Why a customer has these scores and this segment, as data the screens put into words. All numbers are read from
 * the cut points of the last full run.
 */
export function explain(
  scheme: Scheme,
  scores: Scores,
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
  const segment = segmentOf(scheme, scores);
  const more = scoreWith(cutPoints, { ...own, recencyDays: 0, frequency: own.frequency + 1 });
  const after = { r: more.r, f: more.f, m: scores.m };
  return {
    segment,
    reasons,
    needs: segmentNeeds(scheme, segment, cutPoints),
    outlook: {
      order: { ...after, segment: segmentOf(scheme, after) },
      quiet: quietOutlook(scheme, scores, own.recencyDays, cutPoints),
    },
  };
}

/** The real ranges of a segment. */
export function segmentNeeds(scheme: Scheme, slug: SegmentSlug, cutPoints: CutPoints): SegmentNeeds {
  const cells = cellsOf(scheme, slug);
  const ranges: SegmentNeeds['ranges'] = {};
  let combinations = 1;
  let whole = true;
  for (const dimension of ['r', 'f', 'm'] as const) {
    const scores = [1, 2, 3, 4, 5].filter((score) => cells.some((cell) => cell[dimension] === score));
    combinations *= scores.length;
    const [from, to] = [scores[0], scores.at(-1)];
    if (from !== undefined && to !== undefined && to - from + 1 !== scores.length) whole = false;
    if (from === undefined || to === undefined || scores.length === 5) continue;
    ranges[dimension] = valueRange(cutPoints, dimension, from, to);
  }
  return { ranges, every: whole && combinations === cells.length };
}

// Recency only gets worse by waiting: step over the bounds still ahead, nearest first, until the name changes.
function quietOutlook(
  scheme: Scheme,
  scores: Scores,
  recencyDays: number,
  cutPoints: CutPoints,
): Outlook['quiet'] {
  const segment = segmentOf(scheme, scores);
  const ahead = cutPoints.r
    .filter((bound) => bound !== null)
    .filter((bound) => bound >= recencyDays)
    .sort((a, b) => a - b);
  for (const bound of ahead) {
    const r = 1 + cutPoints.r.filter((other) => other !== null && bound + 1 <= other).length;
    const next = segmentOf(scheme, { ...scores, r });
    if (next !== segment) return { inDays: bound + 1 - recencyDays, r, segment: next };
  }
  return null;
}
