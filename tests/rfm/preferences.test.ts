import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  channelOf,
  PREFERENCES,
  preferences,
  type BoughtProduct,
  type Purchase,
} from '#app/rfm/preferences.ts';

const TEA: BoughtProduct = { id: 1, title: 'Oolong', type: 'Tea', vendor: 'Leaf & Co' };
const POT: BoughtProduct = { id: 2, title: 'Pot', type: 'Ware', vendor: 'Clay' };
const GIFT: BoughtProduct = { id: 3, title: 'Gift card', type: ' ', vendor: null };

let orders = 0;
const purchase = (day: number, products: BoughtProduct[], more: Partial<Purchase> = {}): Purchase => ({
  id: ++orders,
  processedAt: day * 86_400_000,
  channel: 'online-store',
  company: false,
  products,
  ...more,
});

describe('what a customer prefers', () => {
  it('given no orders, then nothing', () => {
    expect(preferences([])).toEqual({
      channel: null,
      type: null,
      vendor: null,
      product: null,
      orders: 0,
      population: null,
    });
  });

  it('given five orders, three of them with tea, then tea in 3 of 5 orders', () => {
    const found = preferences([
      purchase(1, [TEA, POT]),
      purchase(2, [TEA, TEA]),
      purchase(3, [POT], { channel: 'pos' }),
      purchase(4, [TEA]),
      purchase(5, [GIFT], { channel: null }),
    ]);
    expect(found).toMatchObject({
      channel: { what: 'online-store', orders: 3, of: 4 },
      type: { what: 'Tea', orders: 3, of: 5 },
      vendor: { what: 'Leaf & Co', orders: 3, of: 5 },
      product: { what: 'Oolong', orders: 3, of: 5 },
      orders: 5,
    });
  });

  it('given even counts, then what was bought last', () => {
    expect(preferences([purchase(9, [POT]), purchase(7, [TEA])])).toMatchObject({
      type: { what: 'Ware', orders: 1, of: 2 },
      product: { what: 'Pot' },
    });
  });

  it('given two products of the same title, then they are not one', () => {
    const other = { ...TEA, id: 4 };
    const found = preferences([
      purchase(1, [TEA]),
      purchase(2, [other]),
      purchase(3, [POT]),
      purchase(4, [POT]),
    ]);
    expect(found.product).toEqual({ what: 'Pot', orders: 2, of: 4 });
    expect(found.type).toEqual({ what: 'Ware', orders: 2, of: 4 });
  });

  it('given any orders in any order, then no thing is in more orders, and of even ones none was bought later', () => {
    const product = fc.record({
      id: fc.integer({ min: 1, max: 5 }),
      title: fc.constant('x'),
      type: fc.option(fc.constantFrom('a', 'b', 'c', ''), { nil: null }),
      vendor: fc.option(fc.constantFrom('v', 'w'), { nil: null }),
    });
    const any = fc.array(
      fc.record({
        id: fc.integer({ min: 1, max: 1_000 }),
        processedAt: fc.integer({ min: 0, max: 6 }),
        channel: fc.option(fc.constantFrom('pos', 'web', 'shop'), { nil: null }),
        company: fc.boolean(),
        products: fc.array(product, { maxLength: 4 }),
      }),
      { maxLength: 12 },
    );
    const kindsIn: Record<(typeof PREFERENCES)[number], (one: Purchase) => (string | null)[]> = {
      channel: ({ channel }) => [channel],
      type: ({ products }) => products.map(({ type }) => type || null),
      vendor: ({ products }) => products.map(({ vendor }) => vendor),
      product: ({ products }) => products.map(({ id }) => String(id)),
    };
    fc.assert(
      fc.property(any, fc.integer(), (given, turn) => {
        const found = preferences(given);
        const at = given.length === 0 ? 0 : Math.abs(turn) % given.length;
        expect(preferences([...given.slice(at), ...given.slice(0, at)])).toEqual(found);
        for (const kind of PREFERENCES) {
          const withIt = (what: string) => given.filter((one) => kindsIn[kind](one).includes(what));
          const all = [...new Set(given.flatMap(kindsIn[kind]))].filter((what) => what !== null);
          const rank = (what: string): [number, number] => [
            withIt(what).length,
            Math.max(...withIt(what).map(({ processedAt }) => processedAt)),
          ];
          const best = all.toSorted((a, b) => {
            const [[ordersA, lastA], [ordersB, lastB]] = [rank(a), rank(b)];
            return ordersB - ordersA || lastB - lastA || (a < b ? -1 : 1);
          })[0];
          if (best === undefined) expect(found[kind]).toBeNull();
          else expect(found[kind]?.orders).toBe(withIt(best).length);
          if (best !== undefined && kind !== 'product') expect(found[kind]?.what).toBe(best);
        }
      }),
    );
  });
});

describe('the channel of an order', () => {
  it('given what Shopify attributes it to, then that, and otherwise the name of its source', () => {
    expect(channelOf('shop', 'web')).toBe('shop');
    expect(channelOf(null, 'web')).toBe('online-store');
    expect(channelOf('online_store', null)).toBe('online-store');
    expect(channelOf(' ', 'iphone')).toBe('pos');
    expect(channelOf(null, 'Amazon')).toBe('Amazon');
    expect(channelOf(null, '')).toBeNull();
    expect(channelOf('constructor', null)).toBe('constructor');
  });
});
