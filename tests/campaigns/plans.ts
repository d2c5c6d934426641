import type { AudiencePlan, CampaignPlan, Offer, Step } from '#app/campaigns/plan.ts';
import { TEN_SEGMENTS } from '#app/rfm/schemes.ts';

/** A step that everybody gets, as it stands. */
export function message(offer: Offer, waitDays = 0, rest: Partial<Step> = {}): Step {
  return {
    kind: 'message',
    waitDays,
    validDays: 14,
    branches: [{ when: null, arms: [{ offer, subject: 'Hello', body: 'Come back', hour: null }] }],
    ...rest,
  };
}

/** A plan of one step without an offer, handed over by tag, for everybody of the ten-segment grid. */
export function planOf(rest: Partial<CampaignPlan> = {}, audience: Partial<AudiencePlan> = {}): CampaignPlan {
  return {
    audience: {
      source: { kind: 'segments', slugs: [...TEN_SEGMENTS.segments] },
      leaveOut: [],
      consent: 'any',
      restDays: 0,
      quietDays: 1,
      overdueOnly: false,
      ...audience,
    },
    holdOut: 0.2,
    observeDays: 30,
    joinDays: 0,
    again: { kind: 'never' },
    mode: 'live',
    delivery: 'codes',
    combines: false,
    guards: { budget: null, codesPerYear: 12, leastMargin: null },
    ladder: [message({ kind: 'none' })],
    ...rest,
  };
}
