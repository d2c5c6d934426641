import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeOf, countsBack, parseTrendDays, trendChoices } from '#app/rfm/segment-trend.ts';

describe('given how many came and left on each day', () => {
  it('then the counts back from now are those the days were lived through with', () => {
    fc.assert(
      fc.property(
        fc.nat(500),
        fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 60 }),
        (first, days) => {
          const lived = [first];
          for (const net of days) lived.push(lived.at(-1)! + net);
          const net = new Map(days.map((n, i) => [101 + i, n]));
          const trend = countsBack(lived.at(-1)!, net, 100, 100 + days.length);
          expect(trend).toEqual({ from: 100, counts: lived });
          expect(changeOf(trend)).toBe(lived.at(-1)! - first);
        },
      ),
    );
  });
});

describe('given a history of some days', () => {
  it.each([
    [0, [30]],
    [30, [30]],
    [31, [30, 90]],
    [90, [30, 90]],
    [91, [30, 90, 365]],
    [4000, [30, 90, 365]],
  ])('of %i days, then the reaches are those that show more than the one before', (days, choices) => {
    expect(trendChoices({ first: 500, last: 500 + days })).toEqual(choices);
  });

  it('then a reach that is asked for is taken when it is one of them, otherwise the middle one', () => {
    expect(parseTrendDays('365', [30, 90, 365])).toBe(365);
    expect(parseTrendDays('365', [30, 90])).toBe(90);
    expect(parseTrendDays('7', [30, 90, 365])).toBe(90);
    expect(parseTrendDays(null, [30])).toBe(30);
  });
});
