import type { PlanFault } from './plan-reader.ts';
import type { CampaignPlan, Step } from './plan.ts';

/**
 * What cannot be changed any more of a ladder that customers are on. A customer's place on it is a number: were a step
 * that somebody came to taken out, put elsewhere or made another kind, somebody would get one twice or never. What such
 * a step says and offers may change, and everything behind it.
 * @param furthest the furthest step that somebody came to, from 0; -1 = none
 */
export function settledFaults(
  before: CampaignPlan['ladder'],
  after: CampaignPlan['ladder'],
  furthest: number,
): PlanFault[] {
  const [was, now] = [before.map(told), after.map(told)];
  return before.slice(0, furthest + 1).flatMap((step, place): PlanFault[] => {
    const next = after[place];
    if (next === undefined) return [{ at: ['ladder'], fault: 'settled' }];
    const left = now.some((one, i) => one === was[place] && was[i] !== one);
    const moved = now[place] !== was[place] && (left || was.includes(now[place]!));
    return moved || next.kind !== step.kind ? [{ at: ['ladder', place], fault: 'settled' }] : [];
  });
}

/** Whether two values say the same, whatever the order of their keys: stored plans come back with theirs in another. */
export function saysTheSame(a: unknown, b: unknown): boolean {
  return sorted(a) === sorted(b);
}

/** What a step is, wherever it stands. */
function told({ kind, validDays, branches }: Step): string {
  return sorted({ kind, validDays, branches });
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
}
