/** Slugs are English, stay in tags and metafields, and never change when a segment is renamed. */
export type SegmentSlug =
  | 'champions'
  | 'loyal'
  | 'potential-loyalists'
  | 'new'
  | 'promising'
  | 'needs-attention'
  | 'about-to-sleep'
  | 'at-risk'
  | 'cant-lose-them'
  | 'hibernating';

/** A segment of the R×F grid: every cell whose scores lie in both ranges, ends included. */
type Segment = {
  slug: SegmentSlug;
  /** English name; the screens translate by slug. */
  name: string;
  r: readonly [from: number, to: number];
  f: readonly [from: number, to: number];
};

/** The ten-segment grid. It covers each of the 25 cells once; spend plays no part in it. */
export const SEGMENTS: readonly Segment[] = [
  { slug: 'champions', name: 'Champions', r: [5, 5], f: [4, 5] },
  { slug: 'loyal', name: 'Loyal', r: [3, 4], f: [4, 5] },
  { slug: 'potential-loyalists', name: 'Potential loyalists', r: [4, 5], f: [2, 3] },
  { slug: 'new', name: 'New', r: [5, 5], f: [1, 1] },
  { slug: 'promising', name: 'Promising', r: [4, 4], f: [1, 1] },
  { slug: 'needs-attention', name: 'Needs attention', r: [3, 3], f: [3, 3] },
  { slug: 'about-to-sleep', name: 'About to sleep', r: [3, 3], f: [1, 2] },
  { slug: 'at-risk', name: 'At risk', r: [1, 2], f: [3, 4] },
  { slug: 'cant-lose-them', name: 'Can’t lose them', r: [1, 2], f: [5, 5] },
  { slug: 'hibernating', name: 'Hibernating', r: [1, 2], f: [1, 2] },
];

/** The segments of the at-risk list: who used to order more than others and stays away. */
export const AT_RISK_SEGMENTS = [
  'at-risk',
  'cant-lose-them',
  'needs-attention',
] as const satisfies readonly SegmentSlug[];

// Segment number (place in SEGMENTS, from 1) by r × 6 + f; 0 where a score is 0.
const NUMBER_AT = new Uint8Array(36);
for (const [place, { r, f }] of SEGMENTS.entries()) {
  for (let score = r[0]; score <= r[1]; score += 1) {
    for (let orders = f[0]; orders <= f[1]; orders += 1) NUMBER_AT[score * 6 + orders] = place + 1;
  }
}

const BY_SLUG = new Map<string, Segment>(SEGMENTS.map((segment) => [segment.slug, segment]));

/**
 * The segment of a cell.
 * @throws RangeError when a score is not 1 to 5
 */
export function segmentOf(r: number, f: number): SegmentSlug {
  const segment = SEGMENTS[(NUMBER_AT[r * 6 + f] ?? 0) - 1];
  if (!segment) throw new RangeError(`no cell R${r} F${f}`);
  return segment.slug;
}

/** The segment with this slug, or undefined. */
export function segmentBySlug(slug: string): Segment | undefined {
  return BY_SLUG.get(slug);
}

/** For each customer the segment's place in SEGMENTS plus one, 0 = unscored. */
export function segmentNumbers(r: Uint8Array, f: Uint8Array): Uint8Array {
  const numbers = new Uint8Array(r.length);
  for (let i = 0; i < numbers.length; i += 1) {
    numbers[i] = NUMBER_AT[(r[i] as number) * 6 + (f[i] as number)] as number;
  }
  return numbers;
}

/** The slug of a segment number, null for 0 = unscored. */
export function slugOfNumber(number: number): SegmentSlug | null {
  return SEGMENTS[number - 1]?.slug ?? null;
}

type Grade = 'A' | 'B' | 'C' | 'D' | 'E';

const GRADES: readonly Grade[] = ['A', 'B', 'C', 'D', 'E'];

/**
 * A to E for the scores 5 to 1.
 * @throws RangeError when the score is not 1 to 5
 */
export function grade(score: number): Grade {
  const letter = GRADES[5 - score];
  if (!letter) throw new RangeError(`no grade for score ${score}`);
  return letter;
}

export type ValueTier = 'high' | 'medium' | 'low';

/** Whether a monetary score is that of a valuable customer. */
export function isValuable(m: number): boolean {
  return m >= 4;
}

/** R+F+M of 12–15 is high, 8–11 medium, 3–7 low. */
export function valueTier(r: number, f: number, m: number): ValueTier {
  const sum = r + f + m;
  if (sum >= 12) return 'high';
  return sum >= 8 ? 'medium' : 'low';
}
