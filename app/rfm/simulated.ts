import type { Day } from './calendar.ts';
import type { Edge } from './moves.ts';
import { slugOfNumber, type Scheme } from './schemes.ts';
import type { PlanTotals } from './write-cost.ts';

/** What other settings would do, who would move and what would be written; or who moved since a past day. */
export type Simulated = {
  /** The day the scores are as of that were worked out. */
  asOf: Day;
  /**
   * Customers from where they are to where they would be, or from where they were on the past day to where they are;
   * those who stay included. Who is unscored in both is not.
   */
  edges: Edge[];
  /** What Shopify would be told when everything is written, and the seconds it takes; null of a past day. */
  plan: (Pick<PlanTotals, 'customers' | 'byKind' | 'points'> & { seconds: number }) | null;
};

/** Segment numbers fit into a byte. */
const NUMBERS = 256;

/** Counts moves between segment numbers (see segmentNumbers; 0 = unscored) one customer at a time. */
export function moveCounts(scheme: Scheme): {
  /** One customer more, or with -1 one less, goes from `before` to `after`. */
  add: (before: number, after: number, people?: 1 | -1) => void;
  /** Every move with anybody behind it, by the order of the scheme, unscored last. */
  edges: () => Edge[];
} {
  const people = new Int32Array(NUMBERS * NUMBERS);
  return {
    add: (before, after, more = 1) => {
      people[before * NUMBERS + after] = (people[before * NUMBERS + after] as number) + more;
    },
    edges: () => {
      const found = [...people.keys()].filter((place) => place > 0 && (people[place] as number) > 0);
      return found
        .map((place) => [Math.floor(place / NUMBERS), place % NUMBERS, people[place]] as const)
        .toSorted(([a, b], [c, d]) => last(a) - last(c) || last(b) - last(d))
        .map(([before, after, count]) => ({
          before: slugOfNumber(scheme, before),
          after: slugOfNumber(scheme, after),
          people: count as number,
        }));
    },
  };
}

function last(number: number): number {
  return number === 0 ? NUMBERS : number;
}
