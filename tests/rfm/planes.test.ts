import { describe, expect, it } from 'vitest';
import { cellTitle, parseCell, ratio } from '#app/rfm/planes.ts';

describe('a cell in an address', () => {
  it('given two scores of a plane in its order, then it is that cell', () => {
    expect(parseCell('r4f1')).toEqual({ plane: 'rf', down: 4, across: 1 });
    expect(parseCell('r5m2')).toEqual({ plane: 'rm', down: 5, across: 2 });
    expect(parseCell('f1m5')).toEqual({ plane: 'fm', down: 1, across: 5 });
    expect(cellTitle({ plane: 'fm', down: 1, across: 5 })).toBe('F1 M5');
  });

  it.each(['', 'r4', 'f4r1', 'm1f1', 'f1f1', 'r0f1', 'r6m1', 'r1f1m1', 'R4F1', 'r4f1 '])(
    'given %j, then it is none',
    (name) => expect(parseCell(name)).toBeNull(),
  );
});

it('given nothing to divide by, then a share and a mean are zero', () => {
  expect([ratio(0, 0), ratio(5, 0), ratio(5, -1), ratio(1, 4)]).toEqual([0, 0, 0, 0.25]);
});
