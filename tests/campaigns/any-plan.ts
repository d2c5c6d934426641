import * as fc from 'fast-check';
import { longestTreatment } from '#app/campaigns/longest-treatment.ts';
import { PLAN_LIMITS, type Arm, type CampaignPlan, type Offer, type Step } from '#app/campaigns/plan.ts';
import { anyQuestion } from '#tests/rfm/any-question.ts';

/** A campaign as one that a merchant who changes nothing gets: everyone at risk, one step without an offer. */
export const PLAIN_PLAN: CampaignPlan = {
  audience: {
    source: { kind: 'segments', slugs: ['at-risk'] },
    leaveOut: [],
    consent: 'any',
    restDays: 0,
    quietDays: 1,
    overdueOnly: false,
  },
  holdOut: 0.2,
  observeDays: 30,
  joinDays: 0,
  again: { kind: 'never' },
  mode: 'live',
  delivery: 'codes',
  combines: false,
  guards: { budget: null, codesPerYear: 10, leastMargin: null },
  ladder: [plainStep({ kind: 'none' }, 0)],
};

/** A message to everyone who comes to it. */
export function plainStep(offer: Offer, waitDays: number, validDays = 14): Step {
  const arm: Arm = { offer, subject: 'We miss you', body: 'Hello', hour: null };
  return { kind: 'message', waitDays, validDays, branches: [{ when: null, arms: [arm] }] };
}

const money = fc.integer({ min: 1, max: 1_000_000 });
const minimum = fc.option(money, { nil: null });
const id = fc.integer({ min: 1, max: 2 ** 52 });
const goods = fc.oneof(
  fc.constant({ kind: 'all' as const }),
  fc.record({
    kind: fc.constantFrom('products' as const, 'collections' as const),
    ids: fc.array(id, { minLength: 1, maxLength: 3 }),
  }),
);
const anyOffer: fc.Arbitrary<Offer> = fc.oneof(
  fc.constant({ kind: 'none' as const }),
  fc.record({ kind: fc.constant('free-shipping' as const), minimum }),
  fc.record({
    kind: fc.constant('percentage' as const),
    percent: fc.integer({ min: 1, max: 100 }),
    minimum,
    on: goods,
  }),
  fc.record({ kind: fc.constant('amount' as const), amount: money, minimum, on: goods }),
  fc.record({ kind: fc.constant('sample' as const), product: id, minimum: fc.constant(null) }),
);
/** Words that no template takes for one of its tags. */
const words = fc.string({ maxLength: 60 }).map((text) => text.replaceAll('{', '(').trim());

function anyArms(offer: fc.Arbitrary<Offer>): fc.Arbitrary<Arm[]> {
  const hour = fc.option(fc.integer({ min: 0, max: 23 }), { nil: null });
  return fc.array(fc.record({ offer, subject: words, body: words, hour }), { minLength: 1, maxLength: 3 });
}

/** Any step that may stand at this place; only a message brings an offer of its own. */
function anyStep(first: boolean): fc.Arbitrary<Step> {
  const days = {
    waitDays: fc.integer({ min: first ? 0 : PLAN_LIMITS.waitDays, max: PLAN_LIMITS.longestWait }),
    validDays: fc.integer({ min: 1, max: PLAN_LIMITS.validDays }),
  };
  const of = (kind: Step['kind'], offer: fc.Arbitrary<Offer>) =>
    fc
      .tuple(fc.record(days), fc.array(anyQuestion(20_000), { maxLength: 2 }), anyArms(offer), anyArms(offer))
      .map(([times, questions, arms, others]): Step => {
        const branches = questions.map((when) => ({ when, arms }));
        return { kind, ...times, branches: [...branches, { when: null, arms: others }] };
      });
  return fc.oneof(of('message', anyOffer), of('survey', fc.constant({ kind: 'none' as const })));
}

const anyWhole: fc.Arbitrary<CampaignPlan> = fc.record({
  audience: fc.record({
    source: fc.oneof(
      fc.record({
        kind: fc.constant('segments' as const),
        slugs: fc.array(fc.constantFrom('at-risk', 'cant-lose-them'), { minLength: 1, maxLength: 2 }),
      }),
      fc.record({ kind: fc.constant('saved' as const), id }),
      fc.constant({ kind: 'shopify' as const, gid: 'gid://shopify/Segment/1', name: 'Lapsed' }),
    ),
    leaveOut: fc.array(id, { maxLength: 3 }),
    consent: fc.constantFrom('email' as const, 'sms' as const, 'either' as const, 'any' as const),
    restDays: fc.integer({ min: 0, max: PLAN_LIMITS.restDays }),
    quietDays: fc.integer({ min: 1, max: 400 }),
    overdueOnly: fc.boolean(),
  }),
  holdOut: fc.double({ min: PLAN_LIMITS.holdOut.least, max: PLAN_LIMITS.holdOut.most, noNaN: true }),
  observeDays: fc.integer({ min: PLAN_LIMITS.observeDays.least, max: PLAN_LIMITS.observeDays.most }),
  joinDays: fc.integer({ min: 0, max: PLAN_LIMITS.joinDays }),
  again: fc.oneof(
    fc.constant({ kind: 'never' as const }),
    fc.constant({ kind: 'each-time' as const }),
    fc.record({ kind: fc.constant('after' as const), days: fc.integer({ min: 1, max: 365 }) }),
  ),
  mode: fc.constantFrom('manual' as const, 'live' as const),
  delivery: fc.constantFrom('codes' as const, 'mail' as const),
  combines: fc.boolean(),
  guards: fc.record({
    budget: fc.option(money, { nil: null }),
    codesPerYear: fc.integer({ min: 1, max: PLAN_LIMITS.codesPerYear }),
    leastMargin: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: null }),
  }),
  ladder: fc
    .tuple(anyStep(true), fc.array(anyStep(false), { maxLength: 3 }))
    .map(([first, rest]) => [first, ...rest]),
});

/** Any plan that can be saved: orders are compared until the last offer holds no more. */
export const anyPlan: fc.Arbitrary<CampaignPlan> = anyWhole.map((plan) => ({
  ...plan,
  observeDays: Math.max(plan.observeDays, longestTreatment(plan)),
}));
