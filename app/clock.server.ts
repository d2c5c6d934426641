import { env } from '#app/env.server.ts';
import { dayIn, parseDay, type Day } from '#app/rfm/calendar.ts';

/** This machine's instant in epoch milliseconds. What is stored and compared later uses the database's instead. */
export function now(): number {
  return Date.now();
}

/**
 * The as-of day of a shop: the day of `at` (now unless told) in `timeZone`, or AS_OF_DAY, which only the demo sets.
 * @throws RangeError when `timeZone` is not an IANA name
 */
export function today(timeZone: string, at = now()): Day {
  return env.AS_OF_DAY === undefined ? dayIn(timeZone, at) : parseDay(env.AS_OF_DAY);
}
