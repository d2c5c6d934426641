import { plainModel, typeModel } from './model.ts';
import type { FakeOrder } from './store-orders.ts';

/** An amount of an order: minor units of the order's currency. */
export type OrderAmount = { readonly minor: number; readonly order: FakeOrder };

export const moneyBag = typeModel<OrderAmount>({
  shopMoney: ({ minor, order }) => money(minor, order.currency),
  presentmentMoney: ({ minor, order }) => {
    const scale = 10 ** (digits(order.presentmentCurrency) - digits(order.currency));
    return money(Math.round(minor * order.presentmentRate * scale), order.presentmentCurrency);
  },
});

export const moneyV2 = plainModel('amount', 'currencyCode');

/** MoneyV2 of an amount in minor units. */
export function money(minor: number, currencyCode: string): { amount: string; currencyCode: string } {
  return { amount: decimal(minor, digits(currencyCode)), currencyCode };
}

/** Shopify's Decimal: no needless zeros, but always one digit after the point ("12.5", "10.0"). */
function decimal(minor: number, fraction: number): string {
  const text = String(Math.abs(minor)).padStart(fraction + 1, '0');
  const whole = text.slice(0, text.length - fraction);
  const rest = text.slice(text.length - fraction).replace(/0+$/, '');
  return `${minor < 0 ? '-' : ''}${whole}.${rest === '' ? '0' : rest}`;
}

const known = new Map<string, number>();

/** Digits of a currency's minor unit. */
export function digits(currency: string): number {
  let count = known.get(currency);
  if (count === undefined) {
    count =
      new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ??
      2;
    known.set(currency, count);
  }
  return count;
}
