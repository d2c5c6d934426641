import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdOut, isHeldOut, ratioIsSound, type Member } from '#app/campaigns/hold-out.ts';

const share = fc.double({ min: 0.01, max: 0.9, noNaN: true });
const audience = fc
  .array(fc.record({ stratum: fc.constantFrom('at-risk', 'cant-lose-them', 'hibernating'), hash: hash() }), {
    maxLength: 300,
  })
  .map((members) => members.map((member, customerId): Member => ({ customerId, ...member })));

function hash(): fc.Arbitrary<number> {
  return fc.double({ min: 0, max: 0.9999999, noNaN: true });
}

describe('the comparison group', () => {
  it('given any audience, then each segment has its share in it, to the customer', () => {
    fc.assert(
      fc.property(audience, share, hash(), (members, part, ofStratum) => {
        const held = holdOut(members, part, () => ofStratum);
        for (const [, its] of Map.groupBy(members, ({ stratum }) => stratum)) {
          const count = its.filter(({ customerId }) => held.has(customerId)).length;
          expect(Math.abs(count - its.length * part)).toBeLessThan(1);
        }
      }),
    );
  });

  it('given the same audience in another order, then the same customers are in it', () => {
    fc.assert(
      fc.property(audience, share, (members, part) => {
        expect(holdOut(members.toReversed(), part, () => 0.3)).toEqual(holdOut(members, part, () => 0.3));
      }),
    );
  });

  it('given a segment of one customer, then the chance to be in it is the share', () => {
    const alone: Member[] = [{ customerId: 1, stratum: 'at-risk', hash: 0.7 }];
    const draws = Array.from({ length: 1_000 }, (_, i) => holdOut(alone, 0.2, () => i / 1_000).size);
    expect(draws.filter((held) => held === 1).length).toBe(200);
  });

  it('given somebody who comes later, then the own hash decides', () => {
    expect([isHeldOut(0.19, 0.2), isHeldOut(0.2, 0.2)]).toEqual([true, false]);
  });

  it('given sides as the share has them, then the ratio is sound; given a side that lost customers, it is not', () => {
    expect(ratioIsSound(800, 200, 0.2)).toBe(true);
    expect(ratioIsSound(0, 0, 0.2)).toBe(true);
    expect(ratioIsSound(700, 200, 0.2)).toBe(true);
    expect(ratioIsSound(600, 200, 0.2)).toBe(false);
  });
});
