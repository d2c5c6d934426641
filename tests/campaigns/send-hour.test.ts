import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goesNow, nextAtHour } from '#app/campaigns/send-hour.ts';

const HOUR = 3_600_000;
const NEW_YORK = 'America/New_York';
const hourIn = (zone: string, at: number): number =>
  Number(
    new Intl.DateTimeFormat('en', { hour: 'numeric', hourCycle: 'h23', timeZone: zone }).format(new Date(at)),
  );

describe('the hour at which an offer goes out', () => {
  it('given a day on which clocks change, then it is the hour that they show', () => {
    // 2026-03-08 in New York has no hour from 2 to 3; 2026-11-01 has the one from 1 to 2 twice.
    for (const [day, nine] of [
      ['2026-03-08', '2026-03-08T13:00:00Z'],
      ['2026-11-01', '2026-11-01T14:00:00Z'],
    ] as const) {
      const begins = Date.parse(nine);
      expect(nextAtHour(9, Date.parse(`${day}T09:00:00Z`), NEW_YORK)).toBe(begins);
      expect(goesNow(9, begins - 1, NEW_YORK)).toBe(false);
      expect(goesNow(9, begins, NEW_YORK)).toBe(true);
      expect(goesNow(9, begins + 3 * HOUR, NEW_YORK)).toBe(false);
    }
  });

  it('given an hour that a day leaves out, then it goes out when the next one begins', () => {
    const three = Date.parse('2026-03-08T07:00:00Z');
    expect(nextAtHour(2, three - HOUR, NEW_YORK)).toBe(three);
  });

  it('given the last hour of the day, then it goes on after midnight', () => {
    const eleven = Date.parse('2026-06-01T23:00:00Z');
    expect(goesNow(23, eleven + 2 * HOUR, 'UTC')).toBe(true);
    expect(goesNow(23, eleven + 3 * HOUR, 'UTC')).toBe(false);
    expect(nextAtHour(23, eleven + 3 * HOUR, 'UTC')).toBe(eleven + 24 * HOUR);
  });

  it('given any instant and zone, then the next time is within a day and a bit, and it may go out then', () => {
    const zone = fc.constantFrom('UTC', NEW_YORK, 'Asia/Seoul', 'Australia/Lord_Howe', 'America/St_Johns');
    fc.assert(
      fc.property(
        zone,
        fc.nat(23),
        fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2027-01-01') }),
        (timeZone, hour, at) => {
          const next = nextAtHour(hour, at, timeZone);
          expect(next).toBeGreaterThanOrEqual(at);
          expect(next - at).toBeLessThanOrEqual(25 * HOUR);
          expect(goesNow(hour, next, timeZone)).toBe(true);
          if (next > at) expect([hour, hour + 1]).toContain(hourIn(timeZone, next));
        },
      ),
    );
  });
});
