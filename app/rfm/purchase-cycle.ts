import { addMonths, type Day } from './calendar.ts';
import { NO_DAY, type CustomerStats } from './customer-stats.ts';
import type { CutPoints } from './scores.ts';
import { valueRange } from './ranges.ts';
import { atRiskSegments, cellsOf, type Scheme } from './schemes.ts';
import type { ShopGaps } from './shop-gaps.ts';

/** Within how long customers of the shop are to order again. */
export type Cycle = { length: number; unit: 'days' | 'months' };

/** How long a cycle may be. */
export const LONGEST_CYCLE = { days: 1095, months: 36 } as const;

/** With fewer customers who came back, what their gaps have in the middle says little of the next one's. */
export const LEAST_WITH_GAP = 30;

/** The shop's usual gap, or why it cannot be said. */
export type SuggestedCycle =
  | ({ kind: 'days'; length: number } & Pick<ShopGaps, 'customers' | 'history'> &
      NonNullable<ShopGaps['days']>)
  | { kind: 'too-few'; customers: number }
  | { kind: 'not-measured' };

/**
 * The cycle that the shop's own gaps suggest: the usual gap that half of the customers who came back have, or a
 * shorter one. Among those only, so it flatters: whoever has not come back yet has no gap.
 */
export function suggestCycle(gaps: ShopGaps | undefined): SuggestedCycle {
  if (gaps === undefined) return { kind: 'not-measured' };
  const { customers, history, days } = gaps;
  if (days === null || customers < LEAST_WITH_GAP) return { kind: 'too-few', customers };
  return { kind: 'days', length: Math.min(days.median, LONGEST_CYCLE.days), customers, history, ...days };
}

/** The cycle that states go by, and who says so. */
export type CycleInForce = Cycle & { chosen: boolean };

/** What the merchant chose; otherwise what is suggested; null when that cannot be said either. */
export function cycleInForce(chosen: Cycle | null, suggested: SuggestedCycle): CycleInForce | null {
  if (chosen !== null) return { ...chosen, chosen: true };
  return suggested.kind === 'days' ? { length: suggested.length, unit: 'days', chosen: false } : null;
}

/** Where a customer is in the cycle, the longest without an order last. */
export const CYCLE_STATES = ['fresh', 'late', 'about-to-lapse', 'lapsed', 'no-order'] as const;
export type CycleState = (typeof CYCLE_STATES)[number];

/** What has passed of a cycle since a last order. */
type Passed = { half: boolean; aboutToLapse: boolean; whole: boolean };

// In days two thirds of n stand for n − 2 months. Half of an odd number of months ends halfway between the days that
// the months around it end on.
function passed({ length, unit }: Cycle, lastDay: Day, asOf: Day): Passed {
  if (unit === 'days') {
    const days = asOf - lastDay;
    return { half: days * 2 > length, aboutToLapse: days * 3 >= length * 2, whole: days >= length };
  }
  return {
    half: sinceHalf(length, lastDay, asOf) > 0,
    aboutToLapse: addMonths(lastDay, length - 2) <= asOf,
    whole: addMonths(lastDay, length) <= asOf,
  };
}

/** Twice the days from half of a cycle of months to the as-of day; negative before. */
function sinceHalf(months: number, lastDay: Day, asOf: Day): number {
  return asOf * 2 - addMonths(lastDay, Math.floor(months / 2)) - addMonths(lastDay, Math.ceil(months / 2));
}

/** The latest last order days of customers who are at least late, about to lapse, lapsed. */
export type CycleDays = { late: Day; aboutToLapse: Day; lapsed: Day };

/**
 * The days on which states begin, as of a day: what is longer ago than half a cycle is late, what also is n − 2 months
 * ago (in days: two thirds of n) about to lapse, what is n ago lapsed. Months are calendar months, clamped to a
 * month's end.
 */
export function cycleDays(cycle: Cycle, asOf: Day): CycleDays {
  const latest = (holds: (has: Passed) => boolean): Day => {
    // More than a cycle ago everything has passed, today nothing; the days between are halved until one is left.
    let yes = asOf - cycle.length * (cycle.unit === 'days' ? 1 : 31) - 1;
    let no = asOf;
    while (no - yes > 1) {
      const day = Math.floor((yes + no) / 2);
      if (holds(passed(cycle, day, asOf))) yes = day;
      else no = day;
    }
    return yes;
  };
  return {
    late: latest(({ half }) => half),
    aboutToLapse: latest(({ half, aboutToLapse }) => half && aboutToLapse),
    lapsed: latest(({ whole }) => whole),
  };
}

/**
 * The state of a customer by the last counted order's day, tested in this order: no counted order, lapsed, about to
 * lapse, late, fresh.
 */
export function cycleState(lastDay: Day | null, days: CycleDays): CycleState {
  if (lastDay === null) return 'no-order';
  if (lastDay <= days.lapsed) return 'lapsed';
  if (lastDay <= days.aboutToLapse) return 'about-to-lapse';
  return lastDay <= days.late ? 'late' : 'fresh';
}

/** The last order days of a state, ends included (null = open); null when no day has it, as with short cycles of months. */
export function daysOfState(
  state: Exclude<CycleState, 'no-order'>,
  { late, aboutToLapse, lapsed }: CycleDays,
): { from: Day | null; to: Day | null } | null {
  if (state === 'lapsed') return { from: null, to: lapsed };
  if (state === 'fresh') return { from: late + 1, to: null };
  const [before, to] = state === 'late' ? [aboutToLapse, late] : [lapsed, aboutToLapse];
  return before < to ? { from: before + 1, to } : null;
}

/** How many customers are in a state, how many of them ordered more than once, and their money (minor units). */
export type StateCount = { state: CycleState; customers: number; repeat: number; monetary: number };

/**
 * Customers who ordered more than once and last within the cycle, of all who have a counted order: who "bought again
 * within the cycle".
 */
export function boughtAgain(counts: readonly StateCount[]): { customers: number; of: number } {
  let customers = 0;
  let of = 0;
  for (const count of counts) {
    if (count.state !== 'no-order') of += count.customers;
    if (count.state !== 'no-order' && count.state !== 'lapsed') customers += count.repeat;
  }
  return { customers, of };
}

/** The same counted over the customers of a day. */
export function boughtAgainOf({ n, asOf, lastDay, frequency }: CustomerStats, cycle: Cycle) {
  const { lapsed } = cycleDays(cycle, asOf);
  let customers = 0;
  let of = 0;
  for (let row = 0; row < n; row += 1) {
    const last = lastDay[row] as number;
    if (last === NO_DAY) continue;
    of += 1;
    if (last > lapsed && (frequency[row] as number) > 1) customers += 1;
  }
  return { customers, of };
}

/** A cycle in a word, to tell whether figures are by the same one. */
export function cycleName({ length, unit }: Cycle): string {
  return `${length} ${unit}`;
}

/**
 * Since how few days customers with R1–2, whom At risk includes, may have ordered, where that is less than half of the
 * cycle; null where it is not, or where the scheme has nobody with R1–2 at risk.
 */
export function earlyAtRisk(scheme: Scheme, cutPoints: CutPoints, cycle: Cycle, asOf: Day): number | null {
  const named = atRiskSegments(scheme).some((slug) => cellsOf(scheme, slug).some(({ r }) => r <= 2));
  if (!named) return null;
  const days = valueRange(cutPoints, 'r', 1, 2)?.from ?? null;
  if (days === null) return null;
  const early =
    cycle.unit === 'days' ? days * 2 < cycle.length : sinceHalf(cycle.length, asOf - days, asOf) < 0;
  return early ? days : null;
}
