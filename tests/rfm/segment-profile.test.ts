import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_RULES, type CountableOrder } from '#app/rfm/order.ts';
import { TEN_SEGMENTS } from '#app/rfm/schemes.ts';
import {
  boughtIndex,
  byIndex,
  byOrders,
  profileSegments,
  type Bought,
  type SegmentProfile,
} from '#app/rfm/segment-profile.ts';

const DAY = 86_400_000;
const AS_OF = 20_000;

type Order = Partial<CountableOrder> & { day: number; total: number; products: number[] | null };
type Customer = { segment: number; orders: Order[] };

const typeOf = (product: number): string | null => (product % 4 === 0 ? null : `Type ${product % 3}`);

/** What the app says of some customers. */
function profiled(customers: readonly Customer[], windowDays: number | null = null): SegmentProfile[] {
  const fold = profileSegments(
    TEN_SEGMENTS.segments,
    {
      asOf: AS_OF,
      windowDays,
      currency: 'EUR',
      rules: DEFAULT_RULES,
      dayOf: (ms) => Math.floor(ms / DAY),
    },
    typeOf,
  );
  for (const [i, { segment, orders }] of customers.entries()) {
    for (const { day, products, ...order } of orders) {
      const whole = {
        customerId: i,
        processedAt: day * DAY,
        cancelledAt: null,
        test: false,
        financialStatus: 'PAID',
        currency: 'EUR',
        refunded: 0,
        ...order,
      } as const;
      fold.add(i, segment, whole, 0, products);
    }
  }
  return fold.finish();
}

/** The same, counted slowly: everything of one kind is looked for again for each figure. */
function slowly(customers: readonly Customer[], windowDays: number | null) {
  const counts = ({ day, cancelledAt, test, total, refunded = 0 }: Order): boolean =>
    day <= AS_OF && cancelledAt == null && test !== true && total - refunded > 0;
  const orders = customers.flatMap(({ segment, orders: all }, customer) =>
    all.filter(counts).map((order) => ({ ...order, customer, segment })),
  );
  const known = orders.filter(
    ({ products, day }) => products !== null && (windowDays === null || day > AS_OF - windowDays),
  );
  const bought = <What>(
    segment: number,
    whatsIn: (products: number[]) => (What | null)[],
  ): Bought<What>[] => {
    const withIt = known.map(({ products, ...order }) => ({ ...order, whats: whatsIn(products ?? []) }));
    const here = withIt.filter((order) => order.segment === segment);
    const whats = new Set(here.flatMap(({ whats: some }) => some).filter((what) => what !== null));
    return [...whats].map((what) => {
      const ofIt = here.filter(({ whats: some }) => some.includes(what));
      return {
        what,
        here: ofIt.length,
        buyers: new Set(ofIt.map(({ customer }) => customer)).size,
        shop: withIt.filter(({ whats: some }) => some.includes(what)).length,
      };
    });
  };
  return TEN_SEGMENTS.segments.map((_, place) => {
    const mine = orders.filter(({ segment }) => segment === place + 1);
    const last = (customer: number): number =>
      Math.max(...mine.filter((order) => order.customer === customer).map(({ day }) => day));
    return {
      customers: new Set(mine.map(({ customer }) => customer)).size,
      atStake: mine
        .filter(({ customer, day }) => last(customer) - day <= 364)
        .reduce((sum, { total, refunded = 0 }) => sum + total - refunded, 0),
      known: known.filter(({ segment }) => segment === place + 1).length,
      knownInShop: known.length,
      products: bought(place + 1, (products) => products.filter((product) => product !== 0)),
      types: bought(place + 1, (products) => products.filter((product) => product !== 0).map(typeOf)),
    };
  });
}

const order: fc.Arbitrary<Order> = fc.record(
  {
    day: fc.integer({ min: AS_OF - 900, max: AS_OF + 3 }),
    total: fc.integer({ min: 0, max: 500 }),
    products: fc.option(fc.array(fc.nat(14), { maxLength: 4 }), { freq: 6 }),
    refunded: fc.nat(60),
    test: fc.nat(9).map((n) => n === 0),
    cancelledAt: fc.option(fc.constant(5), { freq: 1, nil: null }),
  },
  { requiredKeys: ['day', 'total', 'products'] },
);
const customers = fc.array(
  fc.record({ segment: fc.integer({ min: 1, max: 4 }), orders: fc.array(order, { maxLength: 6 }) }),
  { maxLength: 60 },
);

describe('given any customers with their orders', () => {
  it('then what each segment has at stake and buys is what a slow count of every order says', () => {
    fc.assert(
      fc.property(customers, fc.constantFrom(null, 90, 400), (some, windowDays) => {
        const told = profiled(some, windowDays);
        for (const [place, expected] of slowly(some, windowDays).entries()) {
          const { segment, products, types, ...figures } = told[place]!;
          const { products: allProducts, types: allTypes, ...counted } = expected;
          expect(segment).toBe(TEN_SEGMENTS.segments[place]);
          expect(figures).toEqual(counted);
          for (const [found, all] of [
            [products, allProducts],
            [types, allTypes],
          ] as [Bought<unknown>[], Bought<unknown>[]][]) {
            for (const one of found) expect(all).toContainEqual(one);
            expect(byOrders(found)).toEqual(byOrders(all));
            expect(byIndex(found, counted)).toEqual(byIndex(all, counted));
          }
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('given a customer’s last order', () => {
  it('then what was spent on the 364 days before it is at stake, and nothing earlier, inside the window or not', () => {
    const orders = [0, 364, 365, 2000].map((ago, i) => ({
      day: AS_OF - 700 - ago,
      total: 10 ** i,
      products: null,
    }));
    const [champions] = profiled([{ segment: 1, orders }], 900);
    expect(champions).toMatchObject({ customers: 1, atStake: 11, known: 0, products: [], types: [] });
  });
});

describe('given something that fewer than ten customers of a segment bought', () => {
  it('then it is listed by its orders and compared with nothing', () => {
    const buyer = (segment: number, product: number): Customer => ({
      segment,
      orders: [{ day: AS_OF, total: 100, products: [product, product] }],
    });
    const shop = [
      ...Array.from({ length: 9 }, () => buyer(1, 1)),
      ...Array.from({ length: 10 }, () => buyer(1, 2)),
      ...Array.from({ length: 60 }, () => buyer(2, 3)),
    ];
    const { products, ...known } = profiled(shop)[0]!;
    expect(byOrders(products).map(({ what, here }) => [what, here])).toEqual([
      [2, 10],
      [1, 9],
    ]);
    expect(byOrders(products).map((one) => boughtIndex(one, known))).toEqual([10 / 19 / (10 / 79), null]);
    expect(byIndex(products, known).map(({ what }) => what)).toEqual([2]);
  });

  it('when one customer bought it in many orders, then it is still compared with nothing', () => {
    const often = Array.from({ length: 40 }, () => ({ day: AS_OF, total: 100, products: [7] }));
    const { products, ...known } = profiled([{ segment: 1, orders: often }])[0]!;
    expect(products).toEqual([{ what: 7, here: 40, buyers: 1, shop: 40 }]);
    expect(boughtIndex(products[0]!, known)).toBeNull();
  });
});
