/** An axis of counts: its ends and the marks on it, the ends among them. */
export type Axis = { from: number; to: number; marks: number[] };

/** Marks are about so many steps apart. */
const STEPS = 3;

/**
 * A whole-numbered axis on which all counts from `least` to `most` lie. It begins at zero when that wastes no more than
 * half of it, and elsewhere otherwise: a large segment that changes by little would be a flat line.
 */
export function countAxis(least: number, most: number): Axis {
  const low = least <= most - least ? 0 : least;
  const step = niceStep(Math.max(most - low, 2) / STEPS);
  const from = Math.floor(low / step) * step;
  const to = Math.max(Math.ceil(most / step) * step, from + step);
  return { from, to, marks: Array.from({ length: (to - from) / step + 1 }, (_, i) => from + i * step) };
}

/** 1, 2, 5, 10, 20 … : the first that is not smaller. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  return ([1, 2, 5, 10].find((n) => n * power >= least) ?? 10) * power;
}

/** Where a value lies on an axis, from 0 at its beginning to 1 at its end. */
export function placeOn({ from, to }: Axis, value: number): number {
  return (value - from) / (to - from);
}

/** The points of a line through values at equal distances, for a drawing of 100 by 100 with 0 at the top. */
export function linePoints(values: readonly number[], axis: Axis): string {
  const last = Math.max(1, values.length - 1);
  return values
    .map((value, i) => `${round((i / last) * 100)},${round((1 - placeOn(axis, value)) * 100)}`)
    .join(' ');
}

const round = (n: number): number => Math.round(n * 100) / 100;
