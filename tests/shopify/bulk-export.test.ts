import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  bulkDocument,
  cancelBulkOperation,
  readBulkOperation,
  recentBulkOperations,
  startBulkQuery,
} from '#app/shopify/bulk-operations.server.ts';
import { CUSTOMERS, scanCustomers } from '#app/shopify/customer-export.server.ts';
import { download } from '#app/shopify/download.server.ts';
import { ORDER_DETAILS, scanOrderDetails } from '#app/shopify/order-details-export.server.ts';
import { scanOrders, SLIM_ORDERS } from '#app/shopify/order-export.server.ts';
import { generateShop } from '#tests/fake-shopify/generator.ts';
import { refundedOf } from '#tests/fake-shopify/store-orders.ts';
import { PLANS } from '#tests/fake-shopify/store.ts';
import { connectShop, type ConnectedShop } from './connected-shop.ts';
import { finishedOperation, wholeOf } from './finished-operation.ts';

const DAY = 86_400_000;
let app: ConnectedShop;
let number = 0;

beforeEach(async () => {
  const { shop } = generateShop({
    seed: 5,
    customers: 400,
    until: Date.UTC(2026, 5, 1),
    domain: `export-${process.pid}-${++number}.myshopify.com`,
    name: 'A shop',
    currency: 'EUR',
    timeZone: 'Europe/Berlin',
    plan: PLANS.plus,
  });
  app = await connectShop(shop, { timeScale: 1000 });
});
afterEach(() => app.close());

const start = (document: string) => startBulkQuery(app.admin, bulkDocument(document, null));
const never = (line: { reason: string }) => expect.unreachable(line.reason);

describe('an export', () => {
  it('gives every order as the shop has it, proven by its counts', async () => {
    const operation = await finishedOperation(app.admin, await start(SLIM_ORDERS));
    const read = new Map<number, object>();
    const counts = await scanOrders(download(operation.url!), {
      malformed: never,
      async orders(batch) {
        for (let i = 0; i < batch.length; i++) {
          const nan = (value: number) => (Number.isNaN(value) ? null : value);
          read.set(batch.id[i]!, {
            customerId: nan(batch.customerId[i]!),
            processedAt: batch.processedAt[i],
            updatedAt: batch.updatedAt[i],
            cancelledAt: nan(batch.cancelledAt[i]!),
            test: batch.test[i] === 1,
            total: batch.total[i],
            refunded: batch.refunded[i],
            currency: batch.currency[i],
          });
        }
      },
    });
    expect(counts).toEqual({ lines: operation.objects, rootLines: operation.rootObjects, malformed: 0 });
    const seconds = (ms: number) => Math.floor(ms / 1000) * 1000;
    for (const order of app.shop.orders.values()) {
      expect(read.get(order.id)).toEqual({
        customerId: order.customerId,
        processedAt: seconds(order.processedAt),
        updatedAt: seconds(order.updatedAt),
        cancelledAt: order.cancelledAt === null ? null : seconds(order.cancelledAt),
        test: order.test,
        total: order.total,
        refunded: refundedOf(order),
        currency: 'EUR',
      });
    }
    expect(read.size).toBe(app.shop.orders.size);
  });

  it('B7: joins line items and refunds to their orders although they come anywhere, and tells what brought the visits before them', async () => {
    app.shopify.trouble.add({ action: 'shuffle', op: 'RunBulkQuery' });
    const operation = await finishedOperation(app.admin, await start(ORDER_DETAILS));
    const items = new Map<number, number>();
    const refunds: number[] = [];
    let products = 0;
    let visited = 0;
    const counts = await scanOrderDetails(download(operation.url!), {
      malformed: never,
      async details(batch) {
        for (let i = 0; i < batch.length; i++) {
          const { visits } = app.shop.orders.get(batch.orderId[i]!)!;
          const sources = [batch.firstSource[i], batch.lastSource[i]];
          expect(sources).toEqual([visits?.first ?? null, visits?.last ?? null]);
          if (visits !== null) visited += 1;
        }
      },
      async refunds(batch) {
        refunds.push(...batch.amount.subarray(0, batch.length));
      },
      async lineItems(batch) {
        for (let i = 0; i < batch.length; i++) {
          const order = batch.orderId[i]!;
          items.set(order, (items.get(order) ?? 0) + batch.amount[i]!);
        }
      },
      async products(batch) {
        products += batch.length;
      },
    });
    expect(counts).toEqual({ lines: operation.objects, rootLines: operation.rootObjects, malformed: 0 });
    const orders = [...app.shop.orders.values()].filter((order) => order.lineItems.length > 0);
    const wanted = orders.map((o) => [o.id, o.lineItems.reduce((sum, line) => sum + line.amount, 0)]);
    expect([...items].sort()).toEqual(wanted.sort());
    const amounts = [...app.shop.orders.values()].flatMap((order) => order.refunds.map((r) => r.amount));
    expect(refunds.sort()).toEqual(amounts.sort());
    expect(products).toBeGreaterThan(0);
    expect(visited).toBeGreaterThan(0);
  });

  it('gives customers their consent, tags and companies, and asks for no name or address', async () => {
    const operation = await finishedOperation(app.admin, await start(CUSTOMERS));
    let subscribed = 0;
    const counts = await scanCustomers(download(operation.url!), {
      malformed: never,
      async customers(batch) {
        for (let i = 0; i < batch.length; i++) subscribed += batch.emailConsent[i] === 'SUBSCRIBED' ? 1 : 0;
      },
    });
    expect(counts.rootLines).toBe(app.shop.customers.size);
    const wanted = [...app.shop.customers.values()].filter((c) => c.email && c.emailState === 'SUBSCRIBED');
    expect(subscribed).toBe(wanted.length);
    const file = (await wholeOf(download(operation.url!))).toString();
    const somebody = [...app.shop.customers.values()].find((customer) => customer.email !== null)!;
    expect(file).not.toContain(somebody.email);
    expect(file).not.toContain('firstName');
  });
});

describe('an operation', () => {
  it('B1: says busy while others hold every slot, and starts once one is free', async () => {
    app.shopify.trouble.add({ action: 'foreignBulk', op: 'RunBulkQuery', seconds: 100 });
    expect(await start(SLIM_ORDERS)).toEqual({ busy: true });
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect((await finishedOperation(app.admin, await start(SLIM_ORDERS))).status).toBe('COMPLETED');
  });

  it('B12: whose start was not answered is found again by its document', async () => {
    const since = Date.now() - 60_000;
    app.shopify.trouble.add({ action: 'timeoutAfterCommit', op: 'RunBulkQuery' });
    await expect(start(SLIM_ORDERS)).rejects.toMatchObject({ unknownOutcome: true });
    const found = await recentBulkOperations(app.admin, 'QUERY', since);
    expect(found.map((operation) => operation.document)).toEqual([bulkDocument(SLIM_ORDERS, null)]);
  });

  it('B2: that never ends can be cancelled', async () => {
    app.shopify.trouble.add({ action: 'neverFinish', op: 'RunBulkQuery' });
    const started = await start(SLIM_ORDERS);
    if ('busy' in started) expect.unreachable();
    await cancelBulkOperation(app.admin, started.gid);
    expect((await finishedOperation(app.admin, started)).status).toBe('CANCELED');
    await cancelBulkOperation(app.admin, started.gid);
  });

  it('B5: its file is gone eight days after it was made', async () => {
    const operation = await finishedOperation(app.admin, await start(SLIM_ORDERS));
    app.shopify.clock.advance(8 * DAY);
    await expect(wholeOf(download(operation.url!))).rejects.toMatchObject({ name: 'FileExpired' });
  });

  it('that Shopify has forgotten is null', async () => {
    expect(await readBulkOperation(app.admin, 'gid://shopify/BulkOperation/1')).toBeNull();
  });
});
