import type { ImportRow } from '#app/models/imports.server.ts';
import type { RunReason, ScoreRun } from '#app/models/scores.server.ts';
import type { Settings } from '#app/models/settings.server.ts';
import type { Day } from '#app/rfm/calendar.ts';

/** Days after which cut points are taken anew: by then they have drifted from the exact ones by half a percent. */
const CUT_POINT_DAYS = 7;

type Marked = Pick<ImportRow, 'id' | 'phase'>;

/**
 * Names the history that is stored: the newest import whose orders are in, how far it is, and the newest whole one.
 * '' before the first import. What changes afterwards is noted customer by customer (models/pending).
 */
export function dataMark(newest: Marked | null, whole: Marked | null): string {
  const loaded = newest?.phase === 'orders' || newest?.phase === 'failed' ? null : newest;
  const imports = [loaded, whole].filter((run) => run !== null);
  return [...new Set(imports.map(({ id, phase }) => `${id} ${phase}`))].join(', ');
}

/**
 * Why everyone is to be scored now, or null when the cut points of the last run still hold. Everything it depends on
 * is stored, so that no wish for new scores can be lost on the way.
 * @param mark dataMark of the stored orders, '' = not known
 */
export function scoringDue(
  last: Pick<ScoreRun, 'ranOn' | 'scoringVersion' | 'dataMark'> | null,
  settings: Pick<Settings, 'scoringVersion'>,
  mark: string,
  asOf: Day,
): RunReason | null {
  if (last === null) return 'first';
  if (last.scoringVersion < settings.scoringVersion) return 'settings';
  if (asOf - last.ranOn >= CUT_POINT_DAYS) return 'week';
  return mark === '' || last.dataMark !== mark ? 'orders' : null;
}
