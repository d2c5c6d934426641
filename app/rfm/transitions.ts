import { cutPointsOf } from './apart.ts';
import type { Day } from './calendar.ts';
import type { OtherPopulation } from './population.ts';
import { segmentOf, type Scheme, type SegmentSlug } from './schemes.ts';
import { scoreWith, type CutPoints } from './scores.ts';

/** Why a customer's scores or segment changed. */
export type Cause = 'first' | 'order' | 'time' | 'correction' | 'others' | 'settings';

/** A customer at the end of a run. */
export type Standing = {
  /** Day of the last counted order, null without one. */
  lastDay: Day | null;
  /** Counted orders in the window, 0 = unscored. */
  frequency: number;
  /** Minor units. */
  monetary: number;
  /** 0 = unscored. */
  r: number;
  f: number;
  m: number;
  /** Null = unscored. */
  segment: SegmentSlug | null;
  /** Undefined = the main one. */
  population: OtherPopulation | undefined;
};

export type RunContext = {
  /** Of the present run; another than before only when settings changed. */
  scheme: Scheme;
  /** As-of days of the earlier and the present run. */
  asOfBefore: Day;
  asOf: Day;
  /** Cut points of the earlier run. */
  cutPointsBefore: CutPoints;
  /** True when the run was started by changed settings. */
  settingsChanged: boolean;
  /** True when the shop counts orders of a window of days only. */
  windowed: boolean;
};

/**
 * Why a customer's scores or segment differ from the run before; asked only about customers who changed.
 *
 * - first: the customer had no standing before.
 * - settings: the run was started by changed settings.
 * - order: the last order's day moved on, or more orders count.
 * - time: nothing of the customer's own changed, and the earlier cut points with today's recency already give the
 *   new segment (or the new scores, when the segment stayed); or orders left the window on a later day.
 * - correction: the customer's own days, orders or money changed otherwise, or whom they were bought for: refund,
 *   cancellation, edit.
 * - others: nothing of the customer's own changed; the cut points moved.
 */
export function cause(before: Standing | null, after: Standing, run: RunContext): Cause {
  if (before === null) return 'first';
  if (run.settingsChanged) return 'settings';
  const dayBefore = before.lastDay ?? -Infinity;
  const dayAfter = after.lastDay ?? -Infinity;
  if (dayAfter > dayBefore || after.frequency > before.frequency) return 'order';
  const older = run.asOf > run.asOfBefore;
  if (run.windowed && older && dayAfter === dayBefore && after.frequency < before.frequency) return 'time';
  const same =
    dayAfter === dayBefore &&
    after.frequency === before.frequency &&
    after.monetary === before.monetary &&
    after.population === before.population;
  if (!same) return 'correction';
  return older && explainedByTime(before, after, run) ? 'time' : 'others';
}

function explainedByTime(before: Standing, after: Standing, run: RunContext): boolean {
  if (after.segment === null || after.lastDay === null) return false;
  const { frequency, monetary } = after;
  const recencyDays = run.asOf - after.lastDay;
  const cutPoints = cutPointsOf(run.cutPointsBefore, after.population);
  const aged = scoreWith(cutPoints, { recencyDays, frequency, monetary });
  if (before.segment !== after.segment) return segmentOf(run.scheme, aged) === after.segment;
  return aged.r === after.r && aged.f === after.f && aged.m === after.m;
}
