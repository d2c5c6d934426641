import { afterEach, describe, expect, it } from 'vitest';
import { adminClient } from '#app/shopify/admin.server.ts';
import { addTags } from '#app/shopify/customer-tags.server.ts';
import { startBulkQuery } from '#app/shopify/bulk-operations.server.ts';
import { readOrdersSince } from '#app/shopify/orders-since.server.ts';
import { readCounts } from '#app/shopify/shop.server.ts';
import type { TroubleRule } from '#tests/fake-shopify/trouble.ts';
import { addCustomer } from '#tests/fake-shopify/store-customers.ts';
import { PLANS } from '#tests/fake-shopify/store.ts';
import { connectShop, emptyShop, type ConnectedShop } from './connected-shop.ts';

let app: ConnectedShop;
afterEach(() => app.close());

type Expected = { query: string; repeatable: string; once: string };
const counted = 'done';

/** What becomes of a query, of a mutation that may be repeated, and of one that may not. */
const matrix: [name: string, rule: TroubleRule, expected: Expected][] = [
  ['THROTTLED in a 200', { action: 'throttle' }, { query: counted, repeatable: 'done', once: 'done' }],
  ['503', { action: '5xx' }, { query: counted, repeatable: 'done', once: 'Unavailable: unknown' }],
  [
    'a page of HTML',
    { action: 'html' },
    { query: counted, repeatable: 'done', once: 'Unavailable: unknown' },
  ],
  [
    'an internal error in a 200',
    { action: 'errors' },
    { query: counted, repeatable: 'done', once: 'Unavailable: unknown' },
  ],
  [
    'a cut before',
    { action: 'resetBeforeCommit' },
    { query: counted, repeatable: 'done', once: 'Unavailable: unknown' },
  ],
  [
    'a cut after',
    { action: 'timeoutAfterCommit' },
    { query: counted, repeatable: 'done', once: 'Unavailable: unknown' },
  ],
];

describe('B12: every kind of answer', () => {
  it.each(matrix)('%s is repeated where that is safe, and nowhere else', async (_, rule, expected) => {
    const shop = emptyShop();
    const customer = addCustomer(shop, { createdAt: Date.UTC(2024, 0, 1) });
    app = await connectShop(shop);
    const outcome = async (work: () => Promise<unknown>) => {
      app.shopify.trouble.add({ ...rule, path: 'graphql' });
      try {
        await work();
        return 'done';
      } catch (error) {
        const { name, unknownOutcome } = error as { name: string; unknownOutcome?: boolean };
        return `${name}: ${unknownOutcome === true ? 'unknown' : 'known'}`;
      }
    };
    expect({
      query: await outcome(() => readCounts(app.admin)),
      repeatable: await outcome(() => addTags(app.admin, customer.id, ['rfm:new'])),
      once: await outcome(() => startBulkQuery(app.admin, '{ customers { edges { node { id } } } }')),
    }).toEqual(expected);
    expect(shop.customers.get(customer.id)!.tags).toEqual(['rfm:new']);
  });

  it('B13: a redirect to another shop is refused, and its token is never sent there', async () => {
    app = await connectShop();
    app.shopify.trouble.add({ action: 'redirect', to: 'other.myshopify.com', times: 99 });
    await expect(readCounts(app.admin)).rejects.toThrow('redirect');
    expect(app.shopify.calls.all.every((call) => call.shop === app.shop.domain)).toBe(true);
  });

  it('B13: only a myshopify.com shop is spoken to', async () => {
    app = await connectShop();
    const { broker } = app;
    for (const domain of [
      'evil.com',
      'x.myshopify.com.evil.com',
      'x.myshopify.com/..',
      'X@y.myshopify.com',
    ]) {
      expect(() => adminClient({ shop: { id: 1, domain }, broker, warn: () => {} })).toThrow(RangeError);
    }
  });

  it('B14: an answer of another API version is a signal, not an error', async () => {
    app = await connectShop();
    app.shopify.trouble.add({ action: 'wrongVersion', version: '2027-01' });
    await readCounts(app.admin);
    expect(app.signals).toEqual([{ signal: 'api-version', expected: '2026-10', got: '2027-01' }]);
  });

  it('a document Shopify does not accept is a bug, not an outage', async () => {
    app = await connectShop();
    await expect(app.admin.run('query Wrong { nothingOfTheKind }')).rejects.toThrow('does not accept');
    expect(app.shopify.calls.all).toHaveLength(1);
  });
});

describe('B11: the shop’s points', () => {
  it('a document that costs more than the bucket ever holds fails at once and says so', async () => {
    app = await connectShop(emptyShop({ ...PLANS.standard, bucket: 200 }));
    const started = performance.now();
    await expect(readOrdersSince(app.admin, { since: 0, withinSecondAfter: null }, null)).rejects.toThrow(
      /costs \d+ points and the bucket .* 200/,
    );
    await expect(readOrdersSince(app.admin, { since: 0, withinSecondAfter: null }, null)).rejects.toThrow(
      'the bucket of this shop holds 200',
    );
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(app.shopify.calls.all).toHaveLength(2);
    // Cheaper documents are not held up by it.
    await expect(readCounts(app.admin)).resolves.toEqual({ orders: 0, customers: 0 });
  });

  it('are used to within 15 % of the ideal, with under 2 % refusals, also when the rate halves', async () => {
    const shop = emptyShop({ ...PLANS.standard, bucket: 200 });
    const customers = Array.from({ length: 360 }, (_, i) => addCustomer(shop, { createdAt: i + 1 }));
    app = await connectShop(shop, { timeScale: 10 });
    const start = performance.now();
    const waiting = [...customers];
    const write = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        if (waiting.length === 180) app.office.bucket.setRestoreRate(50);
        await addTags(app.admin, next.id, ['rfm:new']);
      }
    };
    await Promise.all(Array.from({ length: 8 }, write));
    const seconds = (performance.now() - start) / 1000;
    // 3,600 points less the 200 in the bucket; half at 1,000 and half at 500 points a real second.
    const ideal = (1800 - 200) / 1000 + 1800 / 500;
    const calls = app.shopify.calls.of('tagsAdd');
    expect(calls.filter((call) => call.throttled).length / calls.length).toBeLessThan(0.02);
    expect(seconds).toBeLessThan(ideal * 1.15);
    expect(app.admin.pointsSpent()).toBe(3600);
  });
});
