import type { ImportRow } from '#app/models/imports.server.ts';
import { OVERLAP_MS } from './take-changes.server.ts';

type Marks = Pick<ImportRow, 'changesUntil' | 'customersUntil'>;

/** When the last whole look at what changed began, in epoch milliseconds; null while one goes on, and before. */
function lastWholeLook({ changesUntil, customersUntil }: Marks): number | null {
  // Only a look that came to its end leaves orders and customers equally far.
  return changesUntil === null || changesUntil !== customersUntil ? null : changesUntil + OVERLAP_MS;
}

/**
 * Up to which instant (epoch milliseconds) every order and customer that changed is stored; null before the first
 * look. The marks of an import are where the next look begins, which is earlier; while a look goes on they are what
 * is certain.
 */
export function dataUpTo(marks: Marks): number | null {
  // Customers are taken in after orders, so theirs is the earlier instant.
  return lastWholeLook(marks) ?? marks.customersUntil ?? marks.changesUntil;
}
