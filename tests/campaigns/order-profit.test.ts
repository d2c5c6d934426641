import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderProfit } from '#app/campaigns/order-profit.ts';

describe('what an order earns', () => {
  it('given no costs in Shopify, then it is the margin of the price, less the discount', () => {
    const order = { amount: 10_000, passedOn: 1_000, discount: 0, cost: null };
    expect(orderProfit(order, 0.4)).toBe(3_600);
    expect(orderProfit({ ...order, amount: 9_000, discount: 1_000 }, 0.4)).toBe(2_600);
  });

  it('given the cost of the products, then it is what is left after them', () => {
    expect(orderProfit({ amount: 9_000, passedOn: 1_000, discount: 1_000, cost: 6_500 }, 0.4)).toBe(1_500);
    expect(orderProfit({ amount: 5_000, passedOn: 0, discount: 0, cost: 6_000 }, 0.4)).toBe(-1_000);
  });

  it('given any order, then a discount costs what it took off', () => {
    const money = fc.integer({ min: 0, max: 1_000_000 });
    fc.assert(
      fc.property(money, money, fc.double({ min: 0, max: 1, noNaN: true }), (price, off, margin) => {
        const discount = Math.min(price, off);
        const full = orderProfit({ amount: price, passedOn: 0, discount: 0, cost: null }, margin);
        const cut = orderProfit({ amount: price - discount, passedOn: 0, discount, cost: null }, margin);
        expect(Math.abs(full - cut - discount)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
