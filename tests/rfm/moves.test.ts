import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDay } from '#app/rfm/calendar.ts';
import { comparedDays } from '#app/rfm/compared-days.ts';
import {
  directionOf,
  fallsOf,
  movesBetween,
  placeNamed,
  placeName,
  placesOf,
  total,
  type MovedGroup,
  type Place,
} from '#app/rfm/moves.ts';
import { SCHEME_IDS, schemeOf, segmentOf, type SegmentSlug, TEN_SEGMENTS } from '#app/rfm/schemes.ts';

const score = fc.integer({ min: 1, max: 5 });
const PLACES = placesOf(TEN_SEGMENTS);
const FALLS = fallsOf(TEN_SEGMENTS);
const place = fc.constantFrom(...PLACES);

describe('better and worse', () => {
  const shipped = SCHEME_IDS.filter((id) => id !== 'own');
  it.each(shipped)(
    'by %s, given a customer who stays away or whose orders are taken back, then no move of theirs is for the better',
    (id) => {
      const scheme = schemeOf({ scheme: id, ownScheme: null });
      const scores = fc.record({ r: score, f: score, m: score });
      fc.assert(
        fc.property(scores, scores, (one, other) => {
          const of = (pick: (...both: number[]) => number) =>
            segmentOf(scheme, {
              r: pick(one.r, other.r),
              f: pick(one.f, other.f),
              m: pick(one.m, other.m),
            });
          const [lower, higher] = [of(Math.min), of(Math.max)];
          expect(['worse', 'stayed']).toContain(directionOf(scheme, higher, lower));
          expect(['better', 'stayed']).toContain(directionOf(scheme, lower, higher));
        }),
        { numRuns: 2000 },
      );
    },
  );

  it('given segments of two schemes, then neither is called better', () => {
    const six = schemeOf({ scheme: 'six', ownScheme: null });
    expect(directionOf(six, 'potential-loyalists', 'recent')).toBe('even');
  });

  it('given any move and the one back, then one is worse where the other is better', () => {
    const back = { better: 'worse', worse: 'better', even: 'even', stayed: 'stayed' } as const;
    for (const before of PLACES) {
      for (const after of PLACES) {
        if (before === null || after === null) continue;
        expect(directionOf(TEN_SEGMENTS, after, before)).toBe(back[directionOf(TEN_SEGMENTS, before, after)]);
      }
    }
  });

  it('given who was not scored before, then the move is neither; not to be scored any more is worse than anything', () => {
    for (const segment of PLACES) {
      if (segment === null) continue;
      expect(directionOf(TEN_SEGMENTS, null, segment)).toBe('even');
      expect(directionOf(TEN_SEGMENTS, segment, null)).toBe('worse');
    }
  });

  it('given the falls, then they are the moves for the worse, and none of them twice', () => {
    expect(FALLS.every(({ before, after }) => directionOf(TEN_SEGMENTS, before, after) === 'worse')).toBe(
      true,
    );
    expect(new Set(FALLS.map(({ before, after }) => `${before} ${after}`)).size).toBe(FALLS.length);
    expect(FALLS).toContainEqual({ before: 'champions', after: 'loyal' });
    expect(FALLS).toContainEqual({ before: 'loyal', after: 'cant-lose-them' });
    expect(FALLS).not.toContainEqual({ before: 'at-risk', after: 'cant-lose-them' });
  });

  it('given any place, then its name in an address names it', () => {
    for (const one of PLACES) expect(placeNamed(TEN_SEGMENTS, placeName(one))).toBe(one);
    expect([
      placeNamed(TEN_SEGMENTS, 'whales'),
      placeNamed(TEN_SEGMENTS, ''),
      placeNamed(TEN_SEGMENTS, null),
    ]).toEqual([undefined, undefined, undefined]);
  });
});

describe('the moves between two days', () => {
  const group = (
    before: Place,
    after: Place,
    now: Place,
    people: number,
    cause: MovedGroup['cause'] = 'time',
  ) => ({
    before,
    after,
    now,
    cause,
    people,
  });

  it('given nobody who changed, then everybody is where they are now', () => {
    const moves = movesBetween(TEN_SEGMENTS, [], new Map<SegmentSlug, number>([['loyal', 3]]));
    expect(moves).toEqual({
      edges: [{ before: 'loyal', after: 'loyal', people: 3 }],
      customers: 3,
      moved: 0,
      causes: [],
    });
  });

  it('given changes, then who made them is taken out of where they are now', () => {
    const moves = movesBetween(
      TEN_SEGMENTS,
      [
        group('champions', 'loyal', 'loyal', 2),
        group('loyal', 'loyal', 'at-risk', 1, null),
        group(null, 'new', 'promising', 4, 'order'),
        group(null, null, 'new', 5, null),
        group('loyal', null, null, 1, 'correction'),
      ],
      new Map<SegmentSlug, number>([
        ['loyal', 10],
        ['at-risk', 1],
        ['promising', 4],
        ['new', 6],
      ]),
    );
    expect(moves.edges).toEqual([
      { before: 'champions', after: 'loyal', people: 2 },
      { before: 'loyal', after: 'loyal', people: 9 },
      { before: 'loyal', after: null, people: 1 },
      { before: 'new', after: 'new', people: 1 },
      { before: null, after: 'new', people: 4 },
    ]);
    expect([moves.customers, moves.moved]).toEqual([17, 7]);
    expect(moves.causes).toEqual([
      { cause: 'order', people: 4, better: 0, worse: 0 },
      { cause: 'time', people: 2, better: 0, worse: 2 },
      { cause: 'correction', people: 1, better: 0, worse: 1 },
    ]);
  });

  it('given any moves, then each customer is in one edge, and the causes tell of everybody who moved', () => {
    const one = fc.record({
      before: place,
      after: place,
      now: place,
      people: fc.integer({ min: 1, max: 50 }),
    });
    fc.assert(
      fc.property(fc.array(one), fc.integer({ min: 0, max: 9 }), (groups, more) => {
        const present = new Map<SegmentSlug, number>();
        for (const { now, people } of groups) {
          if (now !== null) present.set(now, (present.get(now) ?? more) + people);
        }
        const unmoved = present.size * more;
        const moves = movesBetween(
          TEN_SEGMENTS,
          groups.map(({ before, after, ...rest }) => ({
            before,
            after,
            ...rest,
            cause: before === after ? null : 'others',
          })),
          present,
        );
        const known = groups.filter(({ before, after }) => before !== null || after !== null);
        expect(moves.customers).toBe(unmoved + known.reduce((sum, { people }) => sum + people, 0));
        expect(moves.customers).toBe(total(moves.edges));
        expect(moves.causes.reduce((sum, { people }) => sum + people, 0)).toBe(moves.moved);
      }),
    );
  });
});

describe('the two days of an address', () => {
  const day = (date: string) => parseDay(date);
  const history = { first: day('2026-09-01'), last: day('2026-11-22') };
  const asked = (from: string | null, to: string | null, of = history) => comparedDays({ from, to }, of);

  it('given none, then they are the last day there is and thirty days before it, or the first day', () => {
    expect(asked(null, null)).toEqual({ kind: 'days', from: day('2026-10-23'), to: history.last });
    expect(asked(null, '2026-10-20')).toEqual({
      kind: 'days',
      from: day('2026-09-20'),
      to: day('2026-10-20'),
    });
    const young = { first: day('2026-11-20'), last: day('2026-11-22') };
    expect(asked(null, null, young)).toEqual({ kind: 'days', from: young.first, to: young.last });
  });

  it('given a history of one day, then there is nothing to compare, whatever is asked', () => {
    const one = { first: history.last, last: history.last };
    expect(asked(null, null, one)).toEqual({ kind: 'one-day' });
    expect(asked('2026-01-01', 'x', one)).toEqual({ kind: 'one-day' });
  });

  it('given days outside the history, no dates, or the wrong way round, then each is told what is wrong', () => {
    const refused = (from: string | null, to: string | null) => ({ kind: 'refused', from, to });
    expect(asked('2026-08-31', '2026-11-23')).toEqual(refused('too-early', 'too-late'));
    expect(asked('2026-12-01', '2026-08-01')).toEqual(refused('too-late', 'too-early'));
    expect(asked('yesterday', '')).toEqual(refused('no-date', 'no-date'));
    expect(asked('2026-02-30', null)).toEqual(refused('no-date', null));
    expect(asked('2026-10-10', '2026-10-10')).toEqual(refused('not-before', null));
    expect(asked('2026-10-11', '2026-10-10')).toEqual(refused('not-before', null));
    expect(asked(null, '2026-09-01')).toEqual(refused('not-before', null));
  });

  it('given any text, then the days that are compared lie in the history, the earlier first', () => {
    const text = fc.oneof(
      fc.string(),
      fc.date({ noInvalidDate: true }).map((d) => d.toISOString().slice(0, 10)),
    );
    fc.assert(
      fc.property(fc.option(text), fc.option(text), (from, to) => {
        const days = asked(from, to);
        if (days.kind !== 'days') return;
        expect(history.first <= days.from && days.from < days.to && days.to <= history.last).toBe(true);
      }),
    );
  });
});
