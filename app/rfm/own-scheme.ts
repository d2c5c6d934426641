/** What tells the cells of a scheme of the merchant's own apart: R and F, or R and the mean of F and M. */
export const OWN_AXES = ['rf', 'rfm-mean'] as const;
type OwnAxes = (typeof OWN_AXES)[number];

/** Colours that people who see few colours tell apart too, as badges have them. */
export const OWN_COLORS = ['green', 'blue', 'yellow', 'orange', 'red', 'gray'] as const;
export type OwnColor = (typeof OWN_COLORS)[number];

/** A segment as the merchant calls it. */
export type NamedSegment = { slug: string; name: string; color: OwnColor };

/** A segment of a scheme of the merchant's own: its cells are two scores each, R first ("54"). */
export type OwnSegment = NamedSegment & { cells: string[] };

export type OwnScheme = {
  axes: OwnAxes;
  /** the best first */
  segments: OwnSegment[];
  /** Segments that were taken out: customers were in them, so their names stay. */
  former: NamedSegment[];
};

/** Every cell two scores can make. */
export const OWN_CELLS: readonly string[] = [5, 4, 3, 2, 1].flatMap((r) =>
  [1, 2, 3, 4, 5].map((f) => `${r}${f}`),
);

/** More segments than this are more than a team can treat differently: a warning, no refusal. */
export const MANAGEABLE_SEGMENTS = 8;
/** One for each cell at most. */
export const MOST_SEGMENTS = OWN_CELLS.length;
/** Segments a shop can have had: their slugs are numbers in a byte while scores are worked out. */
export const MOST_SLUGS = 100;

/** Characters of a segment's name. */
export const NAME_CHARACTERS = 40;
const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/;

type SegmentFault = 'no-name' | 'long-name' | 'same-name' | 'slug' | 'same-slug' | 'taken-slug';

/**
 * Why the segment at a place of the list cannot be saved, or null. A slug is 1 to 40 of a–z, 0–9 and single hyphens.
 * @param taken slugs it may not have either: those of stored segments, for one that is new
 */
export function segmentFault(
  segments: readonly Pick<OwnSegment, 'name' | 'slug'>[],
  place: number,
  taken: readonly string[] = [],
): SegmentFault | null {
  const { name, slug } = segments[place]!;
  const same = (other: string, one: string): boolean =>
    other.trim().toLowerCase() === one.trim().toLowerCase();
  if (name.trim() === '') return 'no-name';
  if ([...name.trim()].length > NAME_CHARACTERS) return 'long-name';
  if (segments.some((other, at) => at !== place && same(other.name, name))) return 'same-name';
  if (slug.length > NAME_CHARACTERS || !SLUG.test(slug)) return 'slug';
  // The address of the customers without scores.
  if (slug === 'unscored') return 'taken-slug';
  const others = segments.filter((_, at) => at !== place).map((other) => other.slug);
  return [...others, ...taken].includes(slug) ? 'same-slug' : null;
}

/** A slug from what of a name can stand in one, made different from those that are taken. */
export function slugFrom(name: string, taken: readonly string[]): string {
  const slug = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, NAME_CHARACTERS - 4)
    .replace(/-+$/, '');
  const base = slug === '' ? 'segment' : slug;
  for (let n = 1; ; n += 1) {
    const one = n === 1 ? base : `${base}-${n}`;
    if (one !== 'unscored' && !taken.includes(one)) return one;
  }
}

/** A scheme as it is to be stored: segments of the one before that are no longer in it go to the former ones. */
export function withFormer(scheme: Omit<OwnScheme, 'former'>, before: OwnScheme | null): OwnScheme {
  const present = new Set(scheme.segments.map(({ slug }) => slug));
  const former = [...(before?.segments ?? []), ...(before?.former ?? [])]
    .filter(({ slug }) => !present.has(slug))
    .map(({ slug, name, color }) => ({ slug, name, color }));
  return { ...scheme, former };
}

/** Whether two schemes put every customer into the same segment: names and colours may differ. */
export function samePlaces(a: OwnScheme | null, b: OwnScheme | null): boolean {
  const places = (scheme: OwnScheme | null): string =>
    JSON.stringify(
      scheme && [scheme.axes, scheme.segments.map(({ slug, cells }) => [slug, cells.toSorted()])],
    );
  return places(a) === places(b);
}
