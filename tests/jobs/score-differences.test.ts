import { describe, expect, it } from 'vitest';
import { scoreDifferences } from '#app/jobs/score-differences.ts';
import { scoreColumns, type ScoreColumns } from '#app/models/score-columns.ts';
import { createStats, NO_DAY, type CustomerStats } from '#app/rfm/customer-stats.ts';
import { emptyOrder } from '#app/rfm/order.ts';
import { segmentNumbers, TEN_SEGMENTS } from '#app/rfm/schemes.ts';
import { scoreCustomers } from '#app/rfm/scores.ts';

const RULES = { countTest: false, countCancelled: false, countUnpaid: false, countZero: false };

/** Customers `from` to `to`, each with as many orders as the id says modulo 4, on `asOf`. */
function stats(from: number, to: number, asOf: number): CustomerStats {
  const fold = createStats({
    asOf,
    windowDays: null,
    currency: 'EUR',
    rules: RULES,
    dayOf: (ms) => Math.floor(ms / 86_400_000),
  });
  for (let id = from; id <= to; id += 1) {
    for (let order = 0; order <= id % 4; order += 1) {
      const processedAt = (19_000 + ((id * 7 + order) % 900)) * 86_400_000;
      const paid = id % 10 === 0 ? ('VOIDED' as const) : ('PAID' as const);
      const total = 500 + ((id * 31) % 9_000);
      fold.add(
        { ...emptyOrder(), customerId: id, processedAt, financialStatus: paid, currency: 'EUR', total },
        0,
      );
    }
  }
  return fold.finish();
}

const CUT_POINTS = { r: [9, 8, 7, 6], f: [1, 2, 3, 4], m: [1, 2, 3, 4] } as never;
const RUN = {
  asOfBefore: 19_999,
  asOf: 20_000,
  cutPointsBefore: CUT_POINTS,
  settingsChanged: false,
  windowed: false,
  populations: { before: new Map(), now: new Map() },
};

/** What is stored after customers 1 to 4,000 were scored a day before. */
function storedScores(): ScoreColumns {
  const before = stats(1, 4_000, 19_999);
  const scored = scoreCustomers(before, 'all-customers');
  const stored = scoreColumns(before.n);
  for (const name of ['customerId', 'lastDay', 'frequency', 'monetary'] as const)
    stored[name].set(before[name]);
  for (const name of ['r', 'f', 'm'] as const) stored[name].set(scored[name]);
  stored.segment.set(segmentNumbers(TEN_SEGMENTS, scored));
  stored.since.fill(19_500);
  stored.previousSegment.fill(7);
  return stored;
}

/** Rows `from` to `to` of columns, in an object that is used again for every portion. */
function portions(stored: ScoreColumns, size: number): (take: (portion: ScoreColumns) => void) => void {
  const portion = scoreColumns(size);
  return (take) => {
    for (let from = 0; from < stored.n; from += size) {
      portion.n = Math.min(size, stored.n - from);
      for (const name of Object.keys(stored) as (keyof ScoreColumns)[]) {
        if (name !== 'n') portion[name].set(stored[name].subarray(from, from + portion.n));
      }
      take(portion);
    }
  };
}

describe('given stored scores and a run over others', () => {
  const stored = storedScores();
  const now = stats(2_001, 7_000, 20_000);
  const scored = scoreCustomers(now, 'all-customers');
  const found = [1, 777, 10_000].map((size) => {
    const differences = scoreDifferences(TEN_SEGMENTS, now, scored, RUN);
    portions(stored, size)(differences.compare);
    return differences.finish();
  });
  const { after, changedRows, changes } = found[0]!;
  const placeOf = (columns: ScoreColumns) =>
    new Map(Array.from({ length: columns.n }, (_, i) => [columns.customerId[i]!, i]));

  it('then the portions in which they are read make no difference', () => {
    for (const other of found) expect(other).toEqual(found[0]);
  });

  it('then who has no order any more stays, unscored since today', () => {
    expect(after.n).toBe(7_000);
    const places = placeOf(after);
    for (let id = 1; id <= 2_000; id += 1) {
      const i = places.get(id)!;
      expect([after.lastDay[i], after.frequency[i], after.segment[i]]).toEqual([NO_DAY, 0, 0]);
      expect(after.since[i]).toBe(id % 10 === 0 ? 19_500 : 20_000);
    }
  });

  it('then exactly the rows that differ are stored, and exactly the moves told, each from where to where', () => {
    const was = placeOf(stored);
    const score = (columns: ScoreColumns, i: number) =>
      columns.r[i]! * 100 + columns.f[i]! * 10 + columns.m[i]!;
    const differing: number[] = [];
    const moved = new Map<number, number[]>();
    for (let i = 0; i < after.n; i += 1) {
      const id = after.customerId[i]!;
      const j = was.get(id);
      const scores = [j === undefined ? 0 : score(stored, j), score(after, i)];
      const segments = [j === undefined ? 0 : stored.segment[j]!, after.segment[i]!];
      const moves = scores[0] !== scores[1] || segments[0] !== segments[1];
      if (moves) moved.set(id, [...segments, ...scores]);
      expect(after.since[i]).toBe(moves || j === undefined ? 20_000 : 19_500);
      // Who changes segment comes from the one before; who stays keeps where it once came from.
      const from =
        j === undefined ? 0 : segments[0] === segments[1] ? stored.previousSegment[j]! : segments[0]!;
      expect(after.previousSegment[i]).toBe(from);
      const facts = (['lastDay', 'frequency', 'monetary'] as const).some(
        (name) => j === undefined || stored[name][j] !== after[name][i],
      );
      if (moves || facts) differing.push(id);
    }
    expect(Array.from(changedRows, (i) => after.customerId[i]!).sort((a, b) => a - b)).toEqual(
      differing.sort((a, b) => a - b),
    );
    const told = Array.from({ length: changes.n }, (_, i): [number, number[]] => [
      changes.customerId[i]!,
      [changes.before[i]!, changes.after[i]!, changes.scoreBefore[i]!, changes.scoreAfter[i]!],
    ]);
    expect(new Map(told)).toEqual(moved);
    expect(told).toHaveLength(moved.size);
    expect(moved.size).toBeGreaterThan(3_000);
    expect(new Set(changes.cause)).toEqual(new Set(['first', 'correction', 'others']));
  });
});
