import { OWN_CELLS, type OwnScheme } from '#app/rfm/own-scheme.ts';

const cellsWhere = (holds: (r: number, fm: number) => boolean): string[] =>
  OWN_CELLS.filter((cell) => holds(Number(cell[0]), Number(cell[1])));

/** A scheme of a merchant: three segments by recency and by the mean of orders and spend, one of a name of ours. */
export const OWN_SCHEME: OwnScheme = {
  axes: 'rfm-mean',
  segments: [
    { slug: 'vip', name: 'VIP', color: 'green', cells: cellsWhere((r, fm) => r >= 3 && fm >= 4) },
    { slug: 'loyal', name: 'Regulars', color: 'blue', cells: cellsWhere((r, fm) => r >= 3 && fm < 4) },
    { slug: 'gone', name: 'Gone', color: 'gray', cells: cellsWhere((r) => r < 3) },
  ],
  former: [],
};

/** The segment of three scores by that scheme, said once more in other words. */
export function ownSegment(r: number, f: number, m: number): string {
  if (r < 3) return 'gone';
  return f + m >= 7 ? 'vip' : 'loyal';
}
