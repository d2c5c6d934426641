import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settledFaults } from '#app/campaigns/settled-steps.ts';
import type { CampaignPlan, Step } from '#app/campaigns/plan.ts';
import { anyPlan } from './any-plan.ts';
import { message } from './plans.ts';

const TEN = { kind: 'percentage' as const, percent: 10, minimum: null, on: { kind: 'all' as const } };
const [FIRST, SECOND, THIRD] = [
  message({ kind: 'none' }),
  message({ kind: 'free-shipping', minimum: null }, 5),
  message(TEN, 5),
] as const;
const NEW = message({ kind: 'amount', amount: 500, minimum: null, on: { kind: 'all' } }, 3);
const LADDER = [FIRST, SECOND, THIRD];
const faults = (after: Step[], furthest: number) =>
  settledFaults(LADDER, after, furthest).map(({ at, fault }) => `${at.join('.')}: ${fault}`);

describe('the ladder of a campaign that customers are on', () => {
  it('given another text or offer of a step, or anything behind the furthest, then it can be saved', () => {
    expect(faults([{ ...FIRST, validDays: 3 }, NEW, THIRD], 1)).toEqual([]);
    expect(faults([FIRST, SECOND], 1)).toEqual([]);
    expect(faults([FIRST, NEW, SECOND, THIRD], 0)).toEqual([]);
    expect(faults([FIRST, SECOND, THIRD, FIRST], 2)).toEqual([]);
    expect(faults([NEW], -1)).toEqual([]);
  });

  it('given a step that somebody came to taken out, moved, put behind a new one or made another kind, then it is refused', () => {
    expect(faults([SECOND, THIRD], 0)).toEqual(['ladder.0: settled']);
    expect(faults([FIRST], 1)).toEqual(['ladder: settled']);
    expect(faults([SECOND, FIRST, THIRD], 0)).toEqual(['ladder.0: settled']);
    expect(faults([NEW, FIRST, SECOND, THIRD], 0)).toEqual(['ladder.0: settled']);
    expect(faults([{ ...NEW, waitDays: 0 }, { ...FIRST, waitDays: 5 }, SECOND], 0)).toEqual([
      'ladder.0: settled',
    ]);
    expect(faults([FIRST, { ...SECOND, kind: 'survey' }, THIRD], 1)).toEqual(['ladder.1: settled']);
  });

  it('given any plan, then it can be saved as it is, however far somebody came', () => {
    fc.assert(
      fc.property(anyPlan, fc.integer({ min: -1, max: 6 }), ({ ladder }: CampaignPlan, furthest) => {
        expect(settledFaults(ladder, ladder, Math.min(furthest, ladder.length - 1))).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});
