import { parseDay, type Day } from './calendar.ts';

/** The days of which scores are kept: the first run's and the one all scores are as of. */
export type History = { first: Day; last: Day };

/** What is wrong with a day that was asked for. */
export type DayProblem = 'no-date' | 'too-early' | 'too-late' | 'not-before';

export type ComparedDays =
  | { kind: 'days'; from: Day; to: Day }
  /** The history is of one day, so there is no earlier one. */
  | { kind: 'one-day' }
  | { kind: 'refused'; from: DayProblem | null; to: DayProblem | null };

const USUAL_DAYS = 30;

/**
 * The two days an address asks for, as dates; where it names none, the last day of the history and thirty days before
 * the second, or the first day there is.
 */
export function comparedDays(
  asked: { from: string | null; to: string | null },
  history: History,
): ComparedDays {
  const { first, last } = history;
  if (first >= last) return { kind: 'one-day' };
  const to = asked.to === null ? last : dayOf(asked.to);
  const from = asked.from === null ? Math.max(first, (to ?? last) - USUAL_DAYS) : dayOf(asked.from);
  const outside = (day: Day | null): DayProblem | null => {
    if (day === null) return 'no-date';
    if (day < first) return 'too-early';
    return day > last ? 'too-late' : null;
  };
  const problems = { from: outside(from), to: outside(to) };
  if (from === null || to === null || problems.from !== null || problems.to !== null) {
    return { kind: 'refused', ...problems };
  }
  return from < to ? { kind: 'days', from, to } : { kind: 'refused', from: 'not-before', to: null };
}

function dayOf(date: string): Day | null {
  try {
    return parseDay(date.trim());
  } catch {
    return null;
  }
}
