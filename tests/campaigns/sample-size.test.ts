import { describe, expect, it } from 'vitest';
import { smallestGain, smallestRise, treatedNeeded } from '#app/campaigns/sample-size.ts';

describe('what an audience can show', () => {
  // Computed by others: 900 customers of whom 4 % order anyway, 80 % power.
  it.each([
    [0.1, 0.091],
    [0.2, 0.062],
    [0.5, 0.045],
  ])('given 900 customers and %d held out, then a rise of %d shows and no smaller one', (share, rise) => {
    expect(smallestRise(900, share, 0.04)).toBeCloseTo(rise, 3);
  });

  it('given from 4 to 6 %, then it needs 3,726 customers with half of them held out, and 10,916 with a tenth', () => {
    expect(2 * treatedNeeded(0.04, 0.06, 1)).toBeCloseTo(3_726, -1);
    expect(treatedNeeded(0.04, 0.06, 1 / 9) / 0.9).toBeCloseTo(10_916, -1);
  });

  it('given too few customers for any effect, then there is none', () => {
    expect(smallestRise(4, 0.5, 0.5)).toBeNull();
    expect(smallestRise(100, 0, 0.04)).toBeNull();
  });

  it('given four times the customers, then half the gain shows', () => {
    expect(smallestGain(4_000, 0.2, 1_500) * 2).toBeCloseTo(smallestGain(1_000, 0.2, 1_500), 9);
  });
});
