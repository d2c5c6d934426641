import { describe, expect, it } from 'vitest';
import { comparedArms, type ArmSums } from '#app/campaigns/compared-arms.ts';
import { finalInterval } from '#app/campaigns/money-lift.ts';
import { randomSource } from '#tests/fake-shopify/generator-random.ts';

/** An arm of which so many of a thousand bought for 1,000 each, give or take. */
const arm = (step: number, place: number, buyers: number, each = 1_000): ArmSums => ({
  version: 1,
  step,
  branch: 0,
  arm: place,
  side: { customers: 1_000, buyers, sum: buyers * each, squares: buyers * (each * each + 250_000) },
  orders: buyers,
  profit: buyers * each,
});

describe('arms of an experiment', () => {
  it('given one arm, or none, then nothing is compared', () => {
    expect(comparedArms([], 0.95)).toEqual([]);
    expect(comparedArms([arm(0, 0, 50), { ...arm(0, 1, 90), version: 2 }], 0.95)).toEqual([]);
  });

  it('given two, then the second is held against the first, whatever order they come in', () => {
    const [one, other] = [arm(0, 0, 50), arm(0, 1, 120)];
    const found = comparedArms([other, one], 0.95);
    expect(found.map(({ more, differs }) => [more, differs])).toEqual([
      [null, false],
      [finalInterval(other.side, one.side, 0.95), true],
    ]);
  });

  it('given one difference that would do alone, among many that are none, then it is not called one (Holm)', () => {
    const pair = (step: number, other: number) => [arm(step, 0, 60), arm(step, 1, other)];
    const alone = comparedArms(pair(0, 87), 0.95);
    expect(alone[1]).toMatchObject({ differs: true });
    const many = [0, 1, 2, 3, 4].flatMap((step) => pair(step, step === 0 ? 87 : 61));
    const among = comparedArms(many, 0.95);
    expect(among[1]?.more?.low).toBeGreaterThan(0);
    expect(among.filter(({ differs }) => differs)).toEqual([]);
    // What is beyond doubt stays so.
    const sure = [0, 1, 2, 3, 4].flatMap((step) => pair(step, step === 0 ? 160 : 61));
    expect(
      comparedArms(sure, 0.95)
        .map(({ differs }) => differs)
        .indexOf(true),
    ).toBe(1);
  });

  it('given profit that is not known, then no difference is told', () => {
    const found = comparedArms([arm(0, 0, 50), { ...arm(0, 1, 160), profit: null }], 0.95);
    expect(found[1]).toMatchObject({ more: null, differs: false });
  });

  it('given four arms that are alike, then a difference is called in few of many experiments', () => {
    const random = randomSource(11);
    let called = 0;
    for (let i = 0; i < 200; i += 1) {
      const arms = [0, 1, 2, 3].map((place) => {
        let [buyers, sum, squares] = [0, 0, 0];
        for (let customer = 0; customer < 400; customer += 1) {
          if (!random.chance(0.12)) continue;
          const value = 500 + 1_000 * random.next();
          buyers += 1;
          sum += value;
          squares += value * value;
        }
        return { ...arm(0, place, 0), side: { customers: 400, buyers, sum, squares } };
      });
      if (comparedArms(arms, 0.95).some(({ differs }) => differs)) called += 1;
    }
    // At 5 % of 200 more than 20 would come about once in a thousand such tests.
    expect(called).toBeLessThanOrEqual(20);
  });
});
