/** Hours of a day, 0 to 23, between which nothing is sent; null = sent at any hour. */
export type QuietHours = { from: number; until: number } | null;

/**
 * Whether it is a quiet hour where somebody is.
 * @param at epoch milliseconds
 * @param zones IANA names, the first one that there is counts
 */
export function isQuiet(hours: QuietHours, at: number, zones: readonly (string | null)[]): boolean {
  if (hours === null || hours.from === hours.until) return false;
  const hour = zones.map((zone) => hourIn(zone, at)).find((known) => known !== null) ?? hourIn('UTC', at)!;
  const { from, until } = hours;
  return from < until ? hour >= from && hour < until : hour >= from || hour < until;
}

const clocks = new Map<string, Intl.DateTimeFormat | null>();

/** The hour in a zone; null when there is no such zone. */
function hourIn(zone: string | null, at: number): number | null {
  if (zone === null) return null;
  if (!clocks.has(zone)) clocks.set(zone, clockOf(zone));
  const clock = clocks.get(zone) ?? null;
  return clock === null ? null : Number(clock.format(at));
}

function clockOf(timeZone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat('en', { hour: '2-digit', hourCycle: 'h23', timeZone });
  } catch {
    return null;
  }
}
