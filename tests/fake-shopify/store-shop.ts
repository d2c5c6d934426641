import { announce, type FakeShop } from './store.ts';

/** Changes the shop's currency: orders placed from now on are told in it, those before keep theirs. */
export function changeCurrency(shop: FakeShop, currency: string, at: number): void {
  shop.currency = currency;
  announce(shop, { kind: 'shop-updated', at });
}

/** Moves the shop to another time zone. */
export function changeTimeZone(shop: FakeShop, timeZone: string, at: number): void {
  shop.timeZone = timeZone;
  announce(shop, { kind: 'shop-updated', at });
}
