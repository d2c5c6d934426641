import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { earningsOf, type EarningsNode } from '#app/shopify/order-earnings.server.ts';

const euros = (minor: number) => ({
  shopMoney: { amount: (minor / 100).toFixed(2), currencyCode: 'EUR' },
});

/** An order of goods at a listed price less a discount, with shipping that was paid or given; minor units. */
function order(
  sold: { price: number; discount: number; shipping: number; given: boolean },
  tax: number,
  taxesIncluded: boolean,
): EarningsNode {
  const shown = sold.price - sold.discount + (sold.given ? 0 : sold.shipping);
  const taxed = Math.round(taxesIncluded ? (shown * tax) / (1 + tax) : shown * tax);
  return {
    id: 'gid://shopify/Order/5',
    updatedAt: '2026-11-01T00:00:00Z',
    taxesIncluded,
    totalPriceSet: euros(taxesIncluded ? shown : shown + taxed),
    subtotalPriceSet: euros(sold.price - sold.discount),
    totalTaxSet: euros(taxed),
    totalShippingPriceSet: euros(sold.shipping),
    totalDiscountsSet: euros(sold.discount + (sold.given ? sold.shipping : 0)),
    lineItems: { nodes: [], pageInfo: { hasNextPage: false } },
  };
}

it('given prices with tax, then goods, discount and given shipping are what they are without', () => {
  const sold = { price: 11_900, discount: 2_380, shipping: 595, given: true };
  expect(earningsOf(order(sold, 0.19, true))).toMatchObject({
    goods: 8_000,
    discount: 2_500,
    givenShipping: 500,
  });
});

it('given any order, then it earned the same whether its prices hold the tax or tax is added to them', () => {
  const money = fc.integer({ min: 0, max: 200_000 });
  fc.assert(
    fc.property(
      fc.integer({ min: 1_000, max: 500_000 }),
      fc.double({ min: 0, max: 0.9, noNaN: true }),
      money,
      fc.boolean(),
      fc.constantFrom(0, 0.05, 0.1, 0.19, 0.25),
      (price, off, shipping, given, tax) => {
        const discount = Math.floor(price * off);
        const net = { price, discount, shipping, given };
        const gross = {
          price: Math.round(price * (1 + tax)),
          discount: Math.round(discount * (1 + tax)),
          shipping: Math.round(shipping * (1 + tax)),
          given,
        };
        const [one, other] = [earningsOf(order(net, tax, false)), earningsOf(order(gross, tax, true))];
        for (const key of ['goods', 'discount', 'givenShipping'] as const) {
          // To the cent, but for cents of tax that were rounded and are shared out.
          expect(Math.abs(one[key] - other[key])).toBeLessThanOrEqual(2 + one[key] / 150);
        }
      },
    ),
  );
});

it('given an order that came to nothing, then what it would have cost is its discount', () => {
  const sold = { price: 5_000, discount: 5_000, shipping: 400, given: true };
  expect(earningsOf(order(sold, 0.19, true))).toMatchObject({
    goods: 0,
    discount: 5_400,
    givenShipping: 400,
  });
});
