import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { setAbstractFetchFunc } from '@shopify/shopify-api/runtime';
import { inShop } from '#app/db.server.ts';
import { importShop } from '#app/jobs/import-shop.server.ts';
import { closeQueue, enqueue } from '#app/jobs/queue.server.ts';
import { onStep } from '#app/jobs/step.server.ts';
import { latestImport, openImport } from '#app/models/imports.server.ts';
import { quarantineOf } from '#app/models/quarantine.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { segmentHistory } from '#app/models/segment-changes.server.ts';
import { fetchFrom } from '#tests/fake-shopify/redirected-fetch.ts';
import { mergeCustomers } from '#tests/fake-shopify/store-customers.ts';
import { deleteOrder, placeOrder } from '#tests/fake-shopify/store-orders.ts';
import type { FakeShop } from '#tests/fake-shopify/store.ts';
import { testDatabase } from '#tests/support/database.ts';
import { drain, installed, runPipeline, smallShop, type Pipeline } from './pipeline.ts';

testDatabase();
afterEach(() => onStep(undefined));
afterAll(() => closeQueue(1));

const LINE = { id: 999_999_001, productId: null, title: 'x', vendor: null, quantity: 1, amount: 1000 };

async function storedIds({ shop }: Pipeline) {
  return inShop(shop.id, async (db) => {
    const orders = await db.order.findMany({ select: { id: true } });
    const details = await db.orderDetails.findMany({ select: { orderId: true } });
    const refunds = await db.refund.findMany({ select: { orderId: true } });
    const customers = await db.customer.findMany({ select: { id: true } });
    const sorted = (ids: bigint[]) => [...new Set(ids.map(Number))].sort((a, b) => a - b);
    return {
      orders: sorted(orders.map(({ id }) => id)),
      details: sorted(details.map(({ orderId }) => orderId)),
      refunds: sorted(refunds.map(({ orderId }) => orderId)),
      customers: sorted(customers.map(({ id }) => id)),
    };
  });
}

function shopIds(fake: FakeShop) {
  const sorted = (ids: Iterable<number>) => [...ids].sort((a, b) => a - b);
  const refunded = [...fake.orders.values()].filter(({ refunds }) => refunds.length > 0);
  return {
    orders: sorted(fake.orders.keys()),
    details: sorted(fake.orders.keys()),
    refunds: sorted(refunded.map(({ id }) => id)),
    customers: sorted(fake.customers.keys()),
  };
}

async function importAgain({ shop }: Pipeline): Promise<void> {
  await openImport(shop.id, shop.generation);
  await enqueue(importShop, { shopId: shop.id, generation: shop.generation });
  await drain();
}

/** Lets `change` alter every result file on its way; the text begins with the first line. */
function alterFiles({ shopify }: Pipeline, change: (file: string) => string): void {
  const real = fetchFrom(shopify.url);
  setAbstractFetchFunc(async (input, init) => {
    const answer = await real(input, init);
    if (String(input).includes('/admin/') || init?.method === 'POST') return answer;
    return new Response(change(await answer.text()), { status: answer.status });
  });
}

const isSlim = (file: string): boolean => file.includes('displayFinancialStatus');
const isDetails = (file: string): boolean => file.includes('LineItem');

describe('given orders that come and go while the passes run', () => {
  it('when one is placed after the first pass and deleted after the second, then the import ends whole', async () => {
    const pipeline = await installed(smallShop());
    const { fake, shop } = pipeline;
    const [customerId = null] = fake.customers.keys();
    let id = 0;
    onStep((name, moment) => {
      if (moment !== 'after') return;
      const order = { customerId, total: 1000, createdAt: Date.now(), lineItems: [LINE] };
      if (name === 'orders.load') ({ id } = placeOrder(fake, order));
      if (name === 'details.load') deleteOrder(fake, id, Date.now());
    });
    await runPipeline(pipeline);
    expect(await latestImport(shop.id)).toMatchObject({ phase: 'done', problem: null });
    expect(await storedIds(pipeline)).toEqual(shopIds(fake));
    await pipeline.close();
  });

  it('when one is deleted between the passes, then nothing of it stays', async () => {
    const pipeline = await installed(smallShop());
    const { fake } = pipeline;
    const [first = 0] = fake.orders.keys();
    onStep((name, moment) => {
      if (name === 'orders.load' && moment === 'after') deleteOrder(fake, first, Date.now());
    });
    await runPipeline(pipeline);
    expect(await storedIds(pipeline)).toEqual(shopIds(fake));
    await pipeline.close();
  });

  it('when line items have no order in their file, then the import says that it is not whole', async () => {
    const pipeline = await installed(smallShop());
    alterFiles(pipeline, (file) => {
      if (!isDetails(file)) return file;
      // An order's own line is given twice the place of another's: the counts stay as they were.
      const lines = file.trimEnd().split('\n');
      const roots = lines.flatMap((line, i) => (line.includes('__parentId') ? [] : [i])) as [number, number];
      lines[roots[0]] = lines[roots[1]] ?? '';
      return `${lines.join('\n')}\n`;
    });
    await runPipeline(pipeline);
    const run = await latestImport(pipeline.shop.id);
    expect(run).toMatchObject({ phase: 'failed', problem: 'orphans', problemDetail: { count: 1 } });
    await pipeline.close();
  });
});

describe('given lines that cannot be read', () => {
  it('B8: when it is one order of the first pass, then it is counted, fetched once more and imported', async () => {
    const pipeline = await installed(smallShop());
    alterFiles(pipeline, (file) => (isSlim(file) ? file.replace('"PAID"', '"SETTLED"') : file));
    await runPipeline(pipeline);
    const run = await latestImport(pipeline.shop.id);
    expect(run).toMatchObject({ phase: 'done', problem: null });
    expect(await storedIds(pipeline)).toEqual(shopIds(pipeline.fake));
    expect(await quarantineOf(pipeline.shop.id, run?.id ?? 0)).toMatchObject([
      { reason: 'unknown financial status SETTLED', count: 1 },
    ]);
    await pipeline.close();
  });

  it('B8: when Shopify itself answers it unreadably, then it is left out, shown, and the rest is imported', async () => {
    const pipeline = await installed(smallShop());
    const { fake, shop } = pipeline;
    const [odd = 0] = fake.orders.keys();
    const real = fetchFrom(pipeline.shopify.url);
    setAbstractFetchFunc(async (input, init) => {
      const answer = await real(input, init);
      const text = await answer.text();
      const pattern = new RegExp(`(Order\\\\?/${odd}",.*?"displayFinancialStatus":)"[A-Z_]+"`);
      return new Response(text.replace(pattern, '$1"SETTLED"'), answer);
    });
    await runPipeline(pipeline);
    const run = await latestImport(shop.id);
    expect(run).toMatchObject({ phase: 'done', problem: null });
    const stored = await storedIds(pipeline);
    expect(stored.orders).toEqual(shopIds(fake).orders.filter((id) => id !== odd));
    const held = await quarantineOf(shop.id, run?.id ?? 0);
    expect(held).toMatchObject([{ reason: 'unknown financial status SETTLED' }]);
    await pipeline.close();
  });

  it('B8: when nearly all are of a shape nobody knows, then the file is not believed and the page says why', async () => {
    const pipeline = await installed(smallShop());
    alterFiles(pipeline, (file) =>
      isSlim(file) ? file.replaceAll('"displayFinancialStatus":"', '"displayFinancialStatus":"X_') : file,
    );
    await runPipeline(pipeline);
    const run = await latestImport(pipeline.shop.id);
    expect(run).toMatchObject({ phase: 'failed', problem: 'unreadable' });
    expect(run?.problemDetail).toMatchObject({
      count: expect.any(Number),
      reason: expect.stringMatching(/X_/),
    });
    expect(await latestRun(pipeline.shop.id)).toBeNull();
    await pipeline.close();
  });
});

describe('given a shop that is imported again', () => {
  it('when Shopify no longer has orders, customers and refunds, then they are gone here too and the history stays', async () => {
    const pipeline = await installed(smallShop({ customers: 80 }));
    const { fake, shop } = pipeline;
    await runPipeline(pipeline);
    const buyers = [...new Set([...fake.orders.values()].flatMap(({ customerId }) => customerId ?? []))];
    const [gone = 0, kept = 0, unbought = 0] = buyers;
    for (const { id } of [...fake.orders.values()].slice(0, 20)) deleteOrder(fake, id, Date.now());
    for (const { id } of [...fake.orders.values()].filter(({ customerId }) => customerId === unbought))
      deleteOrder(fake, id, Date.now());
    mergeCustomers(fake, kept, gone, Date.now());
    await importAgain(pipeline);
    expect(await latestImport(shop.id)).toMatchObject({ phase: 'done', replaces: true });
    expect(await storedIds(pipeline)).toEqual(shopIds(fake));
    const scores = await inShop(shop.id, (db) => db.score.findMany({ where: { customerId: gone } }));
    expect(scores).toEqual([]);
    expect((await segmentHistory(shop.id, gone, 5))[0]).toMatchObject({ after: null, scoreAfter: '000' });
    expect(await inShop(shop.id, (db) => db.seenId.count())).toBe(0);
    await pipeline.close();
  });

  it('when the app may see 60 days only by then, then older orders stay', async () => {
    const pipeline = await installed(smallShop());
    const { fake, shop, shopify } = pipeline;
    await runPipeline(pipeline);
    const before = (await storedIds(pipeline)).orders;
    const office = shopify.shop(fake.domain);
    office.scopes = new Set([...office.scopes].filter((scope) => scope !== 'read_all_orders'));
    await importAgain(pipeline);
    expect(await latestImport(shop.id)).toMatchObject({ phase: 'done', limitedHistory: true });
    expect((await storedIds(pipeline)).orders).toEqual(before);
    await pipeline.close();
  });

  it('B10: when the whole history is granted later, then a new import begins by itself', async () => {
    const pipeline = await installed(smallShop());
    const { fake, shop, shopify } = pipeline;
    const office = shopify.shop(fake.domain);
    const all = office.scopes;
    office.scopes = new Set([...all].filter((scope) => scope !== 'read_all_orders'));
    await runPipeline(pipeline);
    expect(await latestImport(shop.id)).toMatchObject({ phase: 'done', limitedHistory: true });
    // The same grant once more changes nothing.
    await runPipeline(pipeline);
    const first = await latestImport(shop.id);
    office.scopes = all;
    await inShop(shop.id, (db) => db.shop.update({ where: { id: shop.id }, data: { scopes: [...all] } }));
    await runPipeline(pipeline);
    const second = await latestImport(shop.id);
    expect(second).toMatchObject({ phase: 'done', limitedHistory: false });
    expect(second?.id).not.toBe(first?.id);
    expect((await storedIds(pipeline)).orders).toEqual(shopIds(fake).orders);
    await pipeline.close();
  });
});
