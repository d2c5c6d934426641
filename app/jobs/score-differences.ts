import type { ScoreColumns } from '#app/models/score-columns.ts';
import type { ChangeColumns } from '#app/models/segment-changes.server.ts';
import type { Day } from '#app/rfm/calendar.ts';
import { NO_DAY, type CustomerStats } from '#app/rfm/customer-stats.ts';
import { segmentNumbers, slugOfNumber } from '#app/rfm/schemes.ts';
import type { ScoredCustomers } from '#app/rfm/scores.ts';
import { cause, type RunContext, type Standing } from '#app/rfm/transitions.ts';

/** The scores after a run, which of their rows differ from what is stored, and the history of the run. */
export interface ScoreDifferences {
  after: ScoreColumns;
  segments: Uint8Array;
  changedRows: Uint32Array;
  changes: ChangeColumns;
}

/**
 * Compares a run with the stored scores. A customer whose orders are all gone stays, unscored. A change of
 * scores or segment begins a new `since`; a change of days or money alone does not. The first run has no
 * history: it would say of every customer what the scores say (see segmentHistory).
 * @param run what the causes need of the run before, null at the first run
 */
export function scoreDifferences(
  stats: CustomerStats,
  scored: ScoredCustomers,
  before: ScoreColumns,
  run: RunContext | null,
): ScoreDifferences {
  const { n, asOf } = stats;
  const beforeRow = new Int32Array(n).fill(-1);
  const gone: number[] = [];
  for (let i = 0; i < before.n; i += 1) {
    const row = stats.rowOf(before.customerId[i] as number);
    if (row >= 0) beforeRow[row] = i;
    else gone.push(i);
  }
  const segments = segmentNumbers(scored.r, scored.f);
  const all = n + gone.length;
  const after: ScoreColumns = {
    n: all,
    customerId: longer(stats.customerId, all),
    lastDay: longer(stats.lastDay, all),
    frequency: longer(stats.frequency, all),
    monetary: longer(stats.monetary, all),
    r: longer(scored.r, all),
    f: longer(scored.f, all),
    m: longer(scored.m, all),
    segment: longer(segments, all),
    previousSegment: new Uint8Array(all),
    since: new Int32Array(all),
  };
  for (const [place, i] of gone.entries()) {
    after.customerId[n + place] = before.customerId[i] as number;
    after.lastDay[n + place] = NO_DAY;
  }
  const changedRows = new Uint32Array(after.n);
  const changes = changeLog(run === null ? 0 : after.n);
  let changed = 0;
  for (let row = 0; row < after.n; row += 1) {
    const was = row < n ? (beforeRow[row] as number) : (gone[row - n] as number);
    const moved = carryOver(after, row, before, was, asOf);
    if (moved && run !== null) changes.add(after, row, before, was, run);
    if (moved || was < 0 || !sameFacts(after, row, before, was)) changedRows[changed++] = row;
  }
  return { after, segments, changedRows: changedRows.subarray(0, changed), changes: changes.columns };
}

/** The column itself when it is long enough, since a copy of every column would double what a run needs. */
function longer<Column extends Float64Array | Int32Array | Uint32Array | Uint8Array>(
  column: Column,
  length: number,
): Column {
  if (column.length === length) return column;
  const copy = new (column.constructor as new (length: number) => Column)(length);
  copy.set(column);
  return copy;
}

/** Sets `since` and `previousSegment`; true when scores or segment changed (a new unscored customer did not). */
function carryOver(after: ScoreColumns, row: number, before: ScoreColumns, was: number, asOf: Day): boolean {
  const same = was >= 0 && score(after, row) === score(before, was) && sameSegment(after, row, before, was);
  after.since[row] = same ? (before.since[was] as number) : asOf;
  if (was >= 0) {
    const segmentStays = sameSegment(after, row, before, was);
    after.previousSegment[row] = (segmentStays ? before.previousSegment : before.segment)[was] as number;
  }
  return !same && (was >= 0 || after.segment[row] !== 0);
}

function score({ r, f, m }: ScoreColumns, i: number): number {
  return (r[i] as number) * 100 + (f[i] as number) * 10 + (m[i] as number);
}

function sameSegment(after: ScoreColumns, row: number, before: ScoreColumns, was: number): boolean {
  return after.segment[row] === before.segment[was];
}

function sameFacts(after: ScoreColumns, row: number, before: ScoreColumns, was: number): boolean {
  return (
    after.lastDay[row] === before.lastDay[was] &&
    after.frequency[row] === before.frequency[was] &&
    after.monetary[row] === before.monetary[was]
  );
}

function standing(columns: ScoreColumns, i: number): Standing {
  const lastDay = columns.lastDay[i] as number;
  return {
    lastDay: lastDay === NO_DAY ? null : lastDay,
    frequency: columns.frequency[i] as number,
    monetary: columns.monetary[i] as number,
    r: columns.r[i] as number,
    f: columns.f[i] as number,
    m: columns.m[i] as number,
    segment: slugOfNumber(columns.segment[i] as number),
  };
}

/** The history of a run, as changes are added. Columns have room for a change of every customer. */
function changeLog(customers: number) {
  const columns: ChangeColumns = {
    n: 0,
    customerId: new Float64Array(customers),
    before: new Uint8Array(customers),
    after: new Uint8Array(customers),
    cause: [],
    scoreBefore: new Uint16Array(customers),
    scoreAfter: new Uint16Array(customers),
  };
  const add = (
    after: ScoreColumns,
    row: number,
    before: ScoreColumns,
    was: number,
    run: RunContext,
  ): void => {
    const at = columns.n++;
    columns.customerId[at] = after.customerId[row] as number;
    columns.after[at] = after.segment[row] as number;
    columns.scoreAfter[at] = score(after, row);
    if (was >= 0) {
      columns.before[at] = before.segment[was] as number;
      columns.scoreBefore[at] = score(before, was);
    }
    columns.cause.push(was < 0 ? 'first' : cause(standing(before, was), standing(after, row), run));
  };
  return { columns, add };
}
