import type { GeneratorShares } from './generator.ts';
import { fromEuro, presentmentRates, type PricedProduct } from './generator-products.ts';
import type { RandomSource } from './generator-random.ts';
import type { FakeCustomer } from './store-customers.ts';
import {
  editOrder,
  placeOrder,
  type FakeLineItem,
  type FinancialStatus,
  type Visits,
} from './store-orders.ts';
import { takeId, type FakeShop } from './store.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Why an order is in the shop: a real purchase, or one of the kinds that counting leaves out. */
export type OrderKind = 'purchase' | 'guest' | 'test' | 'cancelled' | 'unpaid' | 'free';

/** Where and how generously one customer buys. */
export type Taste = { readonly basket: number; readonly inStore: boolean; readonly companyId: number | null };

/** Fills a shop with orders; `until` is the last instant anything can have happened, visits led to orders online. */
export function orderWriter(
  shop: FakeShop,
  random: RandomSource,
  products: readonly PricedProduct[],
  shares: GeneratorShares,
  until: number,
  nextVisits: () => Visits | null,
) {
  const abroad = presentmentRates(shop.currency);
  const shipping = fromEuro(4.9, shop.currency);

  return function write(kind: OrderKind, createdAt: number, customer: FakeCustomer | null, taste: Taste) {
    const lineItems = lines(shop, random, products, taste);
    const goods = lineItems.reduce((sum, line) => sum + line.amount, 0);
    const pos = taste.inStore && random.chance(0.9);
    const company = customer !== null && random.chance(0.8) ? taste.companyId : null;
    const coded = random.chance(shares.discounted);
    const total = kind === 'free' ? 0 : Math.round(goods * (coded ? 0.9 : 1)) + (pos ? 0 : shipping);
    const foreign = !pos && company === null && random.chance(shares.abroad) ? random.pick(abroad) : null;
    const source = pos ? 'pos' : company === null ? 'web' : 'shopify_draft_order';
    const order = placeOrder(shop, {
      customerId: customer?.id ?? null,
      createdAt,
      // A till that was offline sends its orders later than they were paid.
      ...(pos && random.chance(0.05)
        ? { processedAt: createdAt - Math.floor((random.next() * HOUR_MS) / 1000) * 1000 }
        : {}),
      test: kind === 'test',
      financialStatus:
        kind === 'unpaid' ? unpaid(random) : company && random.chance(0.05) ? 'PARTIALLY_PAID' : 'PAID',
      sourceName: source,
      attribution: pos
        ? 'pos'
        : company === null
          ? random.pick(['online_store', 'online_store', 'shop'])
          : 'b2b',
      total,
      tax: Math.round(total / 6),
      shipping: pos || kind === 'free' ? 0 : shipping,
      discount: kind === 'free' ? goods : coded ? goods - Math.round(goods * 0.9) : 0,
      ...(coded ? { discountCodes: [random.pick(['WELCOME10', 'TEA10', 'AUTUMN10'])] } : {}),
      ...(kind === 'free' ? { discountCodes: ['GIFT100'] } : {}),
      companyId: company,
      ...(foreign === null ? {} : { presentmentCurrency: foreign.currency, presentmentRate: foreign.rate }),
      lineItems,
    });
    if (order.attribution === 'online_store') order.visits = nextVisits();
    if (kind === 'cancelled') {
      order.cancelledAt = later(random, createdAt, 1);
      order.updatedAt = order.cancelledAt;
      if (random.chance(0.5)) order.financialStatus = 'VOIDED';
      return;
    }
    if (random.chance(shares.edited)) {
      const editedAt = later(random, createdAt, 1);
      const kept = lineItems.length > 1 ? lineItems.slice(0, -1) : lineItems;
      const removed = goods - kept.reduce((sum, line) => sum + line.amount, 0);
      editOrder(shop, order.id, { total: Math.max(0, total - removed), lineItems: kept }, editedAt);
    }
    if (kind === 'purchase') refundSome(order.id, order.total, createdAt);
  };

  function refundSome(id: number, total: number, createdAt: number): void {
    const full = random.chance(shares.refundedFully);
    if (!full && !random.chance(shares.refundedPartly)) return;
    const at = later(random, createdAt, 35);
    const amount = full ? total : Math.round(total * (0.15 + 0.6 * random.next()));
    const order = shop.orders.get(id);
    if (order === undefined || at === until || amount === 0) return;
    order.refunds = [{ id: takeId(shop), createdAt: at, amount }];
    order.financialStatus = amount === total ? 'REFUNDED' : 'PARTIALLY_REFUNDED';
    order.updatedAt = at;
  }

  function later(random: RandomSource, from: number, days: number): number {
    return Math.min(until, from + Math.ceil((random.next() * days * DAY_MS) / 1000) * 1000);
  }
}

function lines(
  shop: FakeShop,
  random: RandomSource,
  products: readonly PricedProduct[],
  taste: Taste,
): readonly FakeLineItem[] {
  const count = 1 + Math.floor(random.exponential(1 / taste.basket));
  return Array.from({ length: Math.min(count, 6) }, () => {
    const { product, price } = random.pick(products);
    const quantity = random.chance(0.8) ? 1 : random.int(2, taste.companyId === null ? 3 : 12);
    return {
      id: takeId(shop),
      productId: product.id,
      title: product.title,
      vendor: product.vendor,
      quantity,
      amount: quantity * price,
    };
  });
}

function unpaid(random: RandomSource): FinancialStatus {
  return random.pick(['PENDING', 'PENDING', 'PENDING', 'AUTHORIZED', 'EXPIRED', 'VOIDED'] as const);
}
