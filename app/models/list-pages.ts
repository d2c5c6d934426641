/** A place in a list that is sorted by a number, highest first, and then by customer. */
type ListPlace = { direction: 'after' | 'before'; value: number; customerId: number };

/** One row of a list that is sorted by `sorted`. */
type SortedRow = { sorted: number; customerId: number };

/** A page of rows, and the cursors of the pages around it. */
export type ListPage<T> = { rows: T[]; previous: string | null; next: string | null };

/** The place a cursor from an address names; null, the front, for anything else. */
export function parseCursor(cursor: string | null): ListPlace | null {
  const [, direction, value, customerId] =
    /^(after|before)_(-?\d{1,16})_(\d{1,16})$/.exec(cursor ?? '') ?? [];
  if (direction !== 'after' && direction !== 'before') return null;
  return { direction, value: Number(value), customerId: Number(customerId) };
}

/** The page out of `limit` + 1 rows that were read from a place, in the direction of that place. */
export function pageOf<T extends SortedRow>(
  rows: readonly T[],
  limit: number,
  from: ListPlace | null,
): ListPage<Omit<T, 'sorted'>> {
  const back = from?.direction === 'before';
  const more = rows.length > limit;
  const page = rows.slice(0, limit);
  if (back) page.reverse();
  const mark = (row: T | undefined, side: ListPlace['direction']): string | null =>
    row === undefined ? null : `${side}_${row.sorted}_${row.customerId}`;
  return {
    rows: page.map(({ sorted: _sorted, ...row }) => row),
    previous: (back ? more : from !== null) ? mark(page[0], 'before') : null,
    next: (back ? true : more) ? mark(page.at(-1), 'after') : null,
  };
}
