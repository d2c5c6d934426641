import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addMonths, dayIn, formatDay, parseDay, startOfDay, zoneDays } from '#app/rfm/calendar.ts';
import { oracleDayOf } from './oracle.ts';

const DAY_MS = 86_400_000;
const ZONES = [...Intl.supportedValuesOf('timeZone'), 'UTC'];
const at = (text: string): number => Date.parse(text);

/** Instants around every change of a zone's offset between 2008 and 2030, found by asking Intl for hours. */
function changes(timeZone: string): number[] {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    hourCycle: 'h23',
  });
  const clock = (instant: number): number => {
    const part = Object.fromEntries(
      format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]),
    );
    const utc = (instant % DAY_MS) / 60_000;
    const local = (part['hour'] ?? 0) * 60 + (part['minute'] ?? 0);
    // A whole-day jump (the date line) shows in the day of the month only.
    return (((local - utc) % 1440) + 1440) % 1440;
  };
  const found: number[] = [];
  const step = 25 * DAY_MS;
  for (let low = at('2008-01-01T00:00Z'); low < at('2030-01-01T00:00Z'); low += step) {
    if (clock(low) === clock(low + step)) continue;
    let [before, after] = [low, low + step];
    while (after - before > 60_000) {
      const middle = before + Math.floor((after - before) / 120_000) * 60_000;
      if (clock(middle) === clock(before)) before = middle;
      else after = middle;
    }
    found.push(after);
  }
  return found;
}

describe('days in the shop’s zone', () => {
  it('B19: are right for random instants of 1970 to 2099 in every IANA zone', () => {
    const instant = fc.integer({ min: 0, max: at('2099-12-30T00:00Z') });
    for (const timeZone of ZONES) {
      const dayOf = zoneDays(timeZone);
      const check = (ms: number): void => {
        expect(dayOf(ms), `${timeZone} ${ms}`).toBe(oracleDayOf(ms, timeZone));
      };
      fc.assert(fc.property(instant, check), { numRuns: 150 });
    }
  });

  it('B19: are right on both sides of every change of the clocks and the midnights beside it', () => {
    let seen = 0;
    for (const timeZone of ZONES) {
      const dayOf = zoneDays(timeZone);
      for (const change of changes(timeZone)) {
        seen += 1;
        const day = oracleDayOf(change, timeZone);
        const midnights = [day - 1, day, day + 1, day + 2].map((each) => startOfDay(each, timeZone));
        for (const instant of [change, ...midnights].flatMap((ms) => [ms - 1, ms, ms + 1])) {
          expect(dayOf(instant), `${timeZone} ${instant}`).toBe(oracleDayOf(instant, timeZone));
        }
      }
    }
    expect(seen).toBeGreaterThan(4000);
  });

  it('B19: a day begins at its first instant, in every zone', () => {
    const someDay = fc.integer({ min: 2, max: parseDay('2099-12-01') });
    for (const timeZone of ZONES) {
      fc.assert(
        fc.property(someDay, (day) => {
          const start = startOfDay(day, timeZone);
          expect(oracleDayOf(start, timeZone), timeZone).toBeGreaterThanOrEqual(day);
          expect(oracleDayOf(start - 1, timeZone), timeZone).toBeLessThan(day);
        }),
        { numRuns: 20 },
      );
    }
  });

  it('B19: Samoa never had 2011-12-30', () => {
    const dayOf = zoneDays('Pacific/Apia');
    const change = at('2011-12-30T10:00:00Z');
    expect(formatDay(dayOf(change - 1))).toBe('2011-12-29');
    expect(formatDay(dayOf(change))).toBe('2011-12-31');
    expect(startOfDay(parseDay('2011-12-30'), 'Pacific/Apia')).toBe(change);
  });

  it('B19: Newfoundland’s clocks fell back over midnight, so a day began, stopped and began again', () => {
    const dayOf = zoneDays('America/St_Johns');
    const change = at('2010-11-07T02:31:00Z');
    expect([change - 1, change, change + 3_600_000].map((ms) => formatDay(dayOf(ms)))).toEqual([
      '2010-11-07',
      '2010-11-06',
      '2010-11-07',
    ]);
    expect(startOfDay(parseDay('2010-11-07'), 'America/St_Johns')).toBe(at('2010-11-07T02:30:00Z'));
  });

  it('B19: half-hour and second-wide offsets, and years before 1970 and after 2099, are exact', () => {
    expect(formatDay(zoneDays('Asia/Kolkata')(at('2024-02-28T18:30:00Z')))).toBe('2024-02-29');
    expect(formatDay(zoneDays('Australia/Lord_Howe')(at('2024-04-06T13:29:59Z')))).toBe('2024-04-07');
    expect(formatDay(zoneDays('Africa/Monrovia')(at('1971-06-01T00:44:29Z')))).toBe('1971-05-31');
    for (const ms of [-1, at('1950-06-01T03:00Z'), at('2100-01-01T04:59:59Z'), at('2150-06-01T03:00Z')]) {
      expect(zoneDays('America/New_York')(ms)).toBe(oracleDayOf(ms, 'America/New_York'));
    }
  });

  it('B19: a single instant has the same day, and no zone costs memory for good', () => {
    const instants = [at('2011-12-30T10:00:00Z'), at('2024-03-31T00:30:00Z'), at('2150-06-01T03:00Z'), -1];
    const before = process.memoryUsage().arrayBuffers;
    for (const timeZone of ZONES) {
      for (const ms of instants) expect(dayIn(timeZone, ms), timeZone).toBe(oracleDayOf(ms, timeZone));
      startOfDay(parseDay('2024-03-31'), timeZone);
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000);
  });

  it('an unknown zone is refused', () => {
    expect(() => zoneDays('Mars/Olympus')).toThrow(RangeError);
    expect(() => dayIn('Mars/Olympus', 0)).toThrow(RangeError);
  });
});

describe('calendar days', () => {
  it('are written and read as dates, leap days included', () => {
    fc.assert(
      fc.property(fc.integer({ min: parseDay('0001-01-01'), max: parseDay('9999-12-31') }), (day) => {
        const text = formatDay(day);
        expect(parseDay(text)).toBe(day);
        expect(text).toBe(new Date(day * DAY_MS).toISOString().slice(0, 10));
      }),
    );
  });

  it.each(['2023-02-29', '2024-13-01', '2024-00-10', '2024-1-1', '24-01-01', '2024-04-31', ''])(
    'refuse %j',
    (text) => {
      expect(() => parseDay(text)).toThrow(RangeError);
    },
  );

  it('move by calendar months and stop at the month’s end', () => {
    const moved = (text: string, months: number): string => formatDay(addMonths(parseDay(text), months));
    expect(moved('2024-01-31', 1)).toBe('2024-02-29');
    expect(moved('2023-01-31', 1)).toBe('2023-02-28');
    expect(moved('2024-03-31', -1)).toBe('2024-02-29');
    expect(moved('2024-12-15', 1)).toBe('2025-01-15');
    expect(moved('2024-01-15', -13)).toBe('2022-12-15');
  });
});
