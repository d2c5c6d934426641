import { parseDay, type Day } from '#app/rfm/calendar.ts';
import { COMPARED_MEASURES, MEASURES, PLANES, type Measure, type Plane } from '#app/rfm/planes.ts';

export const VIEWS = ['map', 'table'] as const;

/** What the address of the grid asks for. */
export type GridChoice = {
  plane: Plane;
  measure: Measure;
  view: (typeof VIEWS)[number];
  /** the day to compare with, null for none */
  compare: Day | null;
  /** the date that was asked for, in the history or not; '' without one */
  asked: string;
  /** a comparison was asked for, and there is none with that day */
  outside: boolean;
};

/**
 * Reads the address of the grid; what it does not say, or says wrongly, is the first choice.
 * @param days the days that can be compared with, ends included
 */
export function parseGrid(search: URLSearchParams, days: { first: Day; last: Day }): GridChoice {
  const wanted = search.get('compare');
  const day = wanted === null ? null : dayOf(wanted);
  const compare = day !== null && day >= days.first && day <= days.last ? day : null;
  return {
    plane: oneOf(PLANES, search.get('plane')),
    measure: oneOf(compare === null ? MEASURES : COMPARED_MEASURES, search.get('measure')),
    view: oneOf(VIEWS, search.get('view')),
    compare,
    asked: day === null ? '' : (wanted ?? ''),
    outside: wanted !== null && compare === null,
  };
}

function oneOf<T extends string>(known: readonly T[], wanted: string | null): T {
  return known.find((one) => one === wanted) ?? (known[0] as T);
}

function dayOf(text: string): Day | null {
  try {
    return parseDay(text);
  } catch {
    return null;
  }
}
