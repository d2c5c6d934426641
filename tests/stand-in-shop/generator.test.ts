import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generateShop, type GeneratorOptions } from '#tests/fake-shopify/generator.ts';
import { readOrderCsv } from '#tests/fake-shopify/order-csv.ts';
import { shopFromExport } from '#tests/fake-shopify/order-csv-shop.ts';
import { writeOrderCsv } from '#tests/fake-shopify/order-csv-write.ts';
import { refundedOf, type FakeOrder } from '#tests/fake-shopify/store-orders.ts';
import type { FakeShop } from '#tests/fake-shopify/store.ts';

const UNTIL = Date.UTC(2026, 10, 21, 12);
const DAY = 86_400_000;
const shop = (changes: Partial<GeneratorOptions> = {}) =>
  generateShop({
    domain: 'made.myshopify.com',
    name: 'Made',
    currency: 'EUR',
    timeZone: 'Europe/Berlin',
    seed: 20,
    customers: 2400,
    until: UNTIL,
    ...changes,
  });

const PAID = new Set(['PAID', 'PARTIALLY_PAID', 'PARTIALLY_REFUNDED']);
const counts = (order: FakeOrder) =>
  order.customerId !== null &&
  !order.test &&
  order.cancelledAt === null &&
  PAID.has(order.financialStatus) &&
  order.total > refundedOf(order);

function buyers(of: FakeShop): Map<number, number> {
  const orders = new Map<number, number>();
  for (const order of of.orders.values()) {
    if (order.customerId !== null && counts(order)) {
      orders.set(order.customerId, (orders.get(order.customerId) ?? 0) + 1);
    }
  }
  return orders;
}

describe('a generated shop', () => {
  it('is the same for the same seed and another for another', () => {
    const text = (seed: number) => JSON.stringify([...shop({ seed, customers: 200 }).shop.orders.values()]);
    expect(text(1)).toBe(text(1));
    expect(text(1)).not.toBe(text(2));
  });

  it.each([0.78, 0.82, 0.5])('has about the share of one-time buyers it was asked for: %d', (oneTime) => {
    const orders = [...buyers(shop({ shares: { oneTime }, customers: 6000 }).shop).values()];
    expect(orders.filter((n) => n === 1).length / orders.length).toBeCloseTo(oneTime, 1);
  });

  it('is ready for scores as the default demo: enough buyers, days, recent orders and repeat buyers', () => {
    const made = shop().shop;
    const orders = buyers(made);
    const instants = [...made.orders.values()].filter(counts).map(({ processedAt }) => processedAt);
    expect(orders.size).toBeGreaterThanOrEqual(500);
    expect(Math.max(...instants) - Math.min(...instants)).toBeGreaterThan(180 * DAY);
    expect(UNTIL - Math.max(...instants)).toBeLessThan(2 * DAY);
    expect([...orders.values()].filter((n) => n >= 3).length / orders.size).toBeGreaterThan(0.05);
  });

  it('holds every kind of order and customer that counting, segments and channels must tell apart', () => {
    const { orders, customers, companies } = shop().shop;
    const all = [...orders.values()];
    const people = [...customers.values()];
    const kinds: Record<string, boolean> = {
      guest: all.some((o) => o.customerId === null),
      test: all.some((o) => o.test),
      cancelled: all.some((o) => o.cancelledAt !== null),
      pending: all.some((o) => o.financialStatus === 'PENDING'),
      free: all.some((o) => o.total === 0),
      'partly refunded, later': all.some((o) => o.refunds.some((r) => r.createdAt > o.createdAt + DAY)),
      'fully refunded': all.some((o) => o.financialStatus === 'REFUNDED' && refundedOf(o) === o.total),
      edited: all.some((o) => o.updatedAt > o.createdAt && o.refunds.length === 0 && o.cancelledAt === null),
      pos: all.some((o) => o.sourceName === 'pos'),
      'came by way of others': all.some((o) => o.visits?.first === 'Google' && o.visits.last === 'direct'),
      'no visit known, or the first only':
        all.some((o) => o.attribution === 'online_store' && o.visits === null) &&
        all.some((o) => o.visits?.last === null),
      'no visit before a till or a draft': all.every((o) => o.sourceName === 'web' || o.visits === null),
      company: all.some((o) => o.companyId !== null && companies.has(o.companyId)),
      'another currency shown': all.some((o) => o.presentmentCurrency !== 'EUR' && o.presentmentRate !== 1),
      'discount code': all.some((o) => o.discountCodes.length > 0),
      'processed before created': all.some((o) => o.processedAt < o.createdAt),
      'no order': people.some((c) => !all.some((o) => o.customerId === c.id)),
      'foreign tag under our prefix': people.some((c) => c.tags.includes('rfm:vip-friends')),
      'adopted tag': people.some((c) => c.tags.includes('RFM:Champions')),
      subscribed: people.some((c) => c.emailState === 'SUBSCRIBED' && c.smsState === 'SUBSCRIBED'),
      'mixed case e-mail': people.some((c) => c.email !== c.email?.toLowerCase()),
    };
    expect(Object.keys(kinds).filter((kind) => !kinds[kind])).toEqual([]);
  });

  it('never reaches past its end, and numbers orders as they came', () => {
    const all = [...shop().shop.orders.values()];
    expect(all.every((o) => o.updatedAt <= UNTIL && o.refunds.every((r) => r.createdAt <= UNTIL))).toBe(true);
    expect(all.every((o, i) => i === 0 || o.createdAt >= (all[i - 1]?.createdAt ?? 0))).toBe(true);
  });

  it('buys at the rate that is true of its customers', () => {
    const { shop: made, truth } = shop({ customers: 6000, shares: { withoutOrders: 0 } });
    const ids = [...made.customers.keys()];
    const orders = buyers(made);
    let expected = 0;
    let seen = 0;
    for (const [i, id] of ids.entries()) {
      if (truth.active[i] !== 1) continue;
      const days = (UNTIL - (made.customers.get(id)?.createdAt ?? 0)) / DAY;
      expected += (truth.repurchaseRate[i] ?? 0) * days;
      seen += Math.max(0, (orders.get(id) ?? 0) - 1);
    }
    // Those who never dropped out are a little luckier than their rate: longer gaps met the end first.
    expect(seen / expected).toBeGreaterThan(0.75);
    expect(seen / expected).toBeLessThan(1.1);
    expect(truth.offerResponse.every((p) => p >= 0 && p <= 1)).toBe(true);
  });

  it('works in currencies without decimals, and refuses one it has no prices for', () => {
    const amounts = [...shop({ currency: 'KRW', customers: 50 }).shop.orders.values()].map(
      ({ total }) => total,
    );
    expect(Math.max(...amounts)).toBeGreaterThan(10_000);
    expect(() => shop({ currency: 'XXX' })).toThrow(RangeError);
  });

  it('comes back from an order export with the same orders of the same customers', async () => {
    const made = shop({
      timeZone: 'Pacific/Auckland',
      currency: 'NZD',
      shares: { oneTime: 0.82, test: 0 },
    }).shop;
    const folder = mkdtempSync(join(tmpdir(), 'export-'));
    const path = join(folder, 'orders.csv.gz');
    await writeOrderCsv(made, path);
    const again = shopFromExport(await readOrderCsv(path), { ...made });
    rmSync(folder, { recursive: true });
    const essence = (of: FakeShop) =>
      [...of.orders.values()].map((o) => [
        o.name,
        o.customerId === null ? null : of.customers.get(o.customerId)?.email?.toLowerCase(),
        o.financialStatus,
        o.total,
        refundedOf(o),
        o.processedAt,
        o.cancelledAt,
        o.lineItems.length,
      ]);
    expect(essence(again)).toEqual(essence(made));
  });
});
