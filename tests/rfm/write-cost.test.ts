import { describe, expect, it } from 'vitest';
import {
  BULK_LINES_PER_SECOND,
  BULK_OPERATIONS,
  BULK_OVERHEAD_SECONDS,
  bulkSeconds,
  chooseTransport,
  createPlanTotals,
  directSeconds,
  STAGES,
  type PlanTotals,
} from '#app/rfm/write-cost.ts';
import type { PlannedWrite } from '#app/rfm/write-plan.ts';

const firstWrite: PlannedWrite[] = [
  { kind: 'tag-add', value: 'rfm:new' },
  { kind: 'segment-set', value: 'new' },
  { kind: 'profile-set', value: '{}' },
];

function totalsOf(plans: readonly PlannedWrite[][]): PlanTotals {
  const totals = createPlanTotals();
  for (const plan of plans) totals.add(plan);
  return totals.finish();
}

describe('cost of a write plan', () => {
  it('tags cost a call per customer and direction, metafields a call per 25', () => {
    const plan = totalsOf([
      ...Array.from({ length: 100 }, () => firstWrite),
      [],
      [
        { kind: 'tag-remove', value: 'rfm:new' },
        { kind: 'tag-remove', value: 'old:new' },
        { kind: 'segment-delete', value: '' },
        { kind: 'profile-delete', value: '' },
      ],
    ]);
    expect(plan.customers).toBe(101);
    expect(plan.calls).toEqual({
      'metafields-set': 8,
      'metafields-delete': 1,
      'tags-remove': 1,
      'tags-add': 100,
    });
    expect(plan.points).toBe(1100);
    expect(plan.byKind['tag-remove']).toBe(2);
  });

  it('direct calls take as long as their points need to come back', () => {
    expect(directSeconds(1_000_000, { restoreRate: 100, available: 2000 })).toBe(9980);
    expect(directSeconds(1500, { restoreRate: 100, available: 2000 })).toBe(0);
  });
});

describe('transport of a write plan', () => {
  const allowance = { restoreRate: 100, available: 2000 };
  const calls = { 'metafields-set': 0, 'metafields-delete': 0, 'tags-remove': 0, 'tags-add': 0 };

  it('an empty or small plan is sent call by call', () => {
    expect(chooseTransport(calls, allowance)).toEqual({ direct: [], bulk: {}, seconds: 0 });
    const daily = { ...calls, 'metafields-set': 24, 'tags-remove': 300, 'tags-add': 300 };
    expect(chooseTransport(daily, allowance).bulk).toEqual({});
  });

  it('a first write of many tags goes in bulk, split over the operations Shopify allows', () => {
    const first = { ...calls, 'metafields-set': 8000, 'tags-add': 100_000 };
    const { direct, bulk, seconds } = chooseTransport(first, allowance);
    expect(direct).toEqual([]);
    expect(bulk).toEqual({ 'metafields-set': BULK_OPERATIONS, 'tags-add': BULK_OPERATIONS });
    // Metafields first: the tags begin when they are there.
    const lines = (8000 + 100_000) / BULK_OPERATIONS / BULK_LINES_PER_SECOND;
    expect(seconds).toBe(2 * BULK_OVERHEAD_SECONDS + lines);
  });

  it('never predicts longer than sending everything one way, and never more operations than allowed', () => {
    for (const many of [1, 40, 700, 5000, 60_000]) {
      const plan = {
        'metafields-set': many,
        'metafields-delete': many / 5,
        'tags-remove': many * 2,
        'tags-add': many * 3,
      };
      const { bulk, direct, seconds } = chooseTransport(plan, allowance);
      const points = Object.values(plan).reduce((sum, count) => sum + count * 10, 0);
      expect(seconds).toBeLessThanOrEqual(directSeconds(points, allowance));
      expect(seconds).toBeLessThanOrEqual(bulkSeconds(many * 3, 1));
      for (const stage of STAGES) {
        const together = stage.reduce((sum, channel) => sum + (bulk[channel] ?? 0), 0);
        expect(together).toBeLessThanOrEqual(BULK_OPERATIONS);
      }
      expect([...direct, ...Object.keys(bulk)].toSorted()).toEqual(Object.keys(plan).toSorted());
    }
  });
});
