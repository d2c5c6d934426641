import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countAxis, linePoints, placeOn } from '#app/components/chart-scale.ts';

describe('given any counts', () => {
  it('then all lie on the axis, its marks are whole numbers at equal distances, and there are few of them', () => {
    fc.assert(
      fc.property(fc.nat(2_000_000), fc.nat(2_000_000), (a, b) => {
        const [least, most] = [Math.min(a, b), Math.max(a, b)];
        const axis = countAxis(least, most);
        const { from, to, marks } = axis;
        expect(from).toBeGreaterThanOrEqual(0);
        expect(placeOn(axis, least)).toBeGreaterThanOrEqual(0);
        expect(placeOn(axis, most)).toBeLessThanOrEqual(1);
        expect([marks[0], marks.at(-1)]).toEqual([from, to]);
        expect(marks.every(Number.isInteger)).toBe(true);
        expect(new Set(marks.slice(1).map((mark, i) => mark - marks[i]!)).size).toBe(1);
        expect(marks.length).toBeLessThanOrEqual(5);
      }),
    );
  });

  it('then the axis begins at zero where that wastes no more than half of it', () => {
    expect(countAxis(50, 100).from).toBe(0);
    expect(countAxis(9_850, 9_900)).toEqual({ from: 9_840, to: 9_900, marks: [9_840, 9_860, 9_880, 9_900] });
    expect(countAxis(0, 0)).toEqual({ from: 0, to: 1, marks: [0, 1] });
  });

  it('then the line goes from the left end to the right end, the largest count highest', () => {
    expect(linePoints([0, 5, 10], { from: 0, to: 10, marks: [] })).toBe('0,100 50,50 100,0');
    expect(linePoints([4], { from: 0, to: 8, marks: [] })).toBe('0,50');
  });
});
