import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePlan } from '#app/campaigns/parse-plan.ts';
import type { CampaignPlan } from '#app/campaigns/plan.ts';
import { campaignSlug } from '#app/campaigns/slug.ts';
import {
  legalMoves,
  stateAfter,
  STATES,
  type CampaignMove,
  type CampaignState,
} from '#app/campaigns/states.ts';
import { anyPlan, PLAIN_PLAN, plainStep } from './any-plan.ts';

const faultsOf = (plan: unknown) => {
  const parsed = parsePlan(plan);
  return parsed.ok ? [] : parsed.faults.map(({ at, fault }) => `${at.join('.')}: ${fault}`);
};
const withLadder = (...ladder: CampaignPlan['ladder']): CampaignPlan => ({ ...PLAIN_PLAN, ladder });

describe('a plan that somebody sent', () => {
  it('given any that can be saved, then it is read as it is, also as text', () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const sent: unknown = JSON.parse(JSON.stringify(plan));
        expect(parsePlan(sent)).toEqual({ ok: true, plan: sent });
        expect(parsePlan(JSON.stringify(plan))).toEqual({ ok: true, plan: sent });
      }),
      { numRuns: 200 },
    );
  });

  it('given anything at all in the place of any part, then it is read or refused, and never throws', () => {
    fc.assert(
      fc.property(fc.anything(), fc.nat(), fc.anything(), (whole, place, part) => {
        parsePlan(whole);
        const keys = Object.keys(PLAIN_PLAN);
        const parsed = parsePlan({ ...PLAIN_PLAN, [keys[place % keys.length] ?? '']: part });
        if (parsed.ok) expect(parsePlan(JSON.stringify(parsed.plan))).toEqual(parsed);
        else expect(parsed.faults.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });

  it('given several faults, then each is named with its place', () => {
    const off = withLadder(
      plainStep({ kind: 'none' }, 0),
      plainStep({ kind: 'free-shipping', minimum: 0 }, 1),
    );
    expect(faultsOf({ ...off, holdOut: 0.6, mode: 'auto' })).toEqual([
      'holdOut: bounds',
      'mode: shape',
      'ladder.1.waitDays: bounds',
      'ladder.1.branches.0.arms.0.offer.minimum: bounds',
    ]);
    expect(faultsOf({ ...off, ladder: [] })).toEqual(['ladder: empty']);
  });

  it('given orders compared for fewer days than the ladder and its last offer take, then it is refused', () => {
    const ladder = [
      plainStep({ kind: 'none' }, 0),
      plainStep({ kind: 'free-shipping', minimum: null }, 20, 3),
      plainStep({ kind: 'none' }, 5, 90),
    ];
    const days = (observeDays: number) => faultsOf({ ...withLadder(...ladder), observeDays });
    expect(days(24)).toEqual(['observeDays: too-short']);
    expect(days(25)).toEqual([]);
    ladder.splice(1, 1, plainStep({ kind: 'free-shipping', minimum: null }, 20, 14));
    expect([days(33), days(34)]).toEqual([['observeDays: too-short'], []]);
  });

  it('given a reminder of nothing, an offer in a survey, or a branch behind everyone else, then it is refused', () => {
    const reminder = { ...plainStep({ kind: 'none' }, 2), kind: 'reminder' as const };
    expect(faultsOf(withLadder(plainStep({ kind: 'none' }, 0), reminder))).toEqual([
      'ladder.1: first-reminder',
    ]);
    const offer = plainStep({ kind: 'free-shipping', minimum: null }, 0);
    expect(faultsOf(withLadder(offer, reminder))).toEqual([]);
    expect(faultsOf(withLadder({ ...offer, kind: 'survey' }))).toEqual(['ladder.0: shape']);
    const branches = [...offer.branches, ...offer.branches];
    expect(faultsOf(withLadder({ ...offer, branches }))).toEqual(['ladder.0.branches.0: unreachable']);
  });
});

describe('where a campaign stands', () => {
  it('given any state, then exactly these moves lead on from it, and none from an end', () => {
    const moves = Object.fromEntries(STATES.map((state) => [state, legalMoves(state)]));
    expect(moves).toEqual({
      draft: ['schedule', 'launch'],
      scheduled: ['unschedule', 'launch'],
      running: ['pause', 'stop', 'finish'],
      paused: ['resume', 'stop'],
      stopped: [],
      finished: [],
    });
  });

  it('given any row of moves, then what was launched never becomes a draft again', () => {
    const names: CampaignMove[] = ['schedule', 'unschedule', 'launch', 'pause', 'resume', 'stop', 'finish'];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...names)), (made) => {
        let state: CampaignState = 'draft';
        let launched = false;
        for (const move of made) {
          state = stateAfter(state, move) ?? state;
          launched ||= state === 'running';
          if (launched) expect(['draft', 'scheduled']).not.toContain(state);
        }
      }),
    );
  });
});

describe('the name of a campaign’s tag', () => {
  it('given any name, then Shopify takes it for one tag, and no other campaign has it', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 80 }), { minLength: 1, maxLength: 20 }), (names) => {
        const taken = new Set<string>();
        for (const name of names) {
          const slug = campaignSlug(name, taken);
          expect(slug).toMatch(/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/);
          expect(taken).not.toContain(slug);
          taken.add(slug);
        }
      }),
    );
  });

  it('given names of people who shop, then it reads like them', () => {
    const slug = (name: string) => campaignSlug(name, new Set(['autumn', 'campaign']));
    expect([slug('Spring, big: 10 %'), slug('Autumn'), slug('Rückkehr'), slug('봄 캠페인')]).toEqual([
      'spring-big-10',
      'autumn-2',
      'ruckkehr',
      'campaign-2',
    ]);
  });
});
