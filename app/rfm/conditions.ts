import type { Day } from './calendar.ts';
import type { Cycle } from './purchase-cycle.ts';

/** What a number of a customer can be asked for, with the least and the most that can be asked. */
export const RANGES = {
  r: { least: 1, most: 5 },
  f: { least: 1, most: 5 },
  m: { least: 1, most: 5 },
  /** orders that count, as the scores have them */
  orders: { least: 0, most: 1_000_000 },
  /** minor units of the shop's currency */
  spent: { least: -1e15, most: 1e15 },
  /** days since the last and since the first order that counts */
  'last-order': { least: 0, most: 36_500 },
  'first-order': { least: 0, most: 36_500 },
  /** days until the next order is due, and days since it was, see rfm/due-date */
  'due-in': { least: 0, most: 36_500 },
  overdue: { least: 1, most: 36_500 },
} as const;

/** The states of consent to a channel, as the conditions tell them apart. */
const CONSENTS = [
  'subscribed',
  'not-subscribed',
  'unsubscribed',
  'pending',
  'unusable',
  'none',
  'unknown',
] as const;

/** What can be one of some values, and which values there are; null = the shop's own. */
export const CHOICES = {
  tier: ['high', 'medium', 'low'],
  segment: null,
  'segment-before': null,
  cycle: ['fresh', 'late', 'about-to-lapse', 'lapsed', 'no-order'],
  /** for themselves, for a company, or both, see rfm/population */
  buyer: ['b2c', 'b2b', 'mixed'],
  product: null,
  type: null,
  vendor: null,
  channel: null,
  'first-source': null,
  'last-source': null,
  email: CONSENTS,
  sms: CONSENTS,
  tag: null,
} as const satisfies Record<string, readonly string[] | null>;

export type RangeKind = keyof typeof RANGES;
export type ChoiceKind = keyof typeof CHOICES;
export type Consent = (typeof CONSENTS)[number];

/** Stands for "no segment" among segments. */
export const UNSCORED = 'unscored';

/** Everything a condition can be about, in the order in which it is offered. */
export const KINDS = [
  'segment',
  'segment-before',
  'moved',
  'tier',
  'r',
  'f',
  'm',
  'orders',
  'spent',
  'last-order',
  'first-order',
  'due-in',
  'overdue',
  'cycle',
  'buyer',
  'product',
  'type',
  'vendor',
  'channel',
  'first-source',
  'last-source',
  'email',
  'sms',
  'tag',
] as const satisfies readonly (RangeKind | ChoiceKind | 'moved')[];
export type Kind = (typeof KINDS)[number];

/** A number lies between two ends, which are included; null = open, but not both. */
export type RangeCondition = { what: RangeKind; from: number | null; to: number | null };

/**
 * One of these values is the customer's, or with `not` none of them is. Products are named by their numbers, segments
 * by their slugs.
 */
export type ChoiceCondition = { what: ChoiceKind; is: string[]; not: boolean };

/**
 * The customer went from one of some segments to another within the last days, or since a day (YYYY-MM-DD); exactly
 * one of the two is given. No segments = any.
 */
export type MovedCondition = {
  what: 'moved';
  days: number | null;
  since: string | null;
  before: string[];
  after: string[];
};

export type Condition = RangeCondition | ChoiceCondition | MovedCondition;

/** Conditions of which all or any have to hold. */
export type Group = { match: 'all' | 'any'; parts: Condition[] };

/** A question about customers: conditions and groups of them. Without any part it is about everybody. */
export type Tree = { match: 'all' | 'any'; parts: (Condition | Group)[] };

/** How much a question may hold. */
export const LIMITS = {
  /** conditions and groups beside each other */
  parts: 20,
  /** conditions in all */
  conditions: 40,
  /** values of one condition, and characters of one value */
  values: 50,
  characters: 255,
  /** days back that a move is asked for */
  movedDays: 3_650,
  /** characters of the whole, written down */
  text: 20_000,
  /** the same in an address, where other things stand, too */
  address: 6_000,
} as const;

/** The question about everybody. */
export const EVERYBODY: Tree = { match: 'all', parts: [] };

/** Whether a part of a question is a group. */
export function isGroup(part: Condition | Group): part is Group {
  return 'parts' in part;
}

/** Whether a condition is about a number. */
export function isRange(condition: Condition): condition is RangeCondition {
  return condition.what in RANGES;
}

/** Whether a condition is about one of some values. */
export function isChoice(condition: Condition): condition is ChoiceCondition {
  return condition.what in CHOICES;
}

/** Every condition of a question. */
export function conditionsOf({ parts }: Tree): Condition[] {
  return parts.flatMap((part) => (isGroup(part) ? part.parts : [part]));
}

/** As of when conditions are held against customers. */
export type AskedAsOf = {
  asOf: Day;
  /** Where the states of the purchase cycle begin, null without a cycle. */
  cycle: { late: Day; aboutToLapse: Day; lapsed: Day } | null;
  /** What tells when a next order is due, null without a usual gap: that gap, and the first day of the window. */
  due: { shopGap: Cycle; windowBegins: Day | null } | null;
};

/** The state of a stored CustomerEmailAddressMarketingState or CustomerSmsMarketingState. */
export function consentOf(stored: string | null): Consent {
  if (stored === null) return 'none';
  return CONSENT_OF[stored] ?? 'not-subscribed';
}

/** What Shopify's words for consent stand for; any other is "not subscribed". */
export const CONSENT_OF: Readonly<Record<string, Consent>> = {
  SUBSCRIBED: 'subscribed',
  UNSUBSCRIBED: 'unsubscribed',
  PENDING: 'pending',
  INVALID: 'unusable',
  REDACTED: 'unusable',
};
