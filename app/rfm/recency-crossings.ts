import type { Day } from './calendar.ts';
import type { Bounds } from './scores.ts';

/** Days of the last counted order, from the first up to but not including the second. */
export type DayRange = { from: Day; before: Day };

/**
 * The last order days whose recency score falls when scores that are as of `asOfBefore` become as of `asOf`: whoever
 * ordered last on one of them crosses a recency cut point meanwhile, and nobody else does. Empty when no day passed.
 * @param bounds the cut points' recency days, see CutPoints.r
 */
export function recencyCrossings(bounds: Bounds, asOfBefore: Day, asOf: Day): DayRange[] {
  if (asOf <= asOfBefore) return [];
  const distinct = new Set(bounds.filter((bound) => bound !== null));
  return [...distinct].map((bound) => ({ from: asOfBefore - bound, before: asOf - bound }));
}
