import { describe, expect, it } from 'vitest';
import { grade, valueTier } from '#app/rfm/grades.ts';

describe('grade and value tier', () => {
  it('5 is A and 1 is E', () => {
    expect([1, 2, 3, 4, 5].map(grade)).toEqual(['E', 'D', 'C', 'B', 'A']);
    expect(() => grade(0)).toThrow(RangeError);
  });

  it('12–15 is high, 8–11 medium, 3–7 low', () => {
    expect([valueTier(5, 5, 5), valueTier(4, 4, 4)]).toEqual(['high', 'high']);
    expect([valueTier(4, 4, 3), valueTier(2, 3, 3)]).toEqual(['medium', 'medium']);
    expect([valueTier(2, 2, 3), valueTier(1, 1, 1)]).toEqual(['low', 'low']);
  });
});
