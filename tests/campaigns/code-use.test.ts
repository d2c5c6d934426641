import { describe, expect, it } from 'vitest';
import { alarmOf, pausesFor, strangers, type CodeUse } from '#app/campaigns/code-use.ts';

const USE: CodeUse = { customerId: 1, usedBefore: false, combines: false };
const nobody = new Set<number>();

describe('an order with a code of a campaign', () => {
  it.each([
    ['the customer it is for, alone', { buyer: 1, discounts: 1 }, [USE], nobody, null],
    ['somebody else', { buyer: 2, discounts: 1 }, [USE], nobody, 'leak'],
    ['who it is for, merged into the buyer', { buyer: 2, discounts: 1 }, [USE], new Set([1]), null],
    ['somebody unknown', { buyer: null, discounts: 1 }, [USE], nobody, null],
    [
      'the customer it is for, a second time',
      { buyer: 1, discounts: 1 },
      [{ ...USE, usedBefore: true }],
      nobody,
      'leak',
    ],
    [
      'the customer it is for, beside another discount',
      { buyer: 1, discounts: 2 },
      [USE],
      nobody,
      'stacking',
    ],
    [
      'the same where that is allowed',
      { buyer: 1, discounts: 2 },
      [{ ...USE, combines: true }],
      nobody,
      null,
    ],
    ['the same of two codes of ours', { buyer: 1, discounts: 2 }, [USE, USE], nobody, null],
    ['somebody else beside another discount', { buyer: 2, discounts: 2 }, [USE], nobody, 'leak'],
    ['an order whose codes nobody knows any more', { buyer: 2, discounts: 2 }, [], nobody, null],
  ] as const)('given it is used by %s, then the alarm is as it should be', (_, order, uses, gone, alarm) => {
    expect(alarmOf(order, uses, gone)).toBe(alarm);
  });

  it.each([
    ['one shared code', 1, 1, false],
    ['two of few', 2, 10, false],
    ['three of few', 3, 10, true],
    ['three of many thousands', 3, 5_000, false],
    ['two in a hundred of many', 100, 5_000, true],
  ])('given %s, then the campaign pauses when it is no single case', (_, alarms, redeemed, pauses) => {
    expect(pausesFor({ alarms, redeemed }, [USE])).toBe(pauses);
    // A code that works twice is the discount's fault, whoever used it.
    expect(pausesFor({ alarms, redeemed }, [{ ...USE, usedBefore: true }])).toBe(true);
  });

  it('given a stranger, then it is known whose codes these were', () => {
    expect(strangers(2, [USE, { ...USE, customerId: 2 }])).toEqual([1]);
    expect(strangers(null, [USE])).toEqual([]);
  });
});
