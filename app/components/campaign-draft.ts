import type { Arm, CampaignPlan, Goods, Offer, Source, Step } from '#app/campaigns/plan.ts';
import type { SkipReason } from '#app/campaigns/skip-reasons.ts';
import { formatDecimal, parseMinorUnits } from '#app/rfm/money.ts';
import { draftOf, sentOf, type TreeDraft } from './condition-drafts.ts';

/** An offer while somebody makes it: what people type is text. */
export type OfferDraft = {
  kind: Offer['kind'];
  percent: string;
  amount: string;
  minimum: string;
  on: Goods['kind'];
  ids: string[];
  product: string;
};
/** `key` tells it from the others. */
export type ArmDraft = { key: number; offer: OfferDraft; subject: string; body: string; hour: string };
export type BranchDraft = { key: number; when: TreeDraft | null; arms: ArmDraft[] };
export type StepDraft = {
  key: number;
  kind: Step['kind'];
  waitDays: string;
  validDays: string;
  branches: BranchDraft[];
};
/** A plan while somebody makes it. Shares are in percent. */
export type PlanDraft = {
  source: {
    kind: Source['kind'];
    slugs: string[];
    saved: string;
    shopify: { gid: string; name: string } | null;
  };
  leaveOut: string[];
  leaveOutSkipped: SkipReason[];
  consent: CampaignPlan['audience']['consent'];
  restDays: string;
  quietDays: string;
  overdueOnly: boolean;
  holdOut: string;
  observeDays: string;
  joinDays: string;
  again: CampaignPlan['again']['kind'];
  againDays: string;
  mode: CampaignPlan['mode'];
  delivery: CampaignPlan['delivery'];
  combines: boolean;
  budget: string;
  codesPerYear: string;
  leastMargin: string;
  ladder: StepDraft[];
};

let lastKey = 0;
/** A key that nothing else on the page has. */
export function nextKey(): number {
  lastKey += 1;
  return lastKey;
}

const NO_OFFER: OfferDraft = {
  kind: 'none',
  percent: '10',
  amount: '',
  minimum: '',
  on: 'all',
  ids: [],
  product: '',
};

/** A group of a step's experiment that says nothing yet. */
export function emptyArm(): ArmDraft {
  return { key: nextKey(), offer: NO_OFFER, subject: '', body: '', hour: '' };
}

/** A step that says nothing yet. */
export function emptyStep(first: boolean): StepDraft {
  return {
    key: nextKey(),
    kind: 'message',
    waitDays: first ? '0' : '5',
    validDays: '7',
    branches: [{ key: nextKey(), when: null, arms: [emptyArm()] }],
  };
}

/** A plan as fields. @param currency in which money is typed */
export function planDraft(plan: CampaignPlan, currency: string): PlanDraft {
  const money = (minor: number | null): string => (minor === null ? '' : formatDecimal(minor, currency));
  const { audience, guards, again } = plan;
  const { source } = audience;
  return {
    source: {
      kind: source.kind,
      slugs: source.kind === 'segments' ? source.slugs : [],
      saved: source.kind === 'saved' ? String(source.id) : '',
      shopify: source.kind === 'shopify' ? { gid: source.gid, name: source.name } : null,
    },
    leaveOut: audience.leaveOut.map(String),
    leaveOutSkipped: audience.leaveOutSkipped ?? [],
    consent: audience.consent,
    restDays: String(audience.restDays),
    quietDays: String(audience.quietDays),
    overdueOnly: audience.overdueOnly,
    holdOut: percentText(plan.holdOut),
    observeDays: String(plan.observeDays),
    joinDays: String(plan.joinDays),
    again: again.kind,
    againDays: again.kind === 'after' ? String(again.days) : '180',
    mode: plan.mode,
    delivery: plan.delivery,
    combines: plan.combines,
    budget: money(guards.budget),
    codesPerYear: String(guards.codesPerYear),
    leastMargin: guards.leastMargin === null ? '' : percentText(guards.leastMargin),
    ladder: plan.ladder.map(({ kind, waitDays, validDays, branches }) => ({
      key: nextKey(),
      kind,
      waitDays: String(waitDays),
      validDays: String(validDays),
      branches: branches.map(({ when, arms }) => ({
        key: nextKey(),
        when: when === null ? null : draftOf(when, currency),
        arms: arms.map(({ offer, subject, body, hour }) => ({
          key: nextKey(),
          offer: offerDraft(offer, money),
          subject,
          body,
          hour: hour === null ? '' : String(hour),
        })),
      })),
    })),
  };
}

function offerDraft(offer: Offer, money: (minor: number | null) => string): OfferDraft {
  if (offer.kind === 'none') return NO_OFFER;
  const draft = { ...NO_OFFER, kind: offer.kind, minimum: money(offer.minimum) };
  if (offer.kind === 'free-shipping') return draft;
  if (offer.kind === 'sample') return { ...draft, product: String(offer.product) };
  const { on } = offer;
  const goods = { on: on.kind, ids: on.kind === 'all' ? [] : on.ids.map(String) };
  if (offer.kind === 'amount') return { ...draft, ...goods, amount: money(offer.amount) };
  return { ...draft, ...goods, percent: String(offer.percent) };
}

/** What is sent of it: what cannot be read stays as it was typed, for parse-plan to say so. */
export function sentPlan(draft: PlanDraft, currency: string): unknown {
  const money = (text: string): unknown => moneyOf(text, currency);
  return {
    audience: sentAudience(draft),
    holdOut: shareOf(draft.holdOut),
    observeDays: numberOf(draft.observeDays),
    joinDays: numberOf(draft.joinDays),
    again:
      draft.again === 'after' ? { kind: 'after', days: numberOf(draft.againDays) } : { kind: draft.again },
    mode: draft.mode,
    delivery: draft.delivery,
    combines: draft.combines,
    guards: {
      budget: money(draft.budget),
      codesPerYear: numberOf(draft.codesPerYear),
      leastMargin: draft.leastMargin.trim() === '' ? null : shareOf(draft.leastMargin),
    },
    ladder: draft.ladder.map(({ kind, waitDays, validDays, branches }) => ({
      kind,
      waitDays: numberOf(waitDays),
      validDays: numberOf(validDays),
      branches: branches.map(({ when, arms }) => ({
        when: when === null ? null : sentOf(when, currency),
        arms: arms.map((arm) => sentArm(arm, kind, money)),
      })),
    })),
  };
}

/** What is sent of who may take part. */
function sentAudience(draft: PlanDraft): unknown {
  const { source } = draft;
  return {
    source:
      source.kind === 'saved'
        ? { kind: 'saved', id: numberOf(source.saved) }
        : source.kind === 'shopify'
          ? { kind: 'shopify', ...source.shopify }
          : { kind: 'segments', slugs: source.slugs },
    leaveOut: draft.leaveOut.map(numberOf),
    ...(draft.leaveOutSkipped.length === 0 ? {} : { leaveOutSkipped: draft.leaveOutSkipped }),
    consent: draft.consent,
    restDays: numberOf(draft.restDays),
    quietDays: numberOf(draft.quietDays),
    overdueOnly: draft.overdueOnly,
  };
}

function sentArm(
  { offer, subject, body, hour }: ArmDraft,
  kind: Step['kind'],
  money: (text: string) => unknown,
): Record<keyof Arm, unknown> {
  // A reminder repeats what was offered, a survey offers nothing; what was typed comes back with the kind.
  const offered = kind === 'message' ? sentOffer(offer, money) : { kind: 'none' };
  return { offer: offered, subject, body, hour: hour === '' ? null : numberOf(hour) };
}

function sentOffer(
  { kind, percent, amount, minimum, on, ids, product }: OfferDraft,
  money: (text: string) => unknown,
): unknown {
  if (kind === 'none') return { kind };
  const terms = { kind, minimum: money(minimum) };
  if (kind === 'free-shipping') return terms;
  // Shopify knows no least order value for what is given when something is bought.
  if (kind === 'sample') return { kind, minimum: null, product: numberOf(product) };
  const goods = on === 'all' ? { kind: on } : { kind: on, ids: ids.map(numberOf) };
  if (kind === 'amount')
    return { ...terms, amount: amount.trim() === '' ? amount : money(amount), on: goods };
  return { ...terms, percent: numberOf(percent), on: goods };
}

function moneyOf(text: string, currency: string): unknown {
  if (text.trim() === '') return null;
  try {
    return parseMinorUnits(text.trim(), currency);
  } catch {
    return text;
  }
}

function numberOf(text: string): number | string {
  return /^\d{1,15}$/.test(text.trim()) ? Number(text) : text;
}

/** Percent as a share of one; tenths of a percent at most, so that it comes back as it was typed. */
function shareOf(text: string): number | string {
  return /^\d{1,3}([.,]\d)?$/.test(text.trim())
    ? Math.round(Number(text.trim().replace(',', '.')) * 10) / 1000
    : text;
}

/** A share of one in percent, as people type it. */
export function percentText(share: number): string {
  return String(Math.round(share * 1000) / 10);
}
