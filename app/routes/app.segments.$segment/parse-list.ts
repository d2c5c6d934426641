import type { Group } from '#app/components/group-note.tsx';
import { MEMBER_SORTS, type MemberSort } from '#app/components/members-table.tsx';
import { parseCell } from '#app/rfm/planes.ts';
import { segmentBySlug } from '#app/rfm/schemes.ts';

/** The group an address names ("at-risk", "r2f3", "r2m5", "unscored"), null when it names none. */
export function parseGroup(name: string | undefined): Group | null {
  if (name === 'unscored') return { kind: 'unscored' };
  const cell = parseCell(name ?? '');
  if (cell) return { kind: 'cell', ...cell };
  const segment = segmentBySlug(name ?? '');
  return segment ? { kind: 'segment', segment: segment.slug } : null;
}

/** The sort an address asks for; by money otherwise. */
export function parseSort(wanted: string | null): MemberSort {
  return MEMBER_SORTS.find((sort) => sort === wanted) ?? 'monetary';
}
