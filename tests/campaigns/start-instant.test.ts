import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hourOfDay } from '#app/campaigns/start-instant.ts';
import { dayIn, parseDay } from '#app/rfm/calendar.ts';

const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Seoul', 'Asia/Kathmandu'] as const;

describe('the hour of a day', () => {
  it('given any day and hour, also when clocks change, then it is that hour of that day in the zone', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 19_000, max: 22_000 }),
        fc.integer({ min: 0, max: 23 }),
        fc.constantFrom(...ZONES),
        (day, hour, timeZone) => {
          const at = hourOfDay(day, hour, timeZone);
          const clock = new Intl.DateTimeFormat('en', { hour: 'numeric', hourCycle: 'h23', timeZone });
          expect(dayIn(timeZone, at)).toBe(day);
          const shown = Number(clock.format(at));
          // Where an hour is left out, the one after it stands for it.
          expect([hour, hour + 1]).toContain(shown);
        },
      ),
    );
  });

  it('given 9:00 on the day on which clocks go back, then it is 8:00 in UTC, and the day before 7:00', () => {
    const berlin = (day: string) => new Date(hourOfDay(parseDay(day), 9, 'Europe/Berlin')).toISOString();
    expect(berlin('2026-10-24')).toBe('2026-10-24T07:00:00.000Z');
    expect(berlin('2026-10-25')).toBe('2026-10-25T08:00:00.000Z');
  });
});
