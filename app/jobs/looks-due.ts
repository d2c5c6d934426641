import type { Look, LookKind } from '#app/models/reconciliations.server.ts';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

/**
 * Milliseconds from one look to the next. A shop is watched every five minutes, so what changed is looked at every
 * quarter of an hour at the latest.
 */
const EVERY: Record<LookKind, number> = {
  recent: 10 * MINUTE,
  'two-days': DAY,
  counts: 7 * DAY,
  scores: DAY,
};

/**
 * Whether a look of this kind is to begin, or to go on.
 * @param newest the newest look of each kind
 * @param whole when the shop's history was whole, epoch milliseconds: as good as a look of every kind
 * @param at the present instant, epoch milliseconds
 */
export function lookDue(
  kind: LookKind,
  newest: ReadonlyMap<LookKind, Pick<Look, 'startedAt' | 'finishedAt'>>,
  whole: number,
  at: number,
): boolean {
  const last = newest.get(kind);
  if (last !== undefined && last.finishedAt === null) return true;
  return at - Math.max(last?.startedAt ?? 0, whole) >= EVERY[kind];
}
