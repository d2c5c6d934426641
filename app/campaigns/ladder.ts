import { guardAgainst, reckonedCost, type LimitsLeft } from './guards.ts';
import { approved, type DropReason, type OfferState } from './offer-states.ts';
import { needsCode, type Arm, type CampaignPlan, type Step } from './plan.ts';

/** What is known of a customer whose next step is due. */
export type DueMember = {
  /** the latest step it came to, -1 = none */
  step: number;
  /** gets no offer, but goes from step to step like everybody else */
  heldOut: boolean;
  /** since it came in */
  ordered: boolean;
  /** still in what the audience was taken from, and in nothing that is left out; null = no customer of the shop any more */
  inside: boolean | null;
  /** for each branch of the step that is due, whether its question is true */
  fits: readonly boolean[];
  /** what it spent per order so far, minor units; null without orders that count */
  meanOrder: number | null;
  /** codes it was given within a year, by all campaigns */
  codes: number;
  /** the latest code of the campaign since it came in */
  latestCode: { endsAt: number | null; redeemed: boolean } | null;
};

/** An offer to be made, or dropped at once for a reason. */
export type NewOffer = {
  branch: number;
  arm: number;
  needsCode: boolean;
  state: OfferState;
  reason: DropReason | null;
  /** see guards reckonedCost */
  reckoned: number | null;
  /** of the code that is repeated; null = of none, or one yet to be made */
  endsAt: number | null;
};

/** What becomes of a customer whose step is due: its part ends, or it comes to the step, with an offer or without. */
export type Turn =
  { end: 'ordered' | 'left' | 'ended' } | { end: null; step: number; offer: NewOffer | null };

/** What the guards allow at the moment. */
export type Allowed = LimitsLeft & { at: number };

/**
 * Leads a customer to the step that is due. Whoever ordered, or left what the audience was taken from since it was
 * drawn, is let go. Of the branches the first that fits is taken, of its arms the one that a keyed hash picks.
 * @param pick a place below the number it is given, always the same for this customer and step
 */
export function nextTurn(
  plan: CampaignPlan,
  member: DueMember,
  allowed: Allowed,
  pick: (of: number) => number,
): Turn {
  if (member.ordered) return { end: 'ordered' };
  const at = member.step + 1;
  const step = plan.ladder[at];
  if (step === undefined) return { end: 'ended' };
  // Who is at the first step at once was asked when it was drawn.
  if (member.inside === null || (!member.inside && (at > 0 || step.waitDays > 0))) return { end: 'left' };
  const branch = member.fits.indexOf(true);
  const arms = step.branches[branch]?.arms;
  if (member.heldOut || arms === undefined) return { end: null, step: at, offer: null };
  const arm = pick(arms.length);
  return { end: null, step: at, offer: offerOf(plan, step, { branch, arm }, arms[arm]!, member, allowed) };
}

function offerOf(
  plan: CampaignPlan,
  step: Step,
  place: { branch: number; arm: number },
  { offer }: Arm,
  member: DueMember,
  allowed: Allowed,
): NewOffer {
  const code = needsCode(offer);
  const reckoned = reckonedCost(offer, member.meanOrder);
  const { latestCode } = member;
  const repeats = step.kind === 'reminder';
  const holds =
    latestCode !== null &&
    !latestCode.redeemed &&
    (latestCode.endsAt === null || latestCode.endsAt > allowed.at);
  const { guards } = plan;
  const reason: DropReason | null =
    repeats && !holds
      ? 'expired'
      : code && member.codes >= guards.codesPerYear
        ? 'cap'
        : guardAgainst({ offer, meanOrder: member.meanOrder, reckoned }, guards, allowed);
  const state = plan.mode === 'manual' ? 'review' : approved(code);
  return {
    ...place,
    needsCode: code,
    state: reason === null ? state : 'dropped',
    reason,
    reckoned: reason === null ? reckoned : null,
    endsAt: repeats && holds ? latestCode.endsAt : null,
  };
}
