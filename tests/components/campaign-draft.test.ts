import { longestTreatment } from '#app/campaigns/longest-treatment.ts';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePlan } from '#app/campaigns/parse-plan.ts';
import type { CampaignPlan, Goods, Offer, Step } from '#app/campaigns/plan.ts';
import { planDraft, sentPlan } from '#app/components/campaign-draft.ts';
import { planOf } from '#tests/campaigns/plans.ts';

const money = fc.integer({ min: 1, max: 1e9 });
const minimum = fc.option(money);
const goods: fc.Arbitrary<Goods> = fc.oneof(
  fc.constant<Goods>({ kind: 'all' }),
  fc
    .array(fc.integer({ min: 1, max: 1e12 }), { minLength: 1, maxLength: 4 })
    .map((ids): Goods => ({ kind: 'products', ids })),
);
const offer: fc.Arbitrary<Offer> = fc.oneof(
  fc.constant<Offer>({ kind: 'none' }),
  fc.record({ kind: fc.constant('free-shipping' as const), minimum }),
  fc.record({
    kind: fc.constant('percentage' as const),
    percent: fc.integer({ min: 1, max: 100 }),
    minimum,
    on: goods,
  }),
  fc.record({ kind: fc.constant('amount' as const), amount: money, minimum, on: goods }),
  fc.record({
    kind: fc.constant('sample' as const),
    product: fc.integer({ min: 1, max: 1e12 }),
    minimum: fc.constant(null),
  }),
);
const arm = fc.record({
  offer,
  subject: fc.constant('Hello'),
  body: fc.constant('Come back'),
  hour: fc.option(fc.integer({ min: 0, max: 23 })),
});
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('message' as const),
  waitDays: fc.integer({ min: 2, max: 60 }),
  validDays: fc.integer({ min: 1, max: 90 }),
  branches: fc
    .array(fc.array(arm, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 })
    .map((lists) =>
      lists.map((arms, i) => ({
        when:
          i === lists.length - 1
            ? null
            : { match: 'all' as const, parts: [{ what: 'segment' as const, is: ['at-risk'], not: false }] },
        arms,
      })),
    ),
});
const plan: fc.Arbitrary<CampaignPlan> = fc
  .record({
    holdOut: fc.integer({ min: 50, max: 500 }).map((tenths) => tenths / 1000),
    observeDays: fc.integer({ min: 7, max: 365 }),
    again: fc.oneof(
      fc.constant({ kind: 'never' as const }),
      fc.constant({ kind: 'each-time' as const }),
      fc.record({ kind: fc.constant('after' as const), days: fc.integer({ min: 1, max: 3650 }) }),
    ),
    guards: fc.record({
      budget: minimum,
      codesPerYear: fc.integer({ min: 1, max: 50 }),
      leastMargin: fc.option(fc.integer({ min: 0, max: 1000 }).map((tenths) => tenths / 1000)),
    }),
    ladder: fc.array(step, { minLength: 1, maxLength: 4 }),
  })
  // Orders are compared for as long as the ladder takes, at least.
  .map((rest) => planOf({ ...rest, observeDays: Math.max(rest.observeDays, longestTreatment(rest)) }));

describe('the form of a campaign', () => {
  it.each(['EUR', 'JPY', 'KWD'])(
    'given any plan, shown as fields in %s, then the same plan is sent back',
    (currency) => {
      fc.assert(
        fc.property(plan, (given) => {
          expect(parsePlan(sentPlan(planDraft(given, currency), currency))).toEqual({
            ok: true,
            plan: given,
          });
        }),
        { numRuns: 60 },
      );
    },
  );

  it('given fields that cannot be read, then each is named at its place', () => {
    const draft = planDraft(planOf(), 'EUR');
    const wrong = {
      ...draft,
      holdOut: 'some',
      observeDays: '3',
      budget: '-1',
      source: { ...draft.source, slugs: [] },
    };
    const parsed = parsePlan(sentPlan(wrong, 'EUR'));
    const places = parsed.ok ? [] : parsed.faults.map(({ at, fault }) => [at.join('.'), fault]);
    expect(places).toEqual([
      ['audience.source.slugs', 'empty'],
      ['holdOut', 'shape'],
      ['observeDays', 'bounds'],
      ['guards.budget', expect.any(String)],
    ]);
  });

  it('given an offer of a step that becomes a reminder, then nothing is sent of it, and it is there again afterwards', () => {
    const first = planOf().ladder[0]!;
    const priced: Step = {
      ...first,
      waitDays: 2,
      branches: [
        {
          when: null,
          arms: [{ offer: { kind: 'free-shipping', minimum: null }, subject: '', body: '', hour: null }],
        },
      ],
    };
    const draft = planDraft(planOf({ ladder: [{ ...priced, waitDays: 0 }, priced] }), 'EUR');
    const reminding = draft.ladder.map((one, i) => (i === 1 ? { ...one, kind: 'reminder' as const } : one));
    const parsed = parsePlan(sentPlan({ ...draft, ladder: reminding }, 'EUR'));
    expect(parsed.ok && parsed.plan.ladder[1]?.branches[0]?.arms[0]?.offer).toEqual({ kind: 'none' });
    expect(reminding[1]?.branches[0]?.arms[0]?.offer.kind).toBe('free-shipping');
  });
});
