import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  discountOf,
  discountTitle,
  endOfDay,
  lastDayOf,
  type DiscountFrame,
} from '#app/campaigns/discount.ts';
import { parsePlan } from '#app/campaigns/parse-plan.ts';
import type { Offer } from '#app/campaigns/plan.ts';
import { dayIn, parseDay } from '#app/rfm/calendar.ts';
import { parseMinorUnits } from '#app/rfm/money.ts';

const frame: DiscountFrame = {
  title: 'Win-back',
  startsAt: 0,
  endsAt: 1000,
  combines: false,
  currency: 'EUR',
  piece: null,
};
const ALL = { kind: 'all' } as const;
const ZONES = Intl.supportedValuesOf('timeZone');

describe('X10: when a code ends', () => {
  it.each([
    // the clocks go back on the last day, forward, not at all, and at midnight itself
    ['Europe/Berlin', '2026-10-25', '2026-10-25T22:59:59.000Z'],
    ['Europe/Berlin', '2026-03-29', '2026-03-29T21:59:59.000Z'],
    ['Asia/Taipei', '2026-03-29', '2026-03-29T15:59:59.000Z'],
    ['America/Havana', '2026-03-07', '2026-03-08T04:59:59.000Z'],
    ['Pacific/Apia', '2026-12-01', '2026-12-01T10:59:59.000Z'],
  ])('given a last day in %s of %s, then the code holds through %s', (zone, day, end) => {
    expect(new Date(endOfDay(parseDay(day), zone)).toISOString()).toBe(end);
  });

  it('given any zone and day, then the end is the last second of that day there', () => {
    const days = fc.integer({ min: parseDay('2024-01-01'), max: parseDay('2036-12-31') });
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), days, (zone, day) => {
        const end = endOfDay(day, zone);
        expect(dayIn(zone, end)).toBe(day);
        expect(dayIn(zone, end + 1000)).toBe(day + 1);
      }),
      { numRuns: 300 },
    );
  });

  it('given a code of one day, then it ends on the day it is given', () => {
    expect(lastDayOf(20_000, 1)).toBe(20_000);
    expect(lastDayOf(20_000, 14)).toBe(20_013);
  });
});

describe('the discount of an offer', () => {
  it('given an amount in any currency, then Shopify reads the same amount', () => {
    const currencies = fc.constantFrom('EUR', 'KRW', 'TWD', 'KWD', 'JPY');
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e12 }), currencies, (amount, currency) => {
        const offer: Offer = { kind: 'amount', amount, minimum: amount, on: ALL };
        const { gives, minimum } = discountOf(offer, { ...frame, currency });
        expect(gives.kind === 'amount' && parseMinorUnits(gives.amount, currency)).toBe(amount);
        expect(parseMinorUnits(minimum ?? '', currency)).toBe(amount);
      }),
    );
  });

  it('given a percentage, then it is the share', () => {
    const offer: Offer = { kind: 'percentage', percent: 15, minimum: null, on: ALL };
    expect(discountOf(offer, frame)).toMatchObject({
      minimum: null,
      gives: { kind: 'percentage', share: 0.15, on: ALL },
    });
  });

  it('given no other discounts beside it, then it combines with none; else with all that Shopify lets it', () => {
    const none = { orderDiscounts: false, productDiscounts: false, shippingDiscounts: false };
    const percent: Offer = { kind: 'percentage', percent: 15, minimum: null, on: ALL };
    const shipping: Offer = { kind: 'free-shipping', minimum: null };
    expect(discountOf(percent, frame).combines).toEqual(none);
    expect(discountOf(shipping, frame).combines).toEqual(none);
    const all = { orderDiscounts: true, productDiscounts: true, shippingDiscounts: true };
    expect(discountOf(percent, { ...frame, combines: true }).combines).toEqual(all);
    expect(discountOf(shipping, { ...frame, combines: true }).combines).toEqual({
      ...all,
      shippingDiscounts: false,
    });
  });

  it('given a sample, then the price of one piece is off that product', () => {
    const offer: Offer = { kind: 'sample', product: 11, minimum: null };
    expect(discountOf(offer, { ...frame, piece: 1290 }).gives).toEqual({
      kind: 'amount',
      amount: '12.90',
      on: { kind: 'products', ids: [11] },
    });
  });

  it('given no offer, then there is no discount', () => {
    expect(() => discountOf({ kind: 'none' }, frame)).toThrow(RangeError);
  });

  it('given a least subtotal for a sample, then the plan is refused: Shopify holds it against the sample alone', () => {
    const offer = { kind: 'sample', product: 11, minimum: 3000 };
    const arms = [{ offer, subject: '', body: '', hour: null }];
    const ladder = [{ kind: 'message', waitDays: 0, validDays: 7, branches: [{ when: null, arms }] }];
    const parsed = parsePlan({ ladder });
    const at = ['ladder', 0, 'branches', 0, 'arms', 0, 'offer', 'minimum'];
    expect(parsed.ok ? [] : parsed.faults).toContainEqual({ at, fault: 'bounds' });
  });
});

describe('the title of a discount', () => {
  it('names campaign, step, group and last day', () => {
    const key = { id: 17, slug: 'lapsed', step: 1, branch: 0, arm: 2, lastDay: parseDay('2026-12-05') };
    expect(discountTitle(key)).toBe('Win-back lapsed 2C, to 2026-12-05 (17)');
    expect(discountTitle({ ...key, branch: 1 })).toBe('Win-back lapsed 2.2C, to 2026-12-05 (17)');
  });

  it('fits into the 255 characters Shopify takes, and no two are the same', () => {
    const key = fc.record({
      id: fc.nat(),
      slug: fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/),
      step: fc.nat(5),
      branch: fc.nat(3),
      arm: fc.nat(3),
      lastDay: fc.integer({ min: 20_000, max: 30_000 }),
    });
    fc.assert(
      fc.property(key, key, (one, other) => {
        expect(discountTitle(one).length).toBeLessThanOrEqual(255);
        fc.pre(one.id !== other.id);
        expect(discountTitle(one)).not.toBe(discountTitle(other));
      }),
    );
  });
});
