import type { RandomSource } from './generator-random.ts';
import type { ShopTruth } from './generator.ts';
import { checkOut } from './checkout.ts';
import type { FakeShop } from './store.ts';

const DAY_MS = 86_400_000;
const SHIPPING = 490;

/** What a shopper was handed over most lately, null = nothing. */
export type HandedOver = {
  readonly offer: 'none' | 'free-shipping' | 'percentage';
  readonly code: string | null;
};

/** How much of a shopper's response to a discount there is to what costs the shop less. */
const PULL = { none: 0.15, 'free-shipping': 0.5, percentage: 1 } as const;

/**
 * Shoppers who live on for some days up to `until`, each as is true of it: they order as they would have anyway, and
 * some for what they were handed over, with its code.
 * @param handed by customer; whoever is asked about and has none was handed nothing over
 * @returns who ordered
 */
export function shopOn(
  shop: FakeShop,
  truth: ShopTruth,
  random: RandomSource,
  handed: ReadonlyMap<number, HandedOver | null>,
  days: number,
  until: number,
): Set<number> {
  const places = new Map([...shop.customers.keys()].map((id, place) => [id, place]));
  const products = [...shop.products.values()].filter(({ price }) => (price ?? 0) > 0);
  const ordered = new Set<number>();
  for (const [customerId, given] of handed) {
    const place = places.get(customerId) ?? -1;
    const rate = truth.repurchaseRate[place] ?? 0;
    // Who seems lost comes back now and then.
    const byThemselves = 1 - Math.exp(-(rate * 0.4 + 0.0005) * days);
    const response = given === null ? 0 : (truth.offerResponse[place] ?? 0) * PULL[given.offer];
    const forOffer = random.chance(response);
    if (!random.chance(byThemselves) && !forOffer) continue;
    ordered.add(customerId);
    const lines = Array.from({ length: random.int(1, 3) }, () => {
      const { id, price = 0 } = random.pick(products);
      return { productId: id, quantity: 1, price };
    });
    const at = until - Math.floor(random.next() * days * DAY_MS * 0.9);
    const basket = { customerId, lines, shipping: SHIPPING, at };
    const codes = given?.code === null || given === null ? [] : [given.code];
    if ('refused' in checkOut(shop, { ...basket, codes })) checkOut(shop, basket);
  }
  return ordered;
}
