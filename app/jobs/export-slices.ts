import type { ExportKind } from './export-kinds.ts';

/** A part of an export by creation instant, epoch milliseconds: from (inclusive) to before (exclusive). */
export interface Slice {
  from: number | null;
  before: number | null;
}

/** Shopify's earliest shop; no order was created before it. */
const EARLIEST = Date.UTC(2006, 0, 1);
/** A slice is not cut any further below this width, in milliseconds (one hour). */
const NARROWEST = 3_600_000;

const instant = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');

/** Shopify's search filter of a slice; null for the whole. Customers are searched by another name than orders. */
export function sliceFilter(kind: ExportKind, { from, before }: Slice): string | null {
  const field = kind === 'customers' ? 'customer_date' : 'created_at';
  const parts = [];
  if (from !== null) parts.push(`${field}:>='${instant(from)}'`);
  if (before !== null) parts.push(`${field}:<'${instant(before)}'`);
  return parts.length === 0 ? null : parts.join(' AND ');
}

/** The slice a filter of ours stands for. */
export function parseSlice(filter: string | null): Slice {
  const bound = (pattern: RegExp): number | null => {
    const found = pattern.exec(filter ?? '')?.[1];
    return found === undefined ? null : Date.parse(found);
  };
  return { from: bound(/:>='([^']+)'/), before: bound(/:<'([^']+)'/) };
}

/**
 * Two halves that together are exactly the slice, or null when it is too narrow to cut. Open ends stay open,
 * so that nothing falls outside.
 * @param now epoch milliseconds, the end of an open slice for finding its middle
 */
export function halve(slice: Slice, shopCreatedAt: number | null, now: number): [Slice, Slice] | null {
  const low = slice.from ?? shopCreatedAt ?? EARLIEST;
  const high = slice.before ?? now;
  if (high - low < 2 * NARROWEST) return null;
  const middle = Math.floor((low + high) / 2000) * 1000;
  return [
    { from: slice.from, before: middle },
    { from: middle, before: slice.before },
  ];
}
