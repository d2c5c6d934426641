import type { Bounds, CutPoints, FrequencyMethod } from './scores.ts';

/** A range of whole numbers, ends included; null = open. */
export type Range = { from: number | null; to: number | null };

export type Dimension = 'r' | 'f' | 'm';

/**
 * Whether any customer can have a score now. Score 1 always exists among all customers, since somebody is worst;
 * a higher one exists when its bound differs from the next score's.
 */
export function isReachable(cutPoints: CutPoints, dimension: Dimension, score: number): boolean {
  if (score === 1) return true;
  const bound = boundOf(cutPoints[dimension], score);
  return bound !== null && (score === 5 || bound !== boundOf(cutPoints[dimension], score + 1));
}

/**
 * The values that give a score from `from` to `to`: recency days for 'r' ("R1–2: 143 days or more"), orders for 'f',
 * minor units for 'm'. Null when no value gives one of these scores.
 */
export function valueRange(
  cutPoints: CutPoints,
  dimension: Dimension,
  from: number,
  to: number,
): Range | null {
  const bounds = cutPoints[dimension];
  const begins = from === 1 ? null : boundOf(bounds, from);
  if (from > 1 && begins === null) return null;
  const next = to === 5 ? null : boundOf(bounds, to + 1);
  if (from > 1 && begins === next) return null;
  if (dimension === 'r') return { from: next === null ? 0 : next + 1, to: begins };
  const least = dimension === 'f' ? 1 : null;
  return { from: begins ?? least, to: next === null ? null : next - 1 };
}

/**
 * What a score says among all customers: "more often than at least 60 % of your customers" for score 4. Nothing, 0,
 * where the merchant set the cut points.
 */
export function percentWorse(
  score: number,
  dimension: Dimension,
  method: FrequencyMethod,
  { own }: CutPoints,
): number {
  if (own?.includes(dimension)) return 0;
  if (dimension === 'f' && method === 'repeat-customers') return score < 2 ? 0 : (score - 2) * 25;
  return (score - 1) * 20;
}

function boundOf(bounds: Bounds, score: number): number | null {
  return bounds[score - 2] ?? null;
}
