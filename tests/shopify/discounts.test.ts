import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { discountOf, type DiscountFrame } from '#app/campaigns/discount.ts';
import type { Offer } from '#app/campaigns/plan.ts';
import {
  askForCodes,
  codeCreations,
  failedCodes,
  ownersOf,
  type AskedCodes,
} from '#app/shopify/discount-codes.server.ts';
import { discountsNow } from '#app/shopify/discounts-now.server.ts';
import { endDiscount, letUse, makeDiscount, priceOfPiece } from '#app/shopify/discounts.server.ts';
import { AccessDenied, Unavailable } from '#app/shopify/errors.ts';
import { addCustomer } from '#tests/fake-shopify/store-customers.ts';
import { changeDiscount, deleteDiscount, type FakeDiscount } from '#tests/fake-shopify/store-discounts.ts';
import { connectShop, emptyShop, type ConnectedShop } from './connected-shop.ts';

const FRAME: DiscountFrame = {
  title: 'Win-back lapsed 1A, to 2099-12-05 (1)',
  startsAt: Date.UTC(2026, 10, 1),
  endsAt: Date.UTC(2099, 11, 5, 22, 59, 59),
  combines: false,
  currency: 'EUR',
  piece: null,
};
const PERCENT: Offer = { kind: 'percentage', percent: 15, minimum: 3000, on: { kind: 'all' } };
const SHIPPING: Offer = { kind: 'free-shipping', minimum: null };

let app: ConnectedShop;
beforeEach(async () => {
  const shop = emptyShop();
  for (let id = 1; id <= 3; id += 1) addCustomer(shop, { id, createdAt: 1 });
  shop.products.set(11, { id: 11, title: 'Tea', type: 'Drinks', vendor: 'Leaf', price: 1290 });
  app = await connectShop(shop, { timeScale: 1000 });
});
afterEach(() => app.close());

const make = async (
  offer: Offer = PERCENT,
  buyers: number[] | 'everybody' = 'everybody',
): Promise<string> => {
  const made = await makeDiscount(app.admin, discountOf(offer, { ...FRAME, piece: 1290 }), 'ANCHOR', buyers);
  if (!made.made) throw new Error(made.reason);
  return made.gid;
};
const only = (): FakeDiscount => {
  const [discount, ...others] = app.shop.discounts.values();
  if (discount === undefined || others.length > 0) throw new Error(`${others.length + 1} discounts`);
  return discount;
};
const came = async (asked: AskedCodes): Promise<number> => {
  if (!asked.asked) throw new Error(asked.reason);
  for (;;) {
    const failed = (await codeCreations(app.admin, [asked.gid])).get(asked.gid);
    if (typeof failed === 'number') return failed;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
};

describe('making a discount', () => {
  it('given a percentage with a least subtotal, then Shopify has just that: single use, once a customer, alone', async () => {
    await make();
    expect(only()).toMatchObject({
      title: FRAME.title,
      startsAt: FRAME.startsAt,
      endsAt: FRAME.endsAt,
      usageLimit: 1,
      oncePerCustomer: true,
      minimum: 3000,
      combinesWith: { orderDiscounts: false, productDiscounts: false, shippingDiscounts: false },
      value: { kind: 'percentage', share: 0.15 },
      items: { kind: 'all' },
      customers: null,
    });
  });

  it('given each other kind of offer, then Shopify has it', async () => {
    for (const [offer, expected] of [
      [SHIPPING, { value: { kind: 'shipping', most: null } }],
      [
        { kind: 'amount', amount: 500, minimum: null, on: { kind: 'collections', ids: [7] } },
        { value: { kind: 'amount', amount: 500, each: false }, items: { kind: 'collections', ids: [7] } },
      ],
      [
        { kind: 'sample', product: 11, minimum: null },
        { value: { kind: 'amount', amount: 1290, each: false }, items: { kind: 'products', ids: [11] } },
      ],
    ] as [Offer, object][]) {
      await make(offer);
      expect(only()).toMatchObject(expected);
      deleteDiscount(app.shop, only().id, Date.now());
    }
    expect(await priceOfPiece(app.admin, 11)).toBe(1290);
    expect(await priceOfPiece(app.admin, 12)).toBeNull();
  });

  it('X7: given an answer that is lost after the commit, then the discount is found by its code and made once', async () => {
    app.shopify.trouble.add({ op: 'CreateDiscount', action: 'timeoutAfterCommit' });
    const gid = await make();
    expect(gid).toBe(`gid://shopify/DiscountCodeNode/${only().id}`);
    expect(await make()).toBe(gid);
  });

  it('given what Shopify refuses, then its words are the reason', async () => {
    const terms = discountOf(PERCENT, { ...FRAME, endsAt: FRAME.startsAt - 1000 });
    const made = await makeDiscount(app.admin, terms, 'ANCHOR', 'everybody');
    expect(made).toEqual({ made: false, reason: 'Ends at needs to be after starts_at' });
  });

  it('given a shop that has not granted write_discounts, then access is denied', async () => {
    app.office.scopes = new Set([...app.office.scopes].filter((scope) => scope !== 'write_discounts'));
    await expect(make()).rejects.toThrow(AccessDenied);
  });
});

describe('who may use it', () => {
  it.each([PERCENT, SHIPPING])(
    'given $kind for one customer, then others are let in, one by one or all',
    async (offer) => {
      const discount = { gid: await make(offer, [1]), kind: offer.kind as 'percentage' | 'free-shipping' };
      expect([...(only().customers ?? [])]).toEqual([1]);
      expect(await letUse(app.admin, discount, [2, 3])).toEqual({ done: true });
      expect([...(only().customers ?? [])]).toEqual([1, 2, 3]);
      expect(await letUse(app.admin, discount, [77])).toMatchObject({ done: false });
      expect(await letUse(app.admin, discount, 'everybody')).toEqual({ done: true });
      expect(only().customers).toBeNull();
    },
  );
});

describe('adding codes', () => {
  it('given codes of which one is taken and one too long, then those fail and say why', async () => {
    const asked = await askForCodes(app.admin, await make(), ['A', 'ANCHOR', 'x'.repeat(256), 'B']);
    expect(await came(asked)).toBe(2);
    const failed = await failedCodes(app.admin, asked.asked ? asked.gid : '');
    expect(failed.map(({ taken, lasting }) => [taken, lasting])).toEqual([
      [true, false],
      [false, true],
    ]);
    expect([...only().codes.keys()]).toEqual(['ANCHOR', 'A', 'B']);
  });

  it('X9: given a fault that passes, then it is told from one that lasts', async () => {
    app.shopify.trouble.add({ op: 'AddCodes', action: 'failCodes', every: 2 });
    const asked = await askForCodes(app.admin, await make(), ['A', 'B', 'C']);
    expect(await came(asked)).toBe(1);
    expect(await failedCodes(app.admin, asked.asked ? asked.gid : '')).toMatchObject([
      { code: 'B', taken: false, lasting: false },
    ]);
  });

  it('X7: given an answer that is lost, then the outcome is unknown, and each code tells whose it is', async () => {
    const gid = await make();
    const codes = Array.from({ length: 25 }, (_, i) => `CODE${i}`);
    app.shopify.trouble.add({ op: 'AddCodes', action: 'timeoutAfterCommit' });
    await expect(askForCodes(app.admin, gid, codes)).rejects.toMatchObject({
      name: Unavailable.name,
      unknownOutcome: true,
    });
    expect(await came(await askForCodes(app.admin, gid, [...codes, 'NEW']))).toBe(25);
    const owners = await ownersOf(app.admin, [...codes, 'NOBODY']);
    expect([...owners].map(([code, owner]) => [code, owner === gid])).toEqual([
      ...codes.map((code) => [code, true]),
      ['NOBODY', false],
    ]);
    expect(app.shopify.calls.of('CodeOwners')).toHaveLength(3);
  });

  it('given a discount that is gone, then it is refused', async () => {
    const gid = await make();
    deleteDiscount(app.shop, only().id, Date.now());
    expect(await askForCodes(app.admin, gid, ['A'])).toMatchObject({ asked: false });
    expect(await endDiscount(app.admin, gid)).toMatchObject({ done: false });
  });
});

describe('X8: a discount as it is now', () => {
  it('given customers and codes that are added, then its terms are the same; given any other change, then they are not', async () => {
    const gid = await make();
    const terms = async (): Promise<string | undefined> => (await discountsNow(app.admin, [gid])).get(gid);
    const first = await terms();
    expect(first).toContain('0.15');
    await letUse(app.admin, { gid, kind: 'percentage' }, [1]);
    await came(await askForCodes(app.admin, gid, ['A']));
    expect(await terms()).toBe(first);
    const { id } = only();
    for (const change of [
      { value: { kind: 'percentage', share: 0.5 } },
      { endsAt: null },
      { minimum: null },
      { usageLimit: null },
      { combinesWith: { orderDiscounts: true, productDiscounts: false, shippingDiscounts: false } },
    ] as const) {
      const before = await terms();
      changeDiscount(app.shop, id, change, Date.now());
      expect(await terms()).not.toBe(before);
    }
    deleteDiscount(app.shop, id, Date.now());
    expect(await terms()).toBeUndefined();
  });

  it('given an end, then no code can be used any more', async () => {
    const gid = await make();
    expect(await endDiscount(app.admin, gid)).toEqual({ done: true });
    expect(await endDiscount(app.admin, gid)).toEqual({ done: true });
    expect(only().endsAt).toBeLessThanOrEqual(Date.now());
  });
});
