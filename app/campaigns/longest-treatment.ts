import type { CampaignPlan } from './plan.ts';

/**
 * Days from a customer's first step until the last offer of a ladder holds no more, when nobody has to look at anything
 * first. Orders have to be compared for as long at least, or what is offered late is not measured.
 */
export function longestTreatment({ ladder }: Pick<CampaignPlan, 'ladder'>): number {
  let [since, longest] = [0, 0];
  ladder.forEach(({ waitDays, validDays, branches }, place) => {
    if (place > 0) since += waitDays;
    const offers = branches.some(({ arms }) => arms.some(({ offer }) => offer.kind !== 'none'));
    longest = Math.max(longest, since + (offers ? validDays : 0));
  });
  return longest;
}
