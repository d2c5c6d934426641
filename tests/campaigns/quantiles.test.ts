import { describe, expect, it } from 'vitest';
import { normalQuantile, tQuantile } from '#app/campaigns/quantiles.ts';

describe('quantiles of the normal and of Student’s t distribution', () => {
  it.each([
    [0.5, 0],
    [0.6, 0.2533471031357997],
    [0.975, 1.959963984540054],
    [0.999, 3.090232306167813],
    [1e-10, -6.361340902404056],
    [1e-300, -37.0470962993612],
  ])('given %d, then the normal one is %d', (p, value) => {
    expect(normalQuantile(p)).toBeCloseTo(value, 7);
  });

  // Percentage points as tables print them.
  it.each([
    [0.995, 3, 5.840909],
    [0.975, 3, 3.182446],
    [0.975, 5, 2.570582],
    [0.975, 10, 2.228139],
    [0.975, 30, 2.042272],
    [0.995, 4, 4.604095],
    [0.9, 3, 1.637744],
    [0.6, 3, 0.276671],
    [0.025, 120, -1.97993],
  ])('given %d with %d degrees of freedom, then Student’s is %d', (p, df, value) => {
    expect(tQuantile(p, df)).toBeCloseTo(value, 5);
  });

  it('given many degrees of freedom, then Student’s is the normal one', () => {
    for (const p of [0.001, 0.2, 0.8, 0.975]) expect(tQuantile(p, 1e7)).toBeCloseTo(normalQuantile(p), 5);
  });

  it('given what is no probability, then there is none', () => {
    expect([normalQuantile(-0.1), normalQuantile(1.1), tQuantile(0.5, 2.9), tQuantile(0, 3)]).toEqual([
      NaN,
      NaN,
      NaN,
      NaN,
    ]);
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity]);
  });
});
