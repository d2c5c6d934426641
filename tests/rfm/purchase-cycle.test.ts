import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDay } from '#app/rfm/calendar.ts';
import {
  boughtAgain,
  CYCLE_STATES,
  cycleDays,
  cycleInForce,
  cycleState,
  daysOfState,
  earlyAtRisk,
  LEAST_WITH_GAP,
  LONGEST_CYCLE,
  suggestCycle,
  type Cycle,
} from '#app/rfm/purchase-cycle.ts';
import { schemeOf, TEN_SEGMENTS } from '#app/rfm/schemes.ts';
import type { CutPoints } from '#app/rfm/scores.ts';
import { oracleState } from './cycle-oracle.ts';

const AS_OF = parseDay('2026-11-22');
const days = (length: number): Cycle => ({ length, unit: 'days' });
const months = (length: number): Cycle => ({ length, unit: 'months' });
const cycle = fc.oneof(
  fc.integer({ min: 1, max: LONGEST_CYCLE.days }).map(days),
  fc.integer({ min: 1, max: LONGEST_CYCLE.months }).map(months),
);
/** Any day of 24 years, among them a year 2000 and leap days. */
const asOfDay = fc.integer({ min: parseDay('1996-01-01'), max: parseDay('2020-12-31') });
const stateOn = (last: string, asOf: string, of: Cycle) =>
  cycleState(parseDay(last), cycleDays(of, parseDay(asOf)));

describe('the five states of the purchase cycle', () => {
  it('given any cycle, day and last order, then the state is the one the rules give one after the other', () => {
    fc.assert(
      fc.property(cycle, asOfDay, fc.nat(1200), (of, asOf, since) => {
        const begins = cycleDays(of, asOf);
        expect(cycleState(asOf - since, begins)).toBe(oracleState(asOf - since, of, asOf));
      }),
      { numRuns: 3000 },
    );
  });

  it('given every cycle there is, then the days on which states begin are those of the rules, to the day', () => {
    const all = [
      ...Array.from({ length: LONGEST_CYCLE.days }, (_, i) => days(i + 1)),
      ...Array.from({ length: LONGEST_CYCLE.months }, (_, i) => months(i + 1)),
    ];
    for (const [i, of] of all.entries()) {
      // Ends of February and of long months come by among them.
      const asOf = parseDay('2024-02-27') + (i % 9) + 365 * (i % 4);
      const begins = cycleDays(of, asOf);
      for (const day of Object.values(begins)) {
        for (const last of [day - 1, day, day + 1])
          expect([of, last, cycleState(last, begins)]).toEqual([of, last, oracleState(last, of, asOf)]);
      }
    }
  });

  it('given time that passes without an order, then nobody goes back to an earlier state', () => {
    fc.assert(
      fc.property(cycle, asOfDay, fc.nat(400), (of, last, passed) => {
        const place = (asOf: number) => CYCLE_STATES.indexOf(cycleState(last, cycleDays(of, asOf)));
        expect(place(last + passed + 1)).toBeGreaterThanOrEqual(place(last + passed));
        expect(cycleState(last, cycleDays(of, last))).toBe('fresh');
      }),
    );
  });

  it('given a cycle of 74 days, then states begin after 37 days, at two thirds and at 74', () => {
    const begins = cycleDays(days(74), AS_OF);
    const after = (since: number) => cycleState(AS_OF - since, begins);
    expect([0, 37, 38, 49, 50, 73, 74, 5000].map(after)).toEqual([
      'fresh',
      'fresh',
      'late',
      'late',
      'about-to-lapse',
      'about-to-lapse',
      'lapsed',
      'lapsed',
    ]);
    expect(cycleState(null, begins)).toBe('no-order');
  });

  it('given a cycle of 6 months, then states begin the day after 3 months, at 4 and at 6', () => {
    const six = months(6);
    expect(stateOn('2026-08-22', '2026-11-22', six)).toBe('fresh');
    expect(stateOn('2026-08-21', '2026-11-22', six)).toBe('late');
    expect(stateOn('2026-07-23', '2026-11-22', six)).toBe('late');
    expect(stateOn('2026-07-22', '2026-11-22', six)).toBe('about-to-lapse');
    expect(stateOn('2026-05-23', '2026-11-22', six)).toBe('about-to-lapse');
    expect(stateOn('2026-05-22', '2026-11-22', six)).toBe('lapsed');
  });

  it('given an odd number of months, then its half lies halfway between two months', () => {
    // One month from 1 October is 31 days: half of them are over on the 16th day.
    expect(stateOn('2026-10-01', '2026-10-16', months(1))).toBe('fresh');
    expect(stateOn('2026-10-01', '2026-10-17', months(1))).toBe('about-to-lapse');
  });

  it('given a last order at the end of a long month, then a shorter month ends the cycle with its last day', () => {
    expect(stateOn('2027-01-31', '2027-02-27', months(1))).toBe('about-to-lapse');
    expect(stateOn('2027-01-31', '2027-02-28', months(1))).toBe('lapsed');
    expect(stateOn('2028-01-31', '2028-02-28', months(1))).toBe('about-to-lapse');
    expect(stateOn('2028-01-31', '2028-02-29', months(1))).toBe('lapsed');
  });

  it('given 4 months or fewer, then nobody is late before being about to lapse', () => {
    for (const length of [1, 2, 3, 4])
      expect(daysOfState('late', cycleDays(months(length), AS_OF))).toBeNull();
    expect(daysOfState('late', cycleDays(months(5), AS_OF))).not.toBeNull();
  });

  it('given any cycle, then the days of the states follow on each other and hold every day once', () => {
    fc.assert(
      fc.property(cycle, asOfDay, fc.nat(1200), (of, asOf, since) => {
        const begins = cycleDays(of, asOf);
        const holding = (['fresh', 'late', 'about-to-lapse', 'lapsed'] as const).filter((state) => {
          const range = daysOfState(state, begins);
          return (
            range !== null &&
            asOf - since >= (range.from ?? -Infinity) &&
            asOf - since <= (range.to ?? Infinity)
          );
        });
        expect(holding).toEqual([cycleState(asOf - since, begins)]);
      }),
    );
  });
});

describe('the suggested cycle', () => {
  const gaps = {
    customers: LEAST_WITH_GAP,
    history: 400,
    days: { quarter: 31, median: 74, threeQuarters: 140, from: 60, to: 90 },
  };

  it('given gaps of enough customers, then it is the usual gap that half of them have or a shorter one', () => {
    expect(suggestCycle(gaps)).toEqual({
      kind: 'days',
      length: 74,
      customers: 30,
      history: 400,
      ...gaps.days,
    });
  });

  it('given fewer, none, or a run that did not measure them, then it cannot be said, and why', () => {
    expect(suggestCycle({ ...gaps, customers: 29 })).toEqual({ kind: 'too-few', customers: 29 });
    expect(suggestCycle({ customers: 0, history: 0, days: null })).toEqual({ kind: 'too-few', customers: 0 });
    expect(suggestCycle(undefined)).toEqual({ kind: 'not-measured' });
  });

  it('given gaps longer than a cycle may be, then the longest is suggested', () => {
    const rare = { ...gaps, days: { ...gaps.days, median: 2000 } };
    expect(suggestCycle(rare)).toMatchObject({ length: 1095, median: 2000 });
  });

  it('given a choice of the merchant, then it holds; without one the suggestion, and without that nothing', () => {
    expect(cycleInForce(months(3), suggestCycle(gaps))).toEqual({ length: 3, unit: 'months', chosen: true });
    expect(cycleInForce(null, suggestCycle(gaps))).toEqual({ length: 74, unit: 'days', chosen: false });
    expect(cycleInForce(null, suggestCycle(undefined))).toBeNull();
  });
});

describe('who bought again within the cycle', () => {
  it('given counts by state, then those who ordered more than once and have not lapsed, of all who ever ordered', () => {
    const counts = CYCLE_STATES.map((state, i) => ({
      state,
      customers: 100 * (i + 1),
      repeat: 10 * (i + 1),
      monetary: 0,
    }));
    expect(boughtAgain(counts)).toEqual({ customers: 60, of: 1000 });
    expect(boughtAgain([])).toEqual({ customers: 0, of: 0 });
  });
});

describe('at risk early', () => {
  const cutPoints = (r3: number | null): CutPoints => ({
    r: [90, r3, 10, 5],
    f: [2, 3, 4, 5],
    m: [1, 2, 3, 4],
  });

  it('given R1–2 from 25 days on and a cycle of 74 days, then At risk includes customers of 25 days ago', () => {
    expect(earlyAtRisk(TEN_SEGMENTS, cutPoints(24), days(74), AS_OF)).toBe(25);
  });

  it('given R1–2 from half a cycle on, or later, then there is nothing to say', () => {
    expect(earlyAtRisk(TEN_SEGMENTS, cutPoints(35), days(74), AS_OF)).toBe(36);
    expect(earlyAtRisk(TEN_SEGMENTS, cutPoints(36), days(74), AS_OF)).toBeNull();
  });

  it('given a shop where nobody can have R3, then At risk includes customers of today', () => {
    expect(earlyAtRisk(TEN_SEGMENTS, { ...cutPoints(null), r: [9, null, null, null] }, days(74), AS_OF)).toBe(
      0,
    );
  });

  it('given value tiers, which name nobody so, then there is nothing to say', () => {
    const tiers = schemeOf({ scheme: 'tiers', ownScheme: null });
    expect(earlyAtRisk(tiers, cutPoints(24), days(74), AS_OF)).toBeNull();
  });

  it('given a cycle of months, then half of it is measured in the calendar', () => {
    // 22 August to 22 November are 92 days.
    expect(earlyAtRisk(TEN_SEGMENTS, cutPoints(90), months(6), AS_OF)).toBe(91);
    expect(earlyAtRisk(TEN_SEGMENTS, cutPoints(91), months(6), AS_OF)).toBeNull();
  });
});
