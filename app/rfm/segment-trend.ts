import type { Day } from './calendar.ts';
import type { History } from './compared-days.ts';

/** How many days back a trend can reach, as far as there is a history. */
const TREND_DAYS = [30, 90, 365] as const;
export type TrendDays = (typeof TREND_DAYS)[number];

/** How far back a list of all segments looks. */
export const CHANGE_DAYS = 30;

/** The number of customers at the end of each day from `from` on; the last one is now. */
export type Trend = { from: Day; counts: number[] };

/** The reaches that show something the next shorter one does not; the shortest one always. */
export function trendChoices({ first, last }: History): TrendDays[] {
  return TREND_DAYS.filter((_, place) => place === 0 || last - first > (TREND_DAYS[place - 1] as number));
}

/** The reach an address asks for; otherwise the middle one, or the longest there is. */
export function parseTrendDays(wanted: string | null, choices: readonly TrendDays[]): TrendDays {
  return choices.find((days) => String(days) === wanted) ?? choices[1] ?? TREND_DAYS[0];
}

/**
 * The counts at the ends of the days up to `last`, from the count of now with what changed on each later day taken back.
 * @param net how many more came than left, by day
 */
export function countsBack(now: number, net: ReadonlyMap<Day, number>, from: Day, last: Day): Trend {
  const counts: number[] = [];
  let customers = now;
  for (let day = last; day >= from; day -= 1) {
    counts.push(customers);
    customers -= net.get(day) ?? 0;
  }
  return { from, counts: counts.toReversed() };
}

/** How the last count of a trend differs from its first. */
export function changeOf({ counts }: Trend): number {
  return (counts.at(-1) ?? 0) - (counts[0] ?? 0);
}
