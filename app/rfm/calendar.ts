/** Whole days since 1970-01-01 of a calendar date, in whichever zone the date was read. */
export type Day = number;

const DAY_MS = 86_400_000;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

type Civil = { year: number; month: number; day: number };

// Proleptic Gregorian arithmetic in 400-year eras that begin on 1 March, so that the leap day comes last
// (H. Hinnant, "chrono-compatible low-level date algorithms").
function dayOfCivil(year: number, month: number, day: number): Day {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const leapDays = Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  return era * 146_097 + yearOfEra * 365 + leapDays + dayOfYear - 719_468;
}

function civilOfDay(day: Day): Civil {
  const z = day + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const leapDays =
    Math.floor(dayOfEra / 1_460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1,
  };
}

/**
 * The day of a date written YYYY-MM-DD (years 0000 to 9999).
 * @throws RangeError when the text has another shape or names no date of the calendar
 */
export function parseDay(text: string): Day {
  const match = DATE.exec(text);
  const day = match ? dayOfCivil(Number(match[1]), Number(match[2]), Number(match[3])) : Number.NaN;
  if (!match || formatDay(day) !== text)
    throw new RangeError(`not a date: ${JSON.stringify(text.slice(0, 40))}`);
  return day;
}

/** The date of a day as YYYY-MM-DD. */
export function formatDay(day: Day): string {
  const { year, month, day: dayOfMonth } = civilOfDay(day);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(dayOfMonth)}`;
}

/** The same day of the month `months` later (or earlier), clamped to that month's last day. */
export function addMonths(day: Day, months: number): Day {
  const { year, month, day: dayOfMonth } = civilOfDay(day);
  const index = year * 12 + (month - 1) + months;
  const first = dayOfCivil(Math.floor(index / 12), (((index % 12) + 12) % 12) + 1, 1);
  const next = dayOfCivil(Math.floor((index + 1) / 12), ((((index + 1) % 12) + 12) % 12) + 1, 1);
  return Math.min(first + dayOfMonth - 1, next - 1);
}

/**
 * Gives the calendar day of an instant (epoch milliseconds) in an IANA zone; a few nanoseconds a call. It holds half
 * a megabyte, so let it go when the orders are through; for single instants there is `dayIn`.
 * @throws RangeError when the zone is unknown
 */
export function zoneDays(timeZone: string): (epochMs: number) => Day {
  const offsetAt = offsetTable(askedOffset(timeZone));
  return (epochMs) => Math.floor((epochMs + offsetAt(epochMs)) / DAY_MS);
}

/**
 * The calendar day of one instant (epoch milliseconds) in an IANA zone; asks Intl and keeps nothing.
 * @throws RangeError when the zone is unknown
 */
export function dayIn(timeZone: string, epochMs: number): Day {
  return Math.floor((epochMs + askedOffset(timeZone)(epochMs)) / DAY_MS);
}

/**
 * The first instant (epoch milliseconds) of a day in a zone. Of a day the zone skipped (Pacific/Apia 2011-12-30)
 * it is the first instant after it.
 * @throws RangeError when the zone is unknown
 */
export function startOfDay(day: Day, timeZone: string): number {
  const asked = askedOffset(timeZone);
  const known = new Map<number, number>();
  const offsetAt = (epochMs: number): number => {
    const offset = known.get(epochMs) ?? asked(epochMs);
    known.set(epochMs, offset);
    return offset;
  };
  const dayOf = (epochMs: number): Day => Math.floor((epochMs + offsetAt(epochMs)) / DAY_MS);
  // A day begins at local midnight under an offset in force around it, or with a change of offset.
  let first = Infinity;
  for (let block = day - 2; block <= day + 2; block += 1) {
    const midnight = day * DAY_MS - offsetAt(block * DAY_MS);
    for (const candidate of [turnIn(block, offsetAt), midnight]) {
      if (candidate < first && dayOf(candidate) >= day && dayOf(candidate - 1) < day) first = candidate;
    }
  }
  return first;
}

/** The millisecond within a UTC day ("block") at which the offset changes, Infinity when it does not. */
function turnIn(block: number, offsetAt: (epochMs: number) => number): number {
  let last = block * DAY_MS;
  let first = last + DAY_MS;
  const before = offsetAt(last);
  if (before === offsetAt(first)) return Infinity;
  while (first - last > 1) {
    const middle = Math.floor((last + first) / 2);
    if (offsetAt(middle) === before) last = middle;
    else first = middle;
  }
  return first;
}

const UNKNOWN = 0x7fffffff;
const BLOCKS = dayOfCivil(2100, 1, 1);

// Intl is asked once per UTC day that occurs: the offset at its start and, when the offset at its end differs, the
// millisecond at which it changed. No zone of the tz database changes twice within one UTC day. Instants before 1970
// or after 2099 are asked every time.
function offsetTable(asked: (epochMs: number) => number): (epochMs: number) => number {
  const offset = new Int32Array(BLOCKS + 1).fill(UNKNOWN);
  const turn = new Float64Array(BLOCKS).fill(Number.NaN);
  const edge = (epochMs: number): number => {
    const block = epochMs / DAY_MS;
    if (!Number.isInteger(block)) return asked(epochMs);
    if (offset[block] === UNKNOWN) offset[block] = asked(epochMs);
    return offset[block] as number;
  };
  return (epochMs) => {
    const block = Math.floor(epochMs / DAY_MS);
    if (!(block >= 0 && block < BLOCKS)) return asked(epochMs);
    if (Number.isNaN(turn[block] as number)) turn[block] = turnIn(block, edge);
    return offset[epochMs < (turn[block] as number) ? block : block + 1] as number;
  };
}

// The zone's offset from UTC in milliseconds, read from text like "2011, GMT-00:44:30".
function askedOffset(timeZone: string): (epochMs: number) => number {
  if (lastAsked?.timeZone !== timeZone) lastAsked = { timeZone, offsetAt: intlOffset(timeZone) };
  return lastAsked.offsetAt;
}

// Making a format takes longer than asking it a hundred times; one is kept, not one for each of 400 zones.
let lastAsked: { timeZone: string; offsetAt: (epochMs: number) => number } | undefined;

function intlOffset(timeZone: string): (epochMs: number) => number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset', year: 'numeric' });
  return (epochMs) => {
    const text = format.format(epochMs);
    const [hours = 0, minutes = 0, seconds = 0] = text
      .slice(text.indexOf('GMT') + 4)
      .split(':')
      .map(Number);
    const size = (hours * 3600 + minutes * 60 + seconds) * 1000;
    return text.includes('GMT-') ? -size : size;
  };
}
