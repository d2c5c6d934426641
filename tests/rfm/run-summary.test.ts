import { describe, expect, it } from 'vitest';
import { readiness } from '#app/rfm/readiness.ts';
import { summarise, type RunSummary } from '#app/rfm/run-summary.ts';
import { segmentNumbers, TEN_SEGMENTS } from '#app/rfm/schemes.ts';
import { scoreCustomers, type FrequencyMethod } from '#app/rfm/scores.ts';
import { order, statsOf, statsWith } from './given.ts';

type Values = [recency: number, frequency: number, monetary: number];

function summaryOf(values: Values[], method: FrequencyMethod = 'all-customers'): RunSummary {
  const stats = statsWith(values);
  const scored = scoreCustomers(stats, method);
  return summarise(TEN_SEGMENTS, stats, scored, segmentNumbers(TEN_SEGMENTS, scored));
}

const spreadOut = Array.from({ length: 100 }, (_, i): Values => [i, i + 1, (i + 1) * 100]);
/** 82 % ordered once. */
const mostlyOnce = Array.from({ length: 100 }, (_, i): Values => [i, i < 82 ? 1 : i - 80, 100 + i]);

describe('summary of a run', () => {
  it('segments add up to the scored customers and their money', () => {
    const summary = summaryOf([...spreadOut, [3, 0, 0]]);
    const customers = (totals: { customers: number }[]): number =>
      totals.reduce((sum, each) => sum + each.customers, 0);
    const money = (totals: { monetary: number }[]): number =>
      totals.reduce((sum, each) => sum + each.monetary, 0);
    expect(summary.scored).toBe(100);
    expect(summary.unscored).toEqual({ 'no-counted-order': 1, 'outside-window': 0 });
    expect(summary.segments).toHaveLength(10);
    expect(customers(summary.segments)).toBe(100);
    expect(money(summary.segments)).toBe(505_000);
    expect(summary.monetary).toBe(505_000);
    expect(summary.oneTime).toBe(1);
    // Who came last ordered least here: R5 goes with F1.
    expect(summary.segments.find(({ segment }) => segment === 'new')?.customers).toBe(20);
  });

  it('B21: a shop without scored customers has a summary of zeros', () => {
    const summary = summaryOf([]);
    expect(summary.scored).toBe(0);
    expect(summary.spread.ties).toBeNull();
    expect(summary.spread.unreachable).toEqual([]);
    expect(summary.spread.provisional).toBe(true);
  });
});

describe('spread check', () => {
  it('finds nothing where customers differ, and calls names provisional below 50 customers', () => {
    expect(summaryOf(spreadOut).spread).toMatchObject({
      provisional: false,
      unreachable: [],
      emptyScores: { r: [], f: [], m: [] },
    });
    expect(summaryOf(spreadOut.slice(0, 49)).spread.provisional).toBe(true);
    expect(summaryOf(spreadOut.slice(0, 50)).spread.provisional).toBe(false);
  });

  it('names the segments that plain scores empty when 82 % ordered once, and the tie that does it', () => {
    const { spread } = summaryOf(mostlyOnce);
    expect(spread.emptyScores.f).toEqual([2, 3, 4]);
    expect(spread.unreachable).toEqual([
      { segment: 'potential-loyalists', r: [], f: [2, 3], m: [] },
      { segment: 'needs-attention', r: [], f: [3], m: [] },
      { segment: 'at-risk', r: [], f: [3, 4], m: [] },
    ]);
    expect(spread.ties?.f).toEqual({ value: 1, customers: 82 });
  });

  it('finds nothing in the same shop when frequency is scored among repeat customers', () => {
    expect(summaryOf(mostlyOnce, 'repeat-customers').spread.unreachable).toEqual([]);
  });

  it('B21: when everybody is equal only the segments of the lowest scores can be reached', () => {
    const { spread } = summaryOf(Array.from({ length: 60 }, (): Values => [5, 2, 100]));
    expect(spread.unreachable).toHaveLength(9);
    expect(spread.unreachable.map(({ segment }) => segment)).not.toContain('hibernating');
    expect(spread.ties).toEqual({ r: { value: 5, customers: 60 }, f: { value: 2, customers: 60 } });
  });
});

describe('readiness', () => {
  it('shows what there is of what is needed', () => {
    const stats = statsWith([...Array.from({ length: 411 }, (): Values => [40, 1, 1]), [200, 3, 9]]);
    expect(readiness(stats)).toEqual([
      { check: 'customers', value: 412, needed: 500, met: false },
      { check: 'history', value: 201, needed: 180, met: true },
      { check: 'recent-order', value: 40, needed: 30, met: false },
      { check: 'three-orders', value: 1, needed: 5, met: false },
    ]);
  });

  it('passes a shop with enough of everything, exactly at the bounds', () => {
    const customers: Values[] = Array.from({ length: 495 }, () => [30, 1, 1]);
    const repeaters: Values[] = Array.from({ length: 5 }, () => [179, 3, 9]);
    expect(readiness(statsWith([...customers, ...repeaters])).map(({ met }) => met)).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });

  it('an empty shop has no last order', () => {
    expect(readiness(statsOf([order(1001, 1)])).map(({ value }) => value)).toEqual([0, 0, null, 0]);
  });
});
