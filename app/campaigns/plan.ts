import type { Tree } from '#app/rfm/conditions.ts';
import type { SkipReason } from './skip-reasons.ts';

/** What a discount is for: everything, or some products or collections by Shopify's numbers. */
export type Goods = { kind: 'all' } | { kind: 'products' | 'collections'; ids: number[] };

/** What a step offers. Money is in minor units of the shop's currency; `minimum` is the least subtotal, null = none. */
export type Offer =
  | { kind: 'none' }
  | { kind: 'free-shipping'; minimum: number | null }
  | { kind: 'percentage'; percent: number; minimum: number | null; on: Goods }
  | { kind: 'amount'; amount: number; minimum: number | null; on: Goods }
  /** one piece of a product for nothing; of a least subtotal Shopify would count that product alone, so there is none */
  | { kind: 'sample'; product: number; minimum: number | null };

/**
 * What one of the groups of a step's experiment gets; `hour` of the shop's day at which it goes out, null = at once. The
 * text is a template (see template.ts); what goes out by codes only uses none.
 */
export type Arm = { offer: Offer; subject: string; body: string; hour: number | null };

/** The arms for those of whom the question is true; null = for everyone else. The first branch that fits is taken. */
export type Branch = { when: Tree | null; arms: Arm[] };

/**
 * A step of the ladder. A message may bring an offer; a reminder repeats the latest offer, as long as it holds; a survey
 * asks why the customer left.
 */
export type Step = {
  kind: 'message' | 'reminder' | 'survey';
  /** days after the step before; 0 for the first */
  waitDays: number;
  /** days a code holds: through the end of the last day in the shop's zone; the day it is given counts */
  validDays: number;
  branches: Branch[];
};

/** Whose customers: segments of the scheme in force by their slugs, a saved segment, or a segment of Shopify's. */
export type Source =
  | { kind: 'segments'; slugs: string[] }
  | { kind: 'saved'; id: number }
  | { kind: 'shopify'; gid: string; name: string };

/** Who may take part. */
export type AudiencePlan = {
  source: Source;
  /** saved segments whose customers are left out */
  leaveOut: number[];
  /** customers are left out whom staff skipped for one of these, in whichever campaign; none named = nobody */
  leaveOutSkipped?: SkipReason[];
  /** only who agreed to this channel */
  consent: 'email' | 'sms' | 'either' | 'any';
  /** left out is whom a campaign reached within so many days, or passed by since it is held out; 0 = nobody */
  restDays: number;
  /** only who has not ordered for so many days; at least 1, so that an order since can be told */
  quietDays: number;
  /** only who is past their own usual gap */
  overdueOnly: boolean;
};

/** When somebody who took part may take part again: customers are never drawn anew. */
type Again = { kind: 'never' } | { kind: 'after'; days: number } | { kind: 'each-time' };

/** Everything that is decided of a campaign. What is in force when a customer is reached is never changed. */
export type CampaignPlan = {
  audience: AudiencePlan;
  /** share of the audience that gets nothing, 0.05 to 0.5 */
  holdOut: number;
  /** days from a customer's first step through which orders are compared */
  observeDays: number;
  /** days after the launch on which customers who come into the audience join; 0 = only who is in it at the launch */
  joinDays: number;
  again: Again;
  mode: 'manual' | 'live';
  delivery: 'codes' | 'mail';
  /** codes can be used together with other discounts */
  combines: boolean;
  guards: {
    /** minor units that discounts of the campaign may cost, null = no limit */
    budget: number | null;
    /** codes a customer may be given within 365 days by all campaigns */
    codesPerYear: number;
    /** share of the price that must be left after the products' cost and the discount, 0 to 1; null = not looked at */
    leastMargin: number | null;
  };
  ladder: Step[];
};

/** How much a plan may hold. */
export const PLAN_LIMITS = {
  name: 80,
  steps: 6,
  branches: 4,
  arms: 4,
  goods: 100,
  leaveOut: 20,
  subject: 150,
  body: 10_000,
  /** least days between two steps */
  waitDays: 2,
  longestWait: 60,
  validDays: 90,
  observeDays: { least: 7, most: 365 },
  joinDays: 365,
  restDays: 365,
  quietDays: { least: 1, most: 3650 },
  holdOut: { least: 0.05, most: 0.5 },
  codesPerYear: 50,
  money: 1e12,
} as const;

/** Whether an offer needs a code. */
export function needsCode(offer: Offer): boolean {
  return offer.kind !== 'none';
}
