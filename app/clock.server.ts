import { env } from '#app/env.server.ts';
import { parseDay, zoneDays, type Day } from '#app/rfm/calendar.ts';

/** This machine's instant in epoch milliseconds. Leases and deadlines use the database's clock instead. */
export function now(): number {
  return Date.now();
}

/**
 * The as-of day of a shop: today in `timeZone`, or AS_OF_DAY, which only the demo sets.
 * @throws RangeError when `timeZone` is not an IANA name
 */
export function today(timeZone: string): Day {
  return env.AS_OF_DAY === undefined ? zoneDays(timeZone)(now()) : parseDay(env.AS_OF_DAY);
}
