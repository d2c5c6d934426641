import { minorUnitDigits } from '#app/rfm/money.ts';
import { takeId, type FakeProduct, type FakeShop } from './store.ts';

/** Its products have no cost in Shopify. */
const UNCOSTED = 'Kiln Street';

/** Price in euro cents; popularity is relative. */
const CATALOGUE: readonly (readonly [
  title: string,
  type: string,
  vendor: string,
  cents: number,
  weight: number,
])[] = [
  ['House blend, 250 g', 'Coffee', 'Morning Row Roasters', 990, 10],
  ['House blend, 1 kg', 'Coffee', 'Morning Row Roasters', 3290, 6],
  ['Decaf, 250 g', 'Coffee', 'Morning Row Roasters', 1090, 4],
  ['Ethiopia Guji, 250 g', 'Coffee', 'Morning Row Roasters', 1390, 7],
  ['Colombia Huila, 250 g', 'Coffee', 'Morning Row Roasters', 1250, 6],
  ['Kenya AA, 250 g', 'Coffee', 'Kiambu Growers', 1490, 4],
  ['Espresso dark, 500 g', 'Coffee', 'Morning Row Roasters', 1790, 8],
  ['Sencha, 100 g', 'Tea', 'Leaf & Slope', 1150, 6],
  ['Gyokuro, 50 g', 'Tea', 'Leaf & Slope', 2490, 2],
  ['Darjeeling first flush, 100 g', 'Tea', 'Leaf & Slope', 1690, 4],
  ['Earl Grey, 100 g', 'Tea', 'Leaf & Slope', 890, 6],
  ['Oolong Ali Shan, 50 g', 'Tea', 'Ali Shan Gardens', 1990, 3],
  ['Peppermint, 80 g', 'Herbal tea', 'Leaf & Slope', 690, 5],
  ['Rooibos vanilla, 100 g', 'Herbal tea', 'Leaf & Slope', 750, 4],
  ['Paper filters, 100', 'Accessories', 'Dripworks', 590, 6],
  ['Pour-over dripper', 'Accessories', 'Dripworks', 2400, 3],
  ['Hand grinder', 'Accessories', 'Dripworks', 8900, 1],
  ['Gooseneck kettle', 'Accessories', 'Dripworks', 6900, 1],
  ['Stoneware mug', 'Accessories', 'Kiln Street', 1800, 4],
  ['Teapot, 0.7 l', 'Accessories', 'Kiln Street', 3900, 2],
  ['Tasting box', 'Gift', 'Morning Row Roasters', 2900, 3],
  ['Tea sampler', 'Gift', 'Leaf & Slope', 2200, 3],
];

/** Units of each currency per euro; the exact day does not matter, only that they differ. */
const PER_EURO: Readonly<Record<string, number>> = {
  EUR: 1,
  USD: 1.09,
  GBP: 0.86,
  CHF: 0.95,
  NZD: 1.82,
  JPY: 162,
  KRW: 1500,
  TWD: 35,
};

export type PricedProduct = { readonly product: FakeProduct; readonly price: number };

/** Stocks a shop; returns each product with its price, popular ones several times, to pick from evenly. */
export function stockProducts(shop: FakeShop): readonly PricedProduct[] {
  const unit = unitsPerEuro(shop.currency) * 10 ** minorUnitDigits(shop.currency);
  return CATALOGUE.flatMap(([title, type, vendor, cents, weight]) => {
    const price = Math.round((cents / 100) * unit);
    // Of one vendor's goods nobody entered what they cost.
    const cost = vendor === UNCOSTED ? null : Math.round(price * 0.42);
    const product = { id: takeId(shop), title, type, vendor, price, cost };
    shop.products.set(product.id, product);
    return Array.from({ length: weight }, () => ({ product, price }));
  });
}

/** What buyers may pay in besides the shop's own currency, with presentment units per shop unit. */
export function presentmentRates(shopCurrency: string): readonly { currency: string; rate: number }[] {
  return ['EUR', 'USD', 'GBP', 'CHF']
    .filter((currency) => currency !== shopCurrency)
    .map((currency) => ({ currency, rate: unitsPerEuro(currency) / unitsPerEuro(shopCurrency) }));
}

/**
 * What an amount of euro is in minor units of another currency.
 * @throws RangeError for a currency the generator has no rate for
 */
export function fromEuro(euro: number, currency: string): number {
  return Math.round(euro * unitsPerEuro(currency) * 10 ** minorUnitDigits(currency));
}

function unitsPerEuro(currency: string): number {
  const rate = PER_EURO[currency];
  if (rate === undefined) throw new RangeError(`no generated shop in ${currency}`);
  return rate;
}
