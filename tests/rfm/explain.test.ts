import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explain, segmentNeeds } from '#app/rfm/explain.ts';
import { isReachable, percentWorse, valueRange, type Dimension } from '#app/rfm/ranges.ts';
import { schemeOf, segmentOf, TEN_SEGMENTS } from '#app/rfm/schemes.ts';
import { scoreCustomers, scoreWith, type CutPoints } from '#app/rfm/scores.ts';
import { statsWith } from './given.ts';

const cutPoints: CutPoints = { r: [200, 142, 50, 10], f: [2, 3, 5, 9], m: [1000, 2500, 6000, 20_000] };

describe('real ranges', () => {
  it('say which values give a score: "R1–2: 143 days or more"', () => {
    expect(valueRange(cutPoints, 'r', 1, 2)).toEqual({ from: 143, to: null });
    expect(valueRange(cutPoints, 'r', 5, 5)).toEqual({ from: 0, to: 10 });
    expect(valueRange(cutPoints, 'r', 3, 4)).toEqual({ from: 11, to: 142 });
    expect(valueRange(cutPoints, 'f', 1, 1)).toEqual({ from: 1, to: 1 });
    expect(valueRange(cutPoints, 'f', 4, 5)).toEqual({ from: 5, to: null });
    expect(valueRange(cutPoints, 'm', 3, 3)).toEqual({ from: 2500, to: 5999 });
    expect(valueRange(cutPoints, 'm', 1, 1)).toEqual({ from: null, to: 999 });
  });

  it('are none for a score nobody can have', () => {
    const tied: CutPoints = { ...cutPoints, f: [2, 2, 2, null] };
    expect([1, 2, 3, 4, 5].map((score) => isReachable(tied, 'f', score))).toEqual([
      true,
      false,
      false,
      true,
      false,
    ]);
    expect(valueRange(tied, 'f', 2, 3)).toBeNull();
    expect(valueRange(tied, 'f', 4, 4)).toEqual({ from: 2, to: null });
    expect(valueRange(tied, 'f', 5, 5)).toBeNull();
    expect(segmentNeeds(TEN_SEGMENTS, 'needs-attention', tied)).toEqual({
      ranges: { r: { from: 51, to: 142 }, f: null },
      every: true,
    });
  });

  it('say of a segment in two parts that not everything between them is in it', () => {
    const cells = ['51', '52', '53', '54', '55', '11', '12', '13', '14', '15'];
    const others = [2, 3, 4].flatMap((r) => [1, 2, 3, 4, 5].map((f) => `${r}${f}`));
    const scheme = schemeOf({
      scheme: 'own',
      ownScheme: {
        axes: 'rf',
        segments: [
          { slug: 'ends', name: 'Ends', color: 'red', cells },
          { slug: 'middle', name: 'Middle', color: 'gray', cells: others },
        ],
        former: [],
      },
    });
    expect(segmentNeeds(scheme, 'ends', cutPoints)).toEqual({
      ranges: { r: { from: 0, to: null } },
      every: false,
    });
    expect(segmentNeeds(scheme, 'middle', cutPoints)).toEqual({
      ranges: { r: { from: 11, to: 200 } },
      every: true,
    });
  });

  it('hold exactly the values that have the score, for any population', () => {
    const someone = fc.tuple(
      fc.nat({ max: 60 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: -20, max: 90 }),
    );
    const probe = fc.integer({ min: -30, max: 120 });
    fc.assert(
      fc.property(fc.array(someone, { minLength: 1, maxLength: 60 }), probe, (values, value) => {
        const cuts = scoreCustomers(statsWith(values), 'all-customers').cutPoints;
        const own = { recencyDays: Math.max(0, value), frequency: Math.max(1, value), monetary: value };
        const of: Record<Dimension, number> = { r: own.recencyDays, f: own.frequency, m: own.monetary };
        const scores = scoreWith(cuts, own);
        for (const dimension of ['r', 'f', 'm'] as const) {
          for (const score of [1, 2, 3, 4, 5]) {
            const range = valueRange(cuts, dimension, score, score);
            const inside =
              range !== null &&
              of[dimension] >= (range.from ?? -Infinity) &&
              of[dimension] <= (range.to ?? Infinity);
            expect(inside, `${dimension}${score}`).toBe(scores[dimension] === score);
          }
        }
      }),
    );
  });
});

describe('why this segment', () => {
  const own = { recencyDays: 60, frequency: 3, monetary: 3000 };

  it('names value, score, range and whom the customer is compared with', () => {
    const scores = scoreWith(cutPoints, own);
    const { segment, reasons, needs } = explain(TEN_SEGMENTS, scores, own, cutPoints, 'all-customers');
    expect(segment).toBe('needs-attention');
    expect(reasons).toEqual([
      { dimension: 'r', value: 60, score: 3, range: { from: 51, to: 142 }, percentWorse: 40, among: 'all' },
      { dimension: 'f', value: 3, score: 3, range: { from: 3, to: 4 }, percentWorse: 40, among: 'all' },
      {
        dimension: 'm',
        value: 3000,
        score: 3,
        range: { from: 2500, to: 5999 },
        percentWorse: 40,
        among: 'all',
      },
    ]);
    expect(needs).toEqual({ ranges: { r: { from: 51, to: 142 }, f: { from: 3, to: 4 } }, every: true });
  });

  it('says what an order today and what waiting would change', () => {
    const { outlook } = explain(TEN_SEGMENTS, scoreWith(cutPoints, own), own, cutPoints, 'all-customers');
    expect(outlook.order).toEqual({ r: 5, f: 3, m: 3, segment: 'potential-loyalists' });
    expect(outlook.quiet).toEqual({ inDays: 83, r: 2, segment: 'at-risk' });
    const asleep = { recencyDays: 300, frequency: 1, monetary: 1 };
    expect(
      explain(TEN_SEGMENTS, scoreWith(cutPoints, asleep), asleep, cutPoints, 'all-customers').outlook.quiet,
    ).toBeNull();
  });

  it('waiting keeps its word: on that day, and on no day before, the segment is another', () => {
    const someone = fc.record({
      recencyDays: fc.nat({ max: 250 }),
      frequency: fc.integer({ min: 1, max: 10 }),
      monetary: fc.nat({ max: 30_000 }),
    });
    fc.assert(
      fc.property(someone, (values) => {
        const after = (days: number): string => {
          const { r, f } = scoreWith(cutPoints, { ...values, recencyDays: values.recencyDays + days });
          return segmentOf(TEN_SEGMENTS, { r: r, f: f, m: 1 });
        };
        const { segment, outlook } = explain(
          TEN_SEGMENTS,
          scoreWith(cutPoints, values),
          values,
          cutPoints,
          'all-customers',
        );
        const days = outlook.quiet?.inDays ?? 500;
        if (outlook.quiet) expect(after(days)).toBe(outlook.quiet.segment);
        for (let day = 0; day < days; day += 1) expect(after(day)).toBe(segment);
      }),
    );
  });

  it('compares repeat customers with repeat customers when frequency is scored so', () => {
    const scores = { r: 3, f: 3, m: 3 };
    const [, f] = explain(TEN_SEGMENTS, scores, own, cutPoints, 'repeat-customers').reasons;
    expect(f).toMatchObject({ among: 'repeat', percentWorse: 25 });
    expect(percentWorse(1, 'f', 'repeat-customers', cutPoints)).toBe(0);
    expect(percentWorse(4, 'f', 'all-customers', cutPoints)).toBe(60);
  });

  it('compares with nobody where the merchant set the cut points', () => {
    const [r, f] = explain(
      TEN_SEGMENTS,
      { r: 3, f: 3, m: 3 },
      own,
      { ...cutPoints, own: ['r'] },
      'all-customers',
    ).reasons;
    expect([r?.percentWorse, f?.percentWorse]).toEqual([0, 40]);
  });
});
