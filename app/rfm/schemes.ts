import type { OwnScheme } from './own-scheme.ts';
import { valueTier } from './grades.ts';

/** Slugs are English, stay in tags and metafields, and never change when a segment is renamed. */
export type SegmentSlug = string;

/** The schemes that ship, and the merchant's own. */
export const SCHEME_IDS = ['ten', 'six', 'eleven', 'tiers', 'own'] as const;
export type SchemeId = (typeof SCHEME_IDS)[number];

/** Which scheme a shop uses, and its own one, in use or not; null while it never made one. */
export type SchemeChoice = { scheme: SchemeId; ownScheme: OwnScheme | null };

/** Three scores, 1 to 5 each. */
export type Scores = { r: number; f: number; m: number };

/** The 125 cells. */
export const CELLS: readonly Scores[] = [1, 2, 3, 4, 5].flatMap((r) =>
  [1, 2, 3, 4, 5].flatMap((f) => [1, 2, 3, 4, 5].map((m) => ({ r, f, m }))),
);

const cellOf = ({ r, f, m }: Scores): number => r * 36 + f * 6 + m;

/** Gives each of the 125 cells of three scores a segment. */
export type Scheme = {
  id: SchemeId;
  /** The best first. */
  segments: readonly SegmentSlug[];
  /** Every segment a customer of the shop can be in or have been in, those of the scheme first: number n is at n − 1. */
  known: readonly SegmentSlug[];
  /** The segment's number by r × 36 + f × 6 + m; 0 where a score is 0. */
  numberAt: Uint8Array;
  /** The number of each known segment. */
  numbers: ReadonlyMap<SegmentSlug, number>;
  /** Higher is better; of the scheme's own segments only, since two schemes' cannot be compared. */
  ranks: ReadonlyMap<SegmentSlug, number>;
};

/** The segment of a cell, by the scheme's own words, and which of its segments are better than others. */
type Rule = {
  segments: readonly SegmentSlug[];
  segmentOf: (scores: Scores) => SegmentSlug;
  rankOf: (slug: SegmentSlug) => number;
};

/** The ranks of segments each of which is better than the next. */
const inOrder =
  (segments: readonly SegmentSlug[]) =>
  (slug: SegmentSlug): number =>
    -segments.indexOf(slug);

/** The ranges of a segment in two scores, ends included. */
type Ranges = [slug: SegmentSlug, down: readonly [number, number], across: readonly [number, number]];

const GRID: readonly Ranges[] = [
  ['champions', [5, 5], [4, 5]],
  ['loyal', [3, 4], [4, 5]],
  ['potential-loyalists', [4, 5], [2, 3]],
  ['new', [5, 5], [1, 1]],
  ['promising', [4, 4], [1, 1]],
  ['needs-attention', [3, 3], [3, 3]],
  ['about-to-sleep', [3, 3], [1, 2]],
  ['at-risk', [1, 2], [3, 4]],
  ['cant-lose-them', [1, 2], [5, 5]],
  ['hibernating', [1, 2], [1, 2]],
];

/** Shopify's names for the same ranges, with FM in the place of F. */
const SHOPIFY: Readonly<Record<string, SegmentSlug>> = {
  'potential-loyalists': 'active',
  'about-to-sleep': 'almost-lost',
  'cant-lose-them': 'previously-loyal',
  hibernating: 'dormant',
};

/** The mean of F and M; half steps are rounded up, since Shopify publishes no rule for them. */
export function meanOf(f: number, m: number): number {
  return Math.ceil((f + m) / 2);
}

/** 1 to 5 on a scale of 3: 1–2 low, 3 in the middle, 4–5 high. */
function third(score: number): number {
  if (score <= 2) return 1;
  return score === 3 ? 2 : 3;
}

function byRanges(ranges: readonly Ranges[], across: (scores: Scores) => number): Rule {
  const within = (score: number, [from, to]: readonly [number, number]): boolean =>
    score >= from && score <= to;
  return {
    segments: ranges.map(([slug]) => slug),
    segmentOf: (scores) =>
      ranges.find(([, r, other]) => within(scores.r, r) && within(across(scores), other))![0],
    // Twice the mean of both scores of its cells.
    rankOf: (slug) =>
      ranges
        .find(([one]) => one === slug)!
        .slice(1)
        .flat()
        .reduce((sum: number, n) => sum + Number(n), 0),
  };
}

/** Klaviyo's six groups; the cells are ours, from its words (see the six-group rows of the published maps). */
function sixGroups({ r, f, m }: Scores): SegmentSlug {
  const [recency, frequency, money] = [third(r), third(f), third(m)];
  if (recency === 3) {
    if (frequency === 1) return 'recent';
    return frequency === 3 && money === 3 ? 'champions' : 'loyal';
  }
  if (recency === 2) return frequency === 3 ? 'loyal' : 'needs-attention';
  return frequency === 1 && money === 1 ? 'inactive' : 'at-risk';
}

const SIX = ['champions', 'loyal', 'recent', 'needs-attention', 'at-risk', 'inactive'] as const;
const TIERS = ['high', 'medium', 'low'] as const;

const SHIPPED: Readonly<Record<Exclude<SchemeId, 'own'>, Rule>> = {
  ten: byRanges(GRID, ({ f }) => f),
  six: { segments: SIX, segmentOf: sixGroups, rankOf: inOrder(SIX) },
  eleven: byRanges(
    GRID.map(([slug, r, fm]) => [SHOPIFY[slug] ?? slug, r, fm]),
    ({ f, m }) => meanOf(f, m),
  ),
  tiers: { segments: TIERS, segmentOf: ({ r, f, m }) => valueTier(r, f, m), rankOf: inOrder(TIERS) },
};

/** Every segment of the schemes that ship, in their order. */
export const SHIPPED_SEGMENTS: readonly SegmentSlug[] = [
  ...new Set(Object.values(SHIPPED).flatMap(({ segments }) => segments)),
];

function byCells({ axes, segments }: OwnScheme): Rule {
  const bySlug = new Map(segments.flatMap(({ slug, cells }) => cells.map((cell) => [cell, slug] as const)));
  const meanScore = (slug: SegmentSlug): number => {
    const cells = segments.find((segment) => segment.slug === slug)?.cells ?? [];
    return (
      cells.reduce((sum, cell) => sum + Number(cell[0]) + Number(cell[1]), 0) / Math.max(1, cells.length)
    );
  };
  return {
    // Merchants add segments in any order.
    segments: segments.map(({ slug }) => slug).toSorted((a, b) => meanScore(b) - meanScore(a)),
    rankOf: meanScore,
    segmentOf: ({ r, f, m }) => bySlug.get(`${r}${axes === 'rf' ? f : meanOf(f, m)}`)!,
  };
}

/**
 * The scheme a shop uses.
 * @throws RangeError when its own is chosen and was never made
 */
export function schemeOf({ scheme: id, ownScheme }: SchemeChoice): Scheme {
  if (id === 'own' && ownScheme === null) throw new RangeError('no scheme of its own');
  const rule = id === 'own' ? byCells(ownScheme as OwnScheme) : SHIPPED[id];
  const own = [...(ownScheme?.segments ?? []), ...(ownScheme?.former ?? [])].map(({ slug }) => slug);
  const known = [...new Set([...rule.segments, ...SHIPPED_SEGMENTS, ...own])];
  const ranks = new Map(rule.segments.map((slug) => [slug, rule.rankOf(slug)]));
  const numbers = new Map(known.map((slug, place) => [slug, place + 1]));
  const numberAt = new Uint8Array(216);
  for (const scores of CELLS) numberAt[cellOf(scores)] = numbers.get(rule.segmentOf(scores))!;
  return { id, segments: rule.segments, known, numberAt, numbers, ranks };
}

/** The ten-segment grid, which a shop begins with. It covers each of the 25 cells of R and F once; spend plays no part. */
export const TEN_SEGMENTS: Scheme = schemeOf({ scheme: 'ten', ownScheme: null });

/**
 * The segment of a cell.
 * @throws RangeError when a score is not 1 to 5
 */
export function segmentOf(scheme: Scheme, scores: Scores): SegmentSlug {
  const inRange = [scores.r, scores.f, scores.m].every((score) => score >= 1 && score <= 5);
  const slug = inRange ? scheme.known[(scheme.numberAt[cellOf(scores)] as number) - 1] : undefined;
  if (slug === undefined) throw new RangeError(`no cell R${scores.r} F${scores.f} M${scores.m}`);
  return slug;
}

/** For each customer the number of the segment, 0 = unscored. */
export function segmentNumbers(
  { numberAt }: Scheme,
  { r, f, m }: Record<'r' | 'f' | 'm', Uint8Array>,
): Uint8Array {
  const numbers = new Uint8Array(r.length);
  for (let i = 0; i < numbers.length; i += 1) {
    numbers[i] = numberAt[(r[i] as number) * 36 + (f[i] as number) * 6 + (m[i] as number)] as number;
  }
  return numbers;
}

/** The slug of a segment number, null for 0 = unscored. */
export function slugOfNumber({ known }: Scheme, number: number): SegmentSlug | null {
  return known[number - 1] ?? null;
}

/**
 * The number of a segment, 0 for null = unscored.
 * @throws RangeError for a segment the shop never had
 */
export function numberOfSlug({ numbers }: Scheme, slug: SegmentSlug | null): number {
  if (slug === null) return 0;
  const number = numbers.get(slug);
  if (number === undefined) throw new RangeError(`no segment ${slug}`);
  return number;
}

/** The segments whose tags are ours on sight: the scheme's, those a shop begins with, and every one of the merchant's own. */
export function taggedSegments({ segments, known }: Scheme): SegmentSlug[] {
  const ours = new Set([...segments, ...TEN_SEGMENTS.segments]);
  return known.filter((slug) => ours.has(slug) || !SHIPPED_SEGMENTS.includes(slug));
}

/** The cells of a segment; none of one that the scheme does not have. */
export function cellsOf(scheme: Scheme, slug: SegmentSlug): Scores[] {
  const number = scheme.numbers.get(slug);
  return CELLS.filter((cell) => scheme.numberAt[cellOf(cell)] === number);
}

/** Of the ten-segment grid: who used to order more than others and stays away. */
const AWAY = new Set<SegmentSlug>(['at-risk', 'cant-lose-them', 'needs-attention']);

/**
 * The segments of the at-risk list: At risk, Can't lose them and Needs attention, or what is nearest to them in another
 * scheme. Value tiers have none, since they say nothing of when somebody ordered.
 */
export function atRiskSegments(scheme: Scheme): SegmentSlug[] {
  return scheme.segments.filter((slug) => AWAY.has(nearestOfTen(scheme, slug) ?? ''));
}

/** The segment of the ten-segment grid that a segment is, or that has at least half of its cells; null where none has. */
export function nearestOfTen(scheme: Scheme, slug: SegmentSlug): SegmentSlug | null {
  // Of the merchant's own a slug may have been begun from and painted elsewhere since.
  if (scheme.id !== 'own' && TEN_SEGMENTS.segments.includes(slug)) return slug;
  const cells = cellsOf(scheme, slug);
  const shared = (of: SegmentSlug): number =>
    cells.filter((cell) => segmentOf(TEN_SEGMENTS, cell) === of).length;
  return TEN_SEGMENTS.segments.find((of) => cells.length > 0 && shared(of) * 2 >= cells.length) ?? null;
}
