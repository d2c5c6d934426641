import type { Group } from '#app/components/group-note.tsx';
import { MEMBER_SORTS, type MemberSort } from '#app/components/members-table.tsx';
import { parseCell } from '#app/rfm/planes.ts';
import type { Scheme } from '#app/rfm/schemes.ts';

/** The group an address names ("at-risk", "r2f3", "r2m5", "unscored"), null when it names none. */
export function parseGroup({ segments }: Scheme, name: string | undefined): Group | null {
  if (name === 'unscored') return { kind: 'unscored' };
  // A segment of the merchant's own may be called as a cell is.
  if (name !== undefined && segments.includes(name)) return { kind: 'segment', segment: name };
  const cell = parseCell(name ?? '');
  return cell && { kind: 'cell', ...cell };
}

/** The sort an address asks for; by money otherwise. */
export function parseSort(wanted: string | null): MemberSort {
  return MEMBER_SORTS.find((sort) => sort === wanted) ?? 'monetary';
}
