import type { ImportRow } from '#app/models/imports.server.ts';
import type { RunReason, ScoreRun } from '#app/models/scores.server.ts';
import type { Settings } from '#app/models/settings.server.ts';
import type { Day } from '#app/rfm/calendar.ts';

/**
 * Names the orders that are stored: the newest import and the newest whole one, how far each is, and up to which
 * instant changes are in. '' before the first import.
 */
export function dataMark(newest: ImportRow | null, whole: ImportRow | null): string {
  const imports = [newest, whole].filter((run) => run !== null);
  return imports.map(({ id, phase, changesUntil }) => `${id} ${phase} ${changesUntil ?? '-'}`).join(', ');
}

/**
 * Why customers are to be scored now, or null when the last run still holds. Everything it depends on is stored,
 * so that no wish for new scores can be lost on the way.
 * @param mark dataMark of the stored orders, '' = not known
 */
export function scoringDue(
  last: Pick<ScoreRun, 'asOf' | 'scoringVersion' | 'dataMark'> | null,
  settings: Pick<Settings, 'scoringVersion'>,
  mark: string,
  asOf: Day,
): RunReason | null {
  if (last === null) return 'first';
  if (last.scoringVersion < settings.scoringVersion) return 'settings';
  if (last.asOf < asOf) return 'day';
  return mark === '' || last.dataMark !== mark ? 'orders' : null;
}
