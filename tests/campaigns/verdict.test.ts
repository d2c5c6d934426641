import { describe, expect, it } from 'vitest';
import { verdictOf } from '#app/campaigns/verdict.ts';

const side = (buyers: number) => ({ customers: 500, buyers, sum: buyers * 100, squares: buyers * 10_000 });
const interval = (low: number, high: number) => ({ difference: (low + high) / 2, low, high });

describe('the verdict on a campaign', () => {
  it('given an interval on one side of nothing, then it worked or lost money, also while it runs', () => {
    for (const finished of [false, true]) {
      expect(verdictOf(interval(1, 5), side(40), side(10), finished)).toBe('worked');
      expect(verdictOf(interval(-5, -1), side(40), side(10), finished)).toBe('lost-money');
    }
  });

  it('given an interval around nothing, then it is too early, and at the end nobody can tell', () => {
    expect(verdictOf(interval(-1, 5), side(40), side(40), false)).toBe('too-early');
    expect(verdictOf(interval(-1, 5), side(40), side(40), true)).toBe('cannot-tell');
    expect(verdictOf(interval(0, 5), side(40), side(40), true)).toBe('cannot-tell');
  });

  it('given fewer than ten buyers on a side, then nothing is said', () => {
    expect(verdictOf(interval(1, 5), side(40), side(9), false)).toBe('too-early');
    expect(verdictOf(interval(1, 5), side(9), side(40), true)).toBe('cannot-tell');
    expect(verdictOf(null, side(40), side(40), true)).toBe('cannot-tell');
  });
});
