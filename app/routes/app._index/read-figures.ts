import type { Recalled } from '#app/jobs/recall-days.server.ts';
import type { Targets } from '#app/models/home-choices.server.ts';
import type { Day } from '#app/rfm/calendar.ts';
import {
  BEFORE_DAYS,
  GOALS,
  METRICS,
  readingOf,
  unitOf,
  type DayFigures,
  type Goal,
  type Reading,
  type Unit,
} from '#app/rfm/day-figures.ts';

/** What the figures of now are held against: those of a day, or why there are none. */
export type Against =
  | { kind: 'day'; day: Day }
  /** They are being reckoned from the stored orders. */
  | { kind: 'reckoning'; day: Day }
  /** No order counted by then. */
  | { kind: 'young'; day: Day }
  /** Only the last 60 days of orders could be read. */
  | { kind: 'limited'; day: Day }
  /** New scores are on their way. */
  | { kind: 'later'; day: Day };

/** A figure of now and of the earlier day; null where there is none. */
export type Metric = {
  reading: (typeof METRICS)[number];
  unit: Unit;
  now: number | null;
  before: number | null;
};

/** A goal with what it was at the ends of earlier months; the last point is now. */
export type GoalFigures = {
  goal: Goal;
  unit: Unit;
  now: number | null;
  points: { day: Day; value: number }[];
  target: number | null;
};

/** The headline figures of now held against those of thirty days before. */
export function readMetrics(
  now: DayFigures,
  asOf: Day,
  { before, known, missing }: Recalled,
  limited: boolean,
): { against: Against; metrics: Metric[] } {
  const then = before === null ? undefined : known.get(before);
  const day = asOf - BEFORE_DAYS;
  const why =
    before === null ? 'young' : missing.includes(before) ? 'reckoning' : limited ? 'limited' : 'later';
  return {
    against: { kind: then === undefined ? why : 'day', day },
    metrics: METRICS.map((reading) => ({
      ...figure(reading, now),
      before: then === undefined ? null : readingOf(reading, then),
    })),
  };
}

/** The goals with their trends and targets. */
export function readGoals(
  now: DayFigures,
  asOf: Day,
  { months, known }: Recalled,
  targets: Targets,
): GoalFigures[] {
  // Without a purchase cycle nobody can be said to have bought again within it.
  const measured = GOALS.filter((goal) => goal !== 'again' || now.again !== undefined);
  return measured.map((goal) => {
    const days = [...months.map((day) => ({ day, figures: known.get(day) })), { day: asOf, figures: now }];
    const points = days.flatMap(({ day, figures }) => {
      const value = figures === undefined ? null : readingOf(goal, figures);
      return value === null ? [] : [{ day, value }];
    });
    const { reading: _, ...rest } = figure(goal, now);
    return { goal, ...rest, points, target: targets[goal] ?? null };
  });
}

function figure<R extends Reading>(
  reading: R,
  now: DayFigures,
): { reading: R; unit: Unit; now: number | null } {
  return { reading, unit: unitOf(reading), now: readingOf(reading, now) };
}
