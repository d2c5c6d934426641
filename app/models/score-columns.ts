import type { Tallied } from '#app/rfm/moved-summary.ts';

/** Scores of `n` customers in columns, in no order. Segments are numbers as rfm/schemes counts them, 0 = unscored. */
export type ScoreColumns = {
  n: number;
  customerId: Float64Array;
  /** day of the last counted order, NO_DAY without one */
  lastDay: Int32Array;
  frequency: Uint32Array;
  /** minor units */
  monetary: Float64Array;
  r: Uint8Array;
  f: Uint8Array;
  m: Uint8Array;
  segment: Uint8Array;
  previousSegment: Uint8Array;
  /** day of the last change */
  since: Int32Array;
};

/** Empty columns for `n` customers. */
export function scoreColumns(n: number): ScoreColumns {
  return {
    n,
    customerId: new Float64Array(n),
    lastDay: new Int32Array(n),
    frequency: new Uint32Array(n),
    monetary: new Float64Array(n),
    r: new Uint8Array(n),
    f: new Uint8Array(n),
    m: new Uint8Array(n),
    segment: new Uint8Array(n),
    previousSegment: new Uint8Array(n),
    since: new Int32Array(n),
  };
}

/** What a summary counts of the customer at row `i`. */
export function tallied(columns: ScoreColumns, i: number): Tallied {
  return {
    lastDay: columns.lastDay[i] as number,
    frequency: columns.frequency[i] as number,
    monetary: columns.monetary[i] as number,
    r: columns.r[i] as number,
    f: columns.f[i] as number,
    m: columns.m[i] as number,
    segment: columns.segment[i] as number,
  };
}
