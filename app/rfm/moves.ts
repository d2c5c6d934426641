import type { Scheme, SegmentSlug } from './schemes.ts';
import type { Cause } from './transitions.ts';

/** Where a customer is on a day; null = unscored on it, or not yet or no longer a customer. */
export type Place = SegmentSlug | null;

/** Every place a customer can be in or have been in, those of the scheme first, unscored last. */
export function placesOf({ known }: Scheme): Place[] {
  return [...known, null];
}

/** Customers with the same place on both days and, where they moved, the same cause of their last move between them. */
export type MovedGroup = {
  before: Place;
  after: Place;
  /** Where they are now, whatever they were on the two days. */
  now: Place;
  /** Null when no move lies between the two days. */
  cause: Cause | null;
  people: number;
};

/** Customers who went from one place to another between two days; from a place to itself: who was in it on both. */
export type Edge = { before: Place; after: Place; people: number };

/** Moves between two days. Who was unscored on both is in none of the numbers. */
export type Moves = {
  /** Those with anybody behind them, by the order of placesOf. */
  edges: Edge[];
  /** Customers who were scored on at least one of the days. */
  customers: number;
  /** How many of them are in another place on the second day. */
  moved: number;
  /** The same by the cause of their last move, most first. */
  causes: { cause: Cause; people: number; better: number; worse: number }[];
};

/**
 * The moves between two days, from those who changed after the first day and from where everybody is now: who did not
 * change since was in the same segment on both.
 * @param changed who changed after the first day, each customer in one group
 * @param present how many are in each segment now
 */
export function movesBetween(
  scheme: Scheme,
  changed: readonly MovedGroup[],
  present: ReadonlyMap<SegmentSlug, number>,
): Moves {
  const people = new Map<string, number>();
  const add = (before: Place, after: Place, more: number): void => {
    const key = `${before} ${after}`;
    people.set(key, (people.get(key) ?? 0) + more);
  };
  const causes = new Map<Cause, { people: number; better: number; worse: number }>();
  for (const [segment, count] of present) add(segment, segment, count);
  for (const { before, after, now, cause, people: count } of changed) {
    add(before, after, count);
    if (now !== null) add(now, now, -count);
    if (before === after || cause === null) continue;
    const sum = causes.get(cause) ?? { people: 0, better: 0, worse: 0 };
    sum.people += count;
    // Who goes to another segment because a setting named it so is neither better nor worse off.
    const direction = cause === 'settings' ? 'even' : directionOf(scheme, before, after);
    if (direction === 'better' || direction === 'worse') sum[direction] += count;
    causes.set(cause, sum);
  }
  const places = placesOf(scheme);
  const edges = places
    .flatMap((before) =>
      places.map((after) => ({ before, after, people: people.get(`${before} ${after}`) ?? 0 })),
    )
    .filter((edge) => edge.people > 0 && (edge.before !== null || edge.after !== null));
  return {
    edges,
    customers: total(edges),
    moved: total(edges.filter(({ before, after }) => before !== after)),
    causes: [...causes]
      .map(([cause, sum]) => ({ cause, ...sum }))
      .toSorted((a, b) => b.people - a.people || (a.cause < b.cause ? -1 : 1)),
  };
}

/** How many customers are behind these edges. */
export function total(edges: readonly Edge[]): number {
  return edges.reduce((sum, { people }) => sum + people, 0);
}

/** How a move changed a customer's standing; 'even' between segments of the same rank and for who was not scored before. */
export type Direction = 'stayed' | 'better' | 'worse' | 'even';

/**
 * By the ranks of the scheme: of those that ship a customer who stays away or whose orders are taken back never goes up,
 * and one who orders never down. Not to be scored any more is below all segments; of a segment of another scheme nothing
 * can be said.
 */
export function directionOf({ ranks }: Scheme, before: Place, after: Place): Direction {
  if (before === after) return 'stayed';
  if (before === null) return 'even';
  if (after === null) return 'worse';
  const step = (ranks.get(after) ?? NaN) - (ranks.get(before) ?? NaN);
  if (step === 0 || Number.isNaN(step)) return 'even';
  return step > 0 ? 'better' : 'worse';
}

/** Every move that makes a customer's standing worse. */
export function fallsOf(scheme: Scheme): Pick<Edge, 'before' | 'after'>[] {
  const places = placesOf(scheme);
  return places
    .flatMap((before) => places.map((after) => ({ before, after })))
    .filter(({ before, after }) => directionOf(scheme, before, after) === 'worse');
}

/** The name of a place in addresses. */
export function placeName(place: Place): string {
  return place ?? 'unscored';
}

/** The place an address names, undefined when it names none. */
export function placeNamed(scheme: Scheme, name: string | null): Place | undefined {
  return placesOf(scheme).find((place) => placeName(place) === name);
}
