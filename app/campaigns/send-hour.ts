import { dayIn, startOfDay } from '#app/rfm/calendar.ts';

const HOUR_MS = 3_600_000;
/** Hours in which an offer goes out that is to go out at an hour: many take their time. */
const WINDOW = 3;

/** Hours since the shop's midnight at an instant; a day on which clocks change has one less, or one more. */
function hourAt(at: number, timeZone: string): number {
  return (at - startOfDay(dayIn(timeZone, at), timeZone)) / HOUR_MS;
}

/**
 * Whether an offer may go out at an instant (epoch milliseconds).
 * @param hour of the shop's day at which it is to go out, null = at once
 */
export function goesNow(hour: number | null, at: number, timeZone: string): boolean {
  if (hour === null) return true;
  const now = hourAt(at, timeZone);
  return now >= hour && now < hour + WINDOW;
}

/** The next instant at which an offer that is to go out at an hour may go out. */
export function nextAtHour(hour: number, at: number, timeZone: string): number {
  if (goesNow(hour, at, timeZone)) return at;
  const day = dayIn(timeZone, at);
  const today = startOfDay(day, timeZone) + hour * HOUR_MS;
  return today > at ? today : startOfDay(day + 1, timeZone) + hour * HOUR_MS;
}
