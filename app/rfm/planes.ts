import type { Dimension } from './ranges.ts';

/** Two of the three scores against each other: the first goes down, the second across. */
export const PLANES = ['rf', 'rm', 'fm'] as const;
export type Plane = (typeof PLANES)[number];

/** The place of a cell in a plane by its two scores, 1 to 5 each. */
export type Cell = { plane: Plane; down: number; across: number };

/** Customers who have the same three scores now (at least one of now and `earlier` is not zero). */
export type ScoreCount = {
  r: number;
  f: number;
  m: number;
  customers: number;
  /** minor units */
  monetary: number;
  /** how many had these scores on the day that is compared with; as many as now without such a day */
  earlier: number;
};

/** What a grid can show of each cell. */
export const MEASURES = ['customers', 'share', 'money', 'mean'] as const;
export type Measure = (typeof MEASURES)[number];

/** Those of them that are known of an earlier day: what customers had spent by then is not in the history. */
export const COMPARED_MEASURES: readonly Measure[] = ['customers', 'share'];

/** What a cell holds. */
export type CellCount = Pick<ScoreCount, 'customers' | 'monetary' | 'earlier'>;
export type PlaneCell = { down: number; across: number } & CellCount;

/** The dimensions of a plane: what goes down and what goes across. */
export function axesOf(plane: Plane): [down: Dimension, across: Dimension] {
  return [plane[0] as Dimension, plane[1] as Dimension];
}

/** A cell as it stands in an address: r4f1. */
export function cellName({ plane, down, across }: Cell): string {
  return `${plane[0]}${down}${plane[1]}${across}`;
}

/** A cell as it stands on a screen: R4 F1. */
export function cellTitle({ plane, down, across }: Cell): string {
  return `${plane[0]?.toUpperCase()}${down} ${plane[1]?.toUpperCase()}${across}`;
}

/** The cell with this name, or null. */
export function parseCell(name: string): Cell | null {
  const [, first, down, second, across] = /^([rf])([1-5])([fm])([1-5])$/.exec(name) ?? [];
  const plane = PLANES.find((one) => one === `${first}${second}`);
  return plane === undefined ? null : { plane, down: Number(down), across: Number(across) };
}

/** The 25 cells of a plane: score 5 down to 1, and in each row 1 to 5 across. */
export function planeCells(counts: readonly ScoreCount[], plane: Plane): PlaneCell[] {
  const [vertical, horizontal] = axesOf(plane);
  return [5, 4, 3, 2, 1].flatMap((down) =>
    [1, 2, 3, 4, 5].map((across) => ({
      down,
      across,
      ...sumCounts(counts.filter((count) => count[vertical] === down && count[horizontal] === across)),
    })),
  );
}

/** Everybody counted. */
export function sumCounts(counts: readonly CellCount[]): CellCount {
  const sum = { customers: 0, monetary: 0, earlier: 0 };
  for (const { customers, monetary, earlier } of counts) {
    sum.customers += customers;
    sum.monetary += monetary;
    sum.earlier += earlier;
  }
  return sum;
}

/** `a` of `b`, 0 of nothing: a share of customers or of money, a mean. */
export function ratio(a: number, b: number): number {
  return b > 0 ? a / b : 0;
}
