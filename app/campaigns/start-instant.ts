import { startOfDay, type Day } from '#app/rfm/calendar.ts';

const HOUR_MS = 3_600_000;

/** The instant at which an hour of a day begins in a zone, also on days that are an hour shorter or longer. */
export function hourOfDay(day: Day, hour: number, timeZone: string): number {
  const begins = startOfDay(day, timeZone);
  const clock = new Intl.DateTimeFormat('en', { hour: 'numeric', hourCycle: 'h23', timeZone });
  const guess = begins + hour * HOUR_MS;
  // An hour that a day leaves out begins when the next one does.
  return [guess - HOUR_MS, guess, guess + HOUR_MS].find((at) => Number(clock.format(at)) === hour) ?? guess;
}
