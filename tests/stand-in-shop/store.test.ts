import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { array, assert, asyncProperty, nat, property, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvRow, customersCsv } from '#tests/fake-shopify/export-csv.ts';
import { generateShop } from '#tests/fake-shopify/generator.ts';
import { APP_NAMESPACE } from '#tests/fake-shopify/metafield-rules.ts';
import {
  addCustomer,
  addTags,
  deleteCustomer,
  deleteMetafield,
} from '#tests/fake-shopify/store-customers.ts';
import { MAX_TAGS, mergeCustomers, removeTags, setConsent } from '#tests/fake-shopify/store-customers.ts';
import { setMetafield } from '#tests/fake-shopify/store-customers.ts';
import * as discounts from '#tests/fake-shopify/store-discounts.ts';
import { keepJournal, loadShop, saveShop } from '#tests/fake-shopify/store-journal.ts';
import { cancelOrder, deleteOrder, editOrder, payOrder } from '#tests/fake-shopify/store-orders.ts';
import { placeOrder, refundedOf, refundOrder } from '#tests/fake-shopify/store-orders.ts';
import { createShop, type FakeShop, type ShopChange } from '#tests/fake-shopify/store.ts';

const made = (): FakeShop =>
  generateShop({
    domain: 'made.myshopify.com',
    name: 'Made',
    currency: 'EUR',
    timeZone: 'UTC',
    seed: 3,
    customers: 25,
    until: Date.UTC(2026, 10, 21),
  }).shop;
const empty = () =>
  createShop({ domain: 'e.myshopify.com', name: 'E', currency: 'EUR', timeZone: 'UTC', createdAt: 0 });

const TERMS: discounts.DiscountTerms = {
  title: 'Ten off',
  startsAt: 0,
  endsAt: null,
  usageLimit: 1,
  oncePerCustomer: true,
  combinesWith: { orderDiscounts: false, productDiscounts: false, shippingDiscounts: true },
  minimum: null,
  value: { kind: 'percentage', share: 0.1 },
  items: { kind: 'all', ids: [] },
  customers: null,
};

/** One change of a random kind to a random order or customer; what the shop refuses leaves it as it was. */
function change(shop: FakeShop, kind: number, pick: number, at: number): void {
  const orders = [...shop.orders.keys()];
  const customers = [...shop.customers.keys()];
  const order = orders[pick % orders.length] ?? 0;
  const customer = customers[pick % customers.length] ?? 0;
  const other = customers[(pick + 1) % customers.length] ?? 0;
  const discount = [...shop.discounts.keys()][pick % shop.discounts.size] ?? 0;
  const code = [...shop.codes.keys()][pick % shop.codes.size] ?? 'NONE';
  const terms = { ...TERMS, customers: pick % 2 === 0 ? null : new Set([customer, other]) };
  const changes = [
    () => discounts.addDiscount(shop, terms, `D${pick}`, at),
    () => discounts.changeDiscount(shop, discount, { endsAt: at + pick }, at),
    () => discounts.deleteDiscount(shop, discount, at),
    () => discounts.addCodes(shop, discount, [`a${pick}`, `b${pick}`], at),
    () => discounts.removeCode(shop, code, at),
    () => discounts.useCode(shop, code, customer, at),
    () => placeOrder(shop, { customerId: customer, total: 100, createdAt: at }),
    () => editOrder(shop, order, { total: 50_000 }, at),
    () => payOrder(shop, order, at),
    () => refundOrder(shop, order, 1, at),
    () => cancelOrder(shop, order, at),
    () => deleteOrder(shop, order, at),
    () => mergeCustomers(shop, customer, other, at),
    () => deleteCustomer(shop, customer, at),
    () => addCustomer(shop, { createdAt: at }),
    () => addTags(shop, customer, [`t${pick}`], at),
    () => removeTags(shop, customer, [`T${pick}`], at),
    () => setMetafield(shop, customer, { namespace: 'n', key: 'k', type: 't', value: String(pick) }, at),
    () => deleteMetafield(shop, customer, 'n', 'k', at),
    () => setConsent(shop, customer, { emailState: 'UNSUBSCRIBED' }, at),
  ];
  try {
    changes[kind % changes.length]?.();
  } catch (error) {
    if (!/cannot|not in|taken|no code/.test(String(error))) throw error;
  }
}

const changesOf = array(tuple(nat(1000), nat(1000), nat(10 ** 9)), { maxLength: 60 });

describe('the shop in memory', () => {
  it('keeps its index, its money and its instants right whatever happens', () => {
    assert(
      property(changesOf, (list) => {
        const shop = made();
        const heard: ShopChange[] = [];
        shop.listeners.add((one) => heard.push(one));
        const before = new Map([...shop.orders.values()].map((o) => [o.id, o.updatedAt]));
        for (const [kind, pick, at] of list) change(shop, kind, pick, Date.UTC(2026, 10, 21) + at);
        const indexed = [...shop.ordersByCustomer].flatMap(([customer, ids]) =>
          ids.map((id) => [id, customer]),
        );
        const owned = [...shop.orders.values()].flatMap((o) =>
          o.customerId === null ? [] : [[o.id, o.customerId]],
        );
        expect(new Map(indexed as [number, number][])).toEqual(new Map(owned as [number, number][]));
        expect(indexed).toHaveLength(owned.length);
        for (const order of shop.orders.values()) {
          expect(order.updatedAt).toBeGreaterThanOrEqual(before.get(order.id) ?? 0);
          expect(order.customerId === null || shop.customers.has(order.customerId)).toBe(true);
        }
        expect(heard.length).toBeLessThanOrEqual(list.length);
      }),
      { numRuns: 40 },
    );
  });

  it('is found again as it was, also when its last change was cut off by a kill', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'journal-'));
    const path = join(folder, 'shop.jsonl');
    const state = (shop: FakeShop) => ({ ...shop, listeners: null });
    await assert(
      asyncProperty(changesOf, async (list) => {
        const shop = made();
        await saveShop(shop, path);
        const stop = keepJournal(shop, path);
        for (const [kind, pick, at] of list) change(shop, kind, pick, Date.UTC(2026, 10, 21) + at);
        stop();
        expect(state(await loadShop(path))).toEqual(state(shop));
        writeFileSync(path, `${readFileSync(path, 'utf8')}["order",{"id":1,"na`);
        const again = await loadShop(path);
        expect(state(again)).toEqual(state(shop));
        const stopAgain = keepJournal(again, path);
        placeOrder(again, { total: 100, createdAt: 0 });
        stopAgain();
        expect(state(await loadShop(path))).toEqual(state(again));
      }),
      { numRuns: 15 },
    );
    rmSync(folder, { recursive: true });
  });

  it('compares tags whatever their case, makes two of one with a comma, and has a limit', () => {
    const shop = empty();
    const { id } = addCustomer(shop, { createdAt: 0, tags: ['RFM:Champions'] });
    expect(addTags(shop, id, ['rfm:champions', ' a , b,'], 5)).toBe('ok');
    expect(shop.customers.get(id)).toMatchObject({ tags: ['a', 'b', 'RFM:Champions'], updatedAt: 5 });
    removeTags(shop, id, ['rfm:CHAMPIONS'], 6);
    expect(shop.customers.get(id)?.tags).toEqual(['a', 'b']);
    const many = Array.from({ length: MAX_TAGS - 1 }, (_, i) => `tag ${i}`);
    expect(addTags(shop, id, many, 7)).toBe('too-many');
    expect(shop.customers.get(id)?.tags).toEqual(['a', 'b']);
  });

  it('refuses to refund more than was paid, and names an order fully refunded', () => {
    const shop = empty();
    const order = placeOrder(shop, { total: 100, createdAt: 0 });
    refundOrder(shop, order.id, 40, 1);
    expect(order.financialStatus).toBe('PARTIALLY_REFUNDED');
    refundOrder(shop, order.id, 60, 2);
    expect([order.financialStatus, refundedOf(order)]).toEqual(['REFUNDED', 100]);
    expect(() => refundOrder(shop, order.id, 1, 3)).toThrow(/cannot/);
  });
});

describe('the export of customers', () => {
  it('has a row for each customer with tags, slug and digits, empty when unscored', () => {
    const shop = empty();
    const scored = addCustomer(shop, { createdAt: 0, email: 'a@b.example', tags: ['rfm:new', 'say "hi"'] });
    addCustomer(shop, { createdAt: 0, email: 'c@d.example' });
    const set = (key: string, value: string) =>
      setMetafield(shop, scored.id, { namespace: APP_NAMESPACE, key, type: 'json', value }, 1);
    set('rfm_segment', 'new');
    set('rfm_profile', '{"r":5,"f":1,"m":3,"segment":"new"}');
    expect([...customersCsv(shop)].join('')).toBe(
      'email,tags,rfm_segment,r,f,m\r\n' +
        'a@b.example,"rfm:new, say ""hi""",new,5,1,3\r\n' +
        'c@d.example,,,,,\r\n',
    );
  });

  it('quotes what RFC 4180 wants quoted and nothing else', () => {
    expect(csvRow(['a b', 'a,b', 'a"b', 'a\nb', ''])).toBe('a b,"a,b","a""b","a\nb",\r\n');
  });
});
