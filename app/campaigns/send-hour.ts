import { dayIn } from '#app/rfm/calendar.ts';
import { hourOfDay } from './start-instant.ts';

/** How long an offer may go out from the hour on at which it is to go out: many take their time. */
const WINDOW_MS = 3 * 3_600_000;

/**
 * Whether an offer may go out at an instant (epoch milliseconds).
 * @param hour that the shop's clocks show when it is to go out, null = at once
 */
export function goesNow(hour: number | null, at: number, timeZone: string): boolean {
  if (hour === null) return true;
  const day = dayIn(timeZone, at);
  // What begins late goes on after midnight.
  return [day - 1, day].some((of) => {
    const begins = hourOfDay(of, hour, timeZone);
    return at >= begins && at < begins + WINDOW_MS;
  });
}

/** The next instant at which an offer that is to go out at an hour may go out. */
export function nextAtHour(hour: number, at: number, timeZone: string): number {
  if (goesNow(hour, at, timeZone)) return at;
  const day = dayIn(timeZone, at);
  const today = hourOfDay(day, hour, timeZone);
  return today > at ? today : hourOfDay(day + 1, hour, timeZone);
}
