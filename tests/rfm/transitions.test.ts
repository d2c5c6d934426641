import { describe, expect, it } from 'vitest';
import { TEN_SEGMENTS } from '#app/rfm/schemes.ts';
import type { CutPoints } from '#app/rfm/scores.ts';
import { cause, type RunContext, type Standing } from '#app/rfm/transitions.ts';

const cutPointsBefore: CutPoints = { r: [200, 100, 50, 10], f: [2, 3, 4, 5], m: [100, 200, 300, 400] };
const run: RunContext = {
  scheme: TEN_SEGMENTS,
  asOfBefore: 1000,
  asOf: 1001,
  cutPointsBefore,
  settingsChanged: false,
  windowed: false,
};

const champion: Standing = {
  lastDay: 990,
  frequency: 5,
  monetary: 500,
  r: 5,
  f: 5,
  m: 5,
  segment: 'champions',
  population: undefined,
};
const loyal: Standing = { ...champion, r: 4, segment: 'loyal' };
const unscored: Standing = {
  ...champion,
  lastDay: null,
  frequency: 0,
  monetary: 0,
  r: 0,
  f: 0,
  m: 0,
  segment: null,
};

describe('the cause of a change', () => {
  it('first: the customer was not there before', () => {
    expect(cause(null, champion, run)).toBe('first');
    expect(cause(null, champion, { ...run, settingsChanged: true })).toBe('first');
  });

  it('settings: whatever else happened, when settings started the run', () => {
    expect(cause(champion, loyal, { ...run, settingsChanged: true })).toBe('settings');
  });

  it('order: a later last day or more orders, also when money was refunded beside it', () => {
    expect(cause(loyal, { ...champion, lastDay: 1001, frequency: 6, monetary: 700 }, run)).toBe('order');
    expect(cause(loyal, { ...champion, frequency: 6, monetary: 300 }, run)).toBe('order');
    expect(cause(unscored, champion, run)).toBe('order');
  });

  it('time: nothing of the customer’s own changed and the earlier cut points already say so', () => {
    expect(cause(champion, loyal, run)).toBe('time');
    // Recency alone made the segment, whatever the others did to the money score.
    expect(cause(champion, { ...loyal, m: 4 }, run)).toBe('time');
  });

  it('others: nothing of the customer’s own changed and the earlier cut points do not say so', () => {
    const shifted = { ...champion, f: 3, segment: 'potential-loyalists' as const };
    expect(cause(champion, shifted, run)).toBe('others');
    expect(cause(champion, { ...champion, m: 4 }, run)).toBe('others');
    expect(cause(champion, loyal, { ...run, asOf: 1000 })).toBe('others');
  });

  it('correction: own days, orders or money changed without an order', () => {
    expect(cause(champion, { ...loyal, monetary: 300, m: 4 }, run)).toBe('correction');
    expect(cause(champion, { ...loyal, monetary: 900 }, run)).toBe('correction');
    expect(cause(champion, { ...loyal, lastDay: 950, frequency: 4 }, run)).toBe('correction');
    expect(cause(champion, unscored, run)).toBe('correction');
  });

  it('correction: an order turns out to have been for a company; what they cross afterwards is time', () => {
    const apart = { ...cutPointsBefore, r: [200, 100, 50, 30] as CutPoints['r'] };
    const context = { ...run, cutPointsBefore: { ...cutPointsBefore, apart: { b2b: apart } } };
    const aged = { ...champion, lastDay: 970 };
    const company = { ...aged, population: 'b2b' as const };
    expect(cause(aged, { ...company, r: 4, segment: 'loyal' }, context)).toBe('correction');
    expect(cause(company, { ...company, r: 4, segment: 'loyal' }, context)).toBe('time');
    expect(cause(aged, { ...aged, r: 4, segment: 'loyal' }, { ...context, cutPointsBefore: apart })).toBe(
      'time',
    );
  });

  it('time: orders that leave the window are no correction', () => {
    const fewer = { ...loyal, frequency: 4, monetary: 400 };
    expect(cause(champion, fewer, { ...run, windowed: true })).toBe('time');
    expect(cause(champion, fewer, run)).toBe('correction');
    const gone: Standing = { ...unscored, lastDay: 990 };
    expect(cause(champion, gone, { ...run, windowed: true })).toBe('time');
  });
});
