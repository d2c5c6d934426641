import { ChangeColumns } from '#app/models/change-columns.ts';
import { scoreColumns, type ScoreColumns } from '#app/models/score-columns.ts';
import { NO_DAY, type CustomerStats } from '#app/rfm/customer-stats.ts';
import type { Members } from '#app/rfm/population.ts';
import { segmentNumbers, slugOfNumber, type Scheme } from '#app/rfm/schemes.ts';
import type { ScoredCustomers } from '#app/rfm/scores.ts';
import type { Populations } from './find-populations.server.ts';
import { cause, type RunContext, type Standing } from '#app/rfm/transitions.ts';

/** The scores after a run, which of their rows differ from what is stored, and the history of the run. */
type Found = {
  after: ScoreColumns;
  changedRows: Uint32Array;
  changes: ChangeColumns;
};

export type ScoreDifferences = {
  /** the segment of each row of the stats, see segmentNumbers */
  segments: Uint8Array;
  /** Takes stored scores, each customer's once, in any order and any portions; they may be overwritten afterwards. */
  compare: (before: ScoreColumns) => void;
  finish: () => Found;
};

/** Customers of whom no order is left, in columns: there may be as many as there are customers. */
type Gone = { ids: number[]; since: number[]; previousSegment: number[]; changed: boolean[] };

/** What the comparison knows of a row: nothing is stored of a new one. */
const [NEW, SAME, CHANGED] = [0, 1, 2];

/**
 * Compares a run with the stored scores while these are read, so that they are never in memory as a whole. A customer
 * whose orders are all gone stays, unscored. A change of scores or segment begins a new `since`; a change of days or
 * money alone does not. The first run has no history: it would say of every customer what the scores say (see
 * segmentHistory).
 * @param run what the causes need of the run before and of whom customers buy for, null at the first run
 */
export function scoreDifferences(
  scheme: Scheme,
  stats: CustomerStats,
  scored: ScoredCustomers,
  run: (Omit<RunContext, 'scheme'> & { populations: Populations }) | null,
): ScoreDifferences {
  const { n, asOf, customerId, lastDay, frequency, monetary } = stats;
  const { r, f, m } = scored;
  const segments = segmentNumbers(scheme, scored);
  const context = run && { ...run, scheme };
  const since = new Int32Array(n).fill(asOf);
  const previousSegment = new Uint8Array(n);
  const after = {
    n,
    customerId,
    lastDay,
    frequency,
    monetary,
    r,
    f,
    m,
    segment: segments,
    previousSegment,
    since,
  };
  const states = new Uint8Array(n);
  const changes = new ChangeColumns();
  const gone: Gone = { ids: [], since: [], previousSegment: [], changed: [] };
  const left = scoreColumns(1);

  /** Takes over what stays of a customer, and notes what does not. */
  const carryOver = (of: ScoreColumns, row: number, before: ScoreColumns, was: number): boolean => {
    const segmentStays = of.segment[row] === before.segment[was];
    const same = segmentStays && score(of, row) === score(before, was);
    of.since[row] = same ? (before.since[was] as number) : asOf;
    of.previousSegment[row] = (segmentStays ? before.previousSegment : before.segment)[was] as number;
    if (same) return !sameFacts(of, row, before, was);
    if (context !== null) addChange(changes, of, row, before, was, context);
    return true;
  };

  const compare = (before: ScoreColumns): void => {
    for (let was = 0; was < before.n; was += 1) {
      const id = before.customerId[was] as number;
      const row = stats.rowOf(id);
      if (row >= 0) {
        states[row] = carryOver(after, row, before, was) ? CHANGED : SAME;
        continue;
      }
      left.customerId[0] = id;
      left.lastDay[0] = NO_DAY;
      gone.ids.push(id);
      gone.changed.push(carryOver(left, 0, before, was));
      gone.since.push(left.since[0]!);
      gone.previousSegment.push(left.previousSegment[0]!);
    }
  };

  const finish = (): Found => {
    if (context !== null) {
      // A new unscored customer has no history yet.
      for (let row = 0; row < n; row += 1) {
        if (states[row] === NEW && segments[row] !== 0) addChange(changes, after, row, null, 0, context);
      }
    }
    const all = withGone(after, gone);
    const rows = new Uint32Array(changedOf(states) + gone.ids.length);
    let changed = 0;
    for (let row = 0; row < n; row += 1) if (states[row] !== SAME) rows[changed++] = row;
    for (const [place, moved] of gone.changed.entries()) if (moved) rows[changed++] = n + place;
    return { after: all, changedRows: rows.subarray(0, changed), changes };
  };
  return { segments, compare, finish };
}

function changedOf(states: Uint8Array): number {
  let changed = 0;
  for (let row = 0; row < states.length; row += 1) if (states[row] !== SAME) changed += 1;
  return changed;
}

/** The columns with a row more for each customer without orders. */
function withGone(columns: ScoreColumns, { ids, since, previousSegment }: Gone): ScoreColumns {
  // A copy of every column would double what a run needs.
  if (ids.length === 0) return columns;
  const { n } = columns;
  const longer = scoreColumns(n + ids.length);
  for (const name of Object.keys(columns) as (keyof ScoreColumns)[]) {
    if (name !== 'n') longer[name].set(columns[name]);
  }
  longer.customerId.set(ids, n);
  longer.lastDay.fill(NO_DAY, n);
  longer.since.set(since, n);
  longer.previousSegment.set(previousSegment, n);
  return longer;
}

function score({ r, f, m }: ScoreColumns, i: number): number {
  return (r[i] as number) * 100 + (f[i] as number) * 10 + (m[i] as number);
}

function sameFacts(after: ScoreColumns, row: number, before: ScoreColumns, was: number): boolean {
  return (
    after.lastDay[row] === before.lastDay[was] &&
    after.frequency[row] === before.frequency[was] &&
    after.monetary[row] === before.monetary[was]
  );
}

function standing(scheme: Scheme, members: Members, columns: ScoreColumns, i: number): Standing {
  const lastDay = columns.lastDay[i] as number;
  return {
    lastDay: lastDay === NO_DAY ? null : lastDay,
    frequency: columns.frequency[i] as number,
    monetary: columns.monetary[i] as number,
    r: columns.r[i] as number,
    f: columns.f[i] as number,
    m: columns.m[i] as number,
    segment: slugOfNumber(scheme, columns.segment[i] as number),
    population: members.get(columns.customerId[i] as number),
  };
}

/** Adds a customer's change to the history; of a new one nothing was stored before. */
function addChange(
  changes: ChangeColumns,
  after: ScoreColumns,
  row: number,
  before: ScoreColumns | null,
  was: number,
  run: RunContext & { populations: Populations },
): void {
  const { scheme, populations } = run;
  changes.add({
    customerId: after.customerId[row] as number,
    before: before === null ? 0 : (before.segment[was] as number),
    after: after.segment[row] as number,
    cause:
      before === null
        ? 'first'
        : cause(
            standing(scheme, populations.before, before, was),
            standing(scheme, populations.now, after, row),
            run,
          ),
    scoreBefore: before === null ? 0 : score(before, was),
    scoreAfter: score(after, row),
  });
}
