import { describe, expect, it } from 'vitest';
import { guardAgainst, reckonedCost } from '#app/campaigns/guards.ts';
import type { Offer } from '#app/campaigns/plan.ts';

const on = { kind: 'all' as const };
const off = (percent: number, minimum: number | null = null): Offer => ({
  kind: 'percentage',
  percent,
  minimum,
  on,
});
const SHIPPING: Offer = { kind: 'free-shipping', minimum: null };
const SAMPLE: Offer = { kind: 'sample', product: 1, minimum: null };
const AMOUNT: Offer = { kind: 'amount', amount: 500, minimum: null, on };
const ask = (offer: Offer, meanOrder: number | null, budget: number | null, least: number | null = null) =>
  guardAgainst(
    { offer, meanOrder, reckoned: reckonedCost(offer, meanOrder) },
    { leastMargin: least },
    { budget, margin: null },
  );

describe('what an offer may cost', () => {
  it('given what the customer spends per order, then every kind of offer counts against a budget', () => {
    const costs = [off(10), SHIPPING, SAMPLE, AMOUNT, off(10, 9_000)].map((offer) =>
      reckonedCost(offer, 6_000),
    );
    expect(costs).toEqual([600, 600, 600, 500, 900]);
    expect([off(10), SHIPPING, SAMPLE].map((offer) => ask(offer, 6_000, 599))).toEqual([
      'budget',
      'budget',
      'budget',
    ]);
    expect([off(10), SHIPPING, SAMPLE].map((offer) => ask(offer, 6_000, 600))).toEqual([null, null, null]);
  });

  it('given that nobody knows what it may cost, then with a budget it is not given, and without one it is', () => {
    expect(ask(off(10), null, 1_000_000)).toBe('budget');
    expect(ask(off(10), null, null)).toBeNull();
    expect(ask({ kind: 'none' }, null, 0)).toBeNull();
  });

  it('given a least margin while the margin is not known, then no discount is given', () => {
    expect([off(5), AMOUNT, SHIPPING].map((offer) => ask(offer, 6_000, null, 0.2))).toEqual([
      'margin',
      'margin',
      null,
    ]);
  });
});
