import { describe, expect, it } from 'vitest';
import {
  grade,
  segmentBySlug,
  segmentNumbers,
  segmentOf,
  SEGMENTS,
  slugOfNumber,
  valueTier,
} from '#app/rfm/schemes.ts';

const SCORES = [1, 2, 3, 4, 5];

describe('the ten-segment grid', () => {
  it('covers each of the 25 cells exactly once', () => {
    for (const r of SCORES) {
      for (const f of SCORES) {
        const holders = SEGMENTS.filter(
          (segment) => segment.r[0] <= r && r <= segment.r[1] && segment.f[0] <= f && f <= segment.f[1],
        );
        expect(
          holders.map(({ slug }) => slug),
          `R${r} F${f}`,
        ).toEqual([segmentOf(r, f)]);
      }
    }
  });

  it('has ten English slugs fit for a tag, and finds each by its slug', () => {
    expect(SEGMENTS).toHaveLength(10);
    for (const segment of SEGMENTS) {
      expect(segment.slug).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(segmentBySlug(segment.slug)).toBe(segment);
    }
    expect(segmentBySlug('vip')).toBeUndefined();
  });

  it('gives every customer’s segment in one column, unscored customers none', () => {
    const numbers = segmentNumbers(Uint8Array.of(5, 3, 0, 1), Uint8Array.of(5, 3, 0, 5));
    expect([...numbers].map(slugOfNumber)).toEqual(['champions', 'needs-attention', null, 'cant-lose-them']);
  });

  it('has no cell outside 1 to 5', () => {
    expect(() => segmentOf(0, 3)).toThrow(RangeError);
    expect(() => segmentOf(6, 1)).toThrow(RangeError);
  });
});

describe('grade and value tier', () => {
  it('5 is A and 1 is E', () => {
    expect(SCORES.map(grade)).toEqual(['E', 'D', 'C', 'B', 'A']);
    expect(() => grade(0)).toThrow(RangeError);
  });

  it('12–15 is high, 8–11 medium, 3–7 low', () => {
    expect([valueTier(5, 5, 5), valueTier(4, 4, 4)]).toEqual(['high', 'high']);
    expect([valueTier(4, 4, 3), valueTier(2, 3, 3)]).toEqual(['medium', 'medium']);
    expect([valueTier(2, 2, 3), valueTier(1, 1, 1)]).toEqual(['low', 'low']);
  });
});
