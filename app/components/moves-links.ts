import { formatDay, type Day } from '#app/rfm/calendar.ts';
import { placeName, type Edge } from '#app/rfm/moves.ts';

/** Two days whose scores are compared, the earlier first. */
export type Compared = { from: Day; to: Day };

const query = ({ from, to }: Compared, more: Record<string, string> = {}): string =>
  new URLSearchParams({ from: formatDay(from), to: formatDay(to), ...more }).toString();

/** Where the moves between two days are shown. */
export function movesPath(days: Compared, more: Record<string, string> = {}): string {
  return `/app/moves?${query(days, more)}`;
}

/** Where the customers behind a move are listed. */
export function moversPath(days: Compared, { before, after }: Pick<Edge, 'before' | 'after'>): string {
  return `/app/moves/people?${query(days, { before: placeName(before), after: placeName(after) })}`;
}

/** Where the valuable customers who fell are listed. */
export function fallenPath(days: Compared, more: Record<string, string> = {}): string {
  return `/app/moves/people?${query(days, { fell: 'valuable', ...more })}`;
}
