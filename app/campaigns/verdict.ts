import type { Side } from './money-lift.ts';
import type { Interval } from './proportions.ts';

/** What a campaign has shown. */
export type Verdict = 'worked' | 'lost-money' | 'too-early' | 'cannot-tell';

/** Customers on each side who must have ordered before anything is said. */
export const ORDERED = 10;

/**
 * What the difference of gross profit says: nothing before ten customers on each side have ordered, and while a campaign
 * runs only what holds however often somebody looks.
 * @param interval the final one when `finished`, else the interim one
 */
export function verdictOf(interval: Interval | null, treated: Side, held: Side, finished: boolean): Verdict {
  const open = finished ? 'cannot-tell' : 'too-early';
  if (interval === null || Math.min(treated.buyers, held.buyers) < ORDERED) return open;
  if (interval.low > 0) return 'worked';
  return interval.high < 0 ? 'lost-money' : open;
}
