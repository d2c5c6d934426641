import { describe, expect, it } from 'vitest';
import { mailFaults } from '#app/campaigns/mail-faults.ts';
import { parsePlan } from '#app/campaigns/parse-plan.ts';
import type { CampaignPlan, Step } from '#app/campaigns/plan.ts';

function plan(steps: { kind: Step['kind']; subject: string; body: string }[]): CampaignPlan {
  return {
    audience: {
      source: { kind: 'segments', slugs: ['at-risk'] },
      leaveOut: [],
      consent: 'email',
      restDays: 30,
      quietDays: 30,
      overdueOnly: false,
    },
    holdOut: 0.1,
    observeDays: 30,
    joinDays: 0,
    again: { kind: 'never' },
    mode: 'live',
    delivery: 'mail',
    combines: false,
    guards: { budget: null, codesPerYear: 2, leastMargin: null },
    ladder: steps.map(({ kind, subject, body }, place) => ({
      kind,
      waitDays: place === 0 ? 0 : 7,
      validDays: 14,
      branches: [{ when: null, arms: [{ offer: { kind: 'none' }, subject, body, hour: null }] }],
    })),
  };
}

const at = (step: number, key: string) => ['ladder', step, 'branches', 0, 'arms', 0, key];

describe('the texts of a plan', () => {
  it('given a text with an unknown tag, when the plan is saved, then it is refused at its place', () => {
    const wrong = plan([
      { kind: 'message', subject: 'Hi', body: 'x' },
      { kind: 'message', subject: 'Hi {{ offer.link }}', body: 'Dear {{ customer.email }}' },
    ]);
    expect(parsePlan(JSON.stringify(wrong))).toEqual({
      ok: false,
      faults: [
        { at: at(1, 'subject'), fault: 'template' },
        { at: at(1, 'body'), fault: 'template' },
      ],
    });
  });

  it('given texts that are still empty, then the draft is saved, and a launch by e-mail hears what is missing', () => {
    const draft = plan([
      { kind: 'message', subject: '', body: '' },
      { kind: 'survey', subject: 'Why?', body: 'Tell us' },
      { kind: 'survey', subject: 'Why?', body: '[Tell us]({{ survey.link }})' },
    ]);
    expect(parsePlan(draft).ok).toBe(true);
    expect(mailFaults(draft)).toEqual([
      { at: at(0, 'subject'), fault: 'empty' },
      { at: at(0, 'body'), fault: 'empty' },
      { at: at(1, 'body'), fault: 'no-survey-link' },
    ]);
    expect(mailFaults({ ...draft, delivery: 'codes' })).toEqual([]);
  });
});
