import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_RULES, type CountableOrder } from '#app/rfm/order.ts';
import { foldPopulations, populationOf } from '#app/rfm/population.ts';

const AS_OF = 100;
const RULES = { asOf: AS_OF, currency: 'EUR', rules: DEFAULT_RULES, dayOf: (instant: number) => instant };

const order = fc.record({
  customerId: fc.option(fc.integer({ min: 1, max: 4 }), { nil: null, freq: 9 }),
  processedAt: fc.integer({ min: 80, max: 102 }),
  cancelledAt: fc.option(fc.constant(1), { nil: null, freq: 2 }),
  test: fc.boolean(),
  financialStatus: fc.constantFrom('PAID', 'PENDING', 'REFUNDED'),
  currency: fc.constantFrom('EUR', 'EUR', 'USD'),
  total: fc.integer({ min: 0, max: 5 }),
  refunded: fc.constant(0),
}) as fc.Arbitrary<CountableOrder>;
const bought = fc.record({ order, company: fc.boolean(), till: fc.boolean() });

describe('who buys for a company', () => {
  it.each([
    [[], null],
    [[false, false], 'b2c'],
    [[true], 'b2b'],
    [[true, false], 'mixed'],
  ])('given company purchases %j, then %s', (companies, population) => {
    expect(populationOf(companies.map((company) => ({ company })))).toBe(population);
  });

  it('given any orders in any order, of companies and at the till, then only those that count in the window decide, customer by customer', () => {
    fc.assert(
      fc.property(fc.array(bought, { maxLength: 30 }), fc.constantFrom(null, 10), (orders, windowDays) => {
        const fold = foldPopulations({ ...RULES, windowDays });
        for (const one of orders.toReversed()) fold.add(one.order, one, 0);
        const counts = ({ order: o }: { order: CountableOrder }): boolean =>
          o.processedAt <= AS_OF &&
          (windowDays === null || o.processedAt > AS_OF - windowDays) &&
          !o.test &&
          o.cancelledAt === null &&
          o.financialStatus === 'PAID' &&
          o.currency === 'EUR' &&
          o.total > 0;
        const expected = [1, 2, 3, 4].flatMap((id) => {
          const its = orders.filter((one) => one.order.customerId === id).filter(counts);
          const population = populationOf(its);
          if (population === 'b2b' || population === 'mixed') return [[id, population]];
          return its.length > 0 && its.every(({ till }) => till) ? [[id, 'pos']] : [];
        });
        expect([...fold.finish()].sort(([a], [b]) => a - b)).toEqual(expected);
      }),
    );
  });
});
