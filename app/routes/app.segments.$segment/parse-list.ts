import type { Group } from '#app/components/group-note.tsx';
import { MEMBER_SORTS, type MemberSort } from '#app/components/members-table.tsx';
import { segmentBySlug } from '#app/rfm/schemes.ts';

/** The group an address names ("at-risk", "r2f3", "unscored"), null when it names none. */
export function parseGroup(name: string | undefined): Group | null {
  if (name === 'unscored') return { kind: 'unscored' };
  const cell = /^r([1-5])f([1-5])$/.exec(name ?? '');
  if (cell) return { kind: 'cell', r: Number(cell[1]), f: Number(cell[2]) };
  const segment = segmentBySlug(name ?? '');
  return segment ? { kind: 'segment', segment: segment.slug } : null;
}

/** The sort an address asks for; by money otherwise. */
export function parseSort(wanted: string | null): MemberSort {
  return MEMBER_SORTS.find((sort) => sort === wanted) ?? 'monetary';
}
