import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { onStep } from '#app/jobs/step.server.ts';
import { inShop } from '#app/db.server.ts';
import { operationsOf, updateOperation } from '#app/models/bulk-operations.server.ts';
import { latestImport, openImport } from '#app/models/imports.server.ts';
import { quarantineOf } from '#app/models/quarantine.server.ts';
import { placeOrder } from '#tests/fake-shopify/store-orders.ts';
import type { FakeShop } from '#tests/fake-shopify/store.ts';
import type { TroubleRule } from '#tests/fake-shopify/trouble.ts';
import { testDatabase } from '#tests/support/database.ts';
import { drain, installed, runPipeline, smallShop, type Pipeline } from './pipeline.ts';

testDatabase();
afterEach(() => onStep(undefined));
afterAll(() => closeQueue(1));

const SLIM = { op: 'bulkOperationRunQuery', text: 'SlimOrders' } as const;
const DETAILS = { op: 'bulkOperationRunQuery', text: 'OrderDetails' } as const;

async function storedOrders({ shop }: Pipeline): Promise<string[]> {
  const rows = await inShop(shop.id, (db) => db.order.findMany({ orderBy: { id: 'asc' } }));
  return rows.map((row) => `${row.id} ${row.customerId} ${row.total} ${row.refunded} ${row.financialStatus}`);
}

function shopOrders(fake: FakeShop): string[] {
  const refunded = (order: { refunds: readonly { amount: number }[]; extraRefunded: number }): number =>
    order.refunds.reduce((sum, { amount }) => sum + amount, order.extraRefunded);
  return [...fake.orders.values()]
    .sort((a, b) => a.id - b.id)
    .map((o) => `${o.id} ${o.customerId} ${o.total} ${refunded(o)} ${o.financialStatus}`);
}

async function imported(fake: FakeShop, ...rules: TroubleRule[]): Promise<Pipeline> {
  const pipeline = await installed(fake);
  for (const rule of rules) pipeline.shopify.trouble.add(rule);
  await runPipeline(pipeline);
  return pipeline;
}

async function whole(pipeline: Pipeline): Promise<void> {
  expect(await latestImport(pipeline.shop.id)).toMatchObject({ phase: 'done', problem: null });
  expect(await storedOrders(pipeline)).toEqual(shopOrders(pipeline.fake));
  await pipeline.close();
}

describe('given an export that goes wrong, then the import ends whole or says why not', () => {
  it('B1: while operations of others take every place, ours waits, says so and then runs once', async () => {
    const pipeline = await installed(smallShop());
    pipeline.shopify.trouble.add({ ...SLIM, action: 'foreignBulk', seconds: 1.5 });
    const problems = new Set<string | null>();
    onStep(async () => void problems.add((await latestImport(pipeline.shop.id))?.problem ?? null));
    await runPipeline(pipeline);
    expect(problems).toContain('waiting-for-place');
    const cancels = pipeline.shopify.calls.of('bulkOperationCancel');
    expect(cancels).toEqual([]);
    await whole(pipeline);
  });

  it('B2: an operation that never ends is cancelled at its deadline and its orders come in slices', async () => {
    const pipeline = await installed(smallShop());
    const { shop } = pipeline;
    pipeline.shopify.trouble.add({ ...SLIM, action: 'neverFinish', status: 'RUNNING' });
    let looks = 0;
    onStep(async (name, moment) => {
      if (name !== 'orders.look' || moment !== 'before' || ++looks !== 3) return;
      const run = await latestImport(shop.id);
      const [stuck] = await operationsOf(shop.id, run?.id ?? 0, ['orders']);
      await updateOperation(shop.id, stuck?.id ?? 0, { deadline: Date.now() - 1 });
    });
    await runPipeline(pipeline);
    const run = await latestImport(shop.id);
    const operations = await operationsOf(shop.id, run?.id ?? 0, ['orders']);
    expect(operations.map(({ state, error }) => [state, error])).toEqual([
      ['replaced', 'stuck'],
      ['loaded', null],
      ['loaded', null],
    ]);
    expect(pipeline.shopify.calls.of('bulkOperationCancel')).toHaveLength(1);
    await whole(pipeline);
  });

  it('B2: a customer export that never ends comes in slices by the name customers are searched by', async () => {
    const pipeline = await installed(smallShop());
    const { shop, fake } = pipeline;
    const CUSTOMERS = { op: 'bulkOperationRunQuery', text: 'query Customers' } as const;
    pipeline.shopify.trouble.add({ ...CUSTOMERS, action: 'neverFinish', status: 'RUNNING' });
    let looks = 0;
    onStep(async (name, moment) => {
      if (name !== 'customers.look' || moment !== 'before' || ++looks !== 2) return;
      const run = await latestImport(shop.id);
      const [stuck] = await operationsOf(shop.id, run?.id ?? 0, ['customers']);
      await updateOperation(shop.id, stuck?.id ?? 0, { deadline: Date.now() - 1 });
    });
    await runPipeline(pipeline);
    const run = await latestImport(shop.id);
    const [, ...slices] = await operationsOf(shop.id, run?.id ?? 0, ['customers']);
    expect(slices.map(({ filter }) => filter?.replace(/'.*'/, ''))).toEqual([
      'customer_date:<',
      'customer_date:>=',
    ]);
    expect(slices.reduce((sum, { rootObjects }) => sum + rootObjects, 0)).toBe(fake.customers.size);
    await whole(pipeline);
  });

  it('B3: an export that fails after any number of lines from 0 to 50 is made again and ends whole', async () => {
    // Orders fail after the even numbers and their details after the odd ones, with and without a partial file.
    for (let afterLines = 0; afterLines <= 50; afterLines += 2) {
      const rules = [SLIM, DETAILS].map((op, odd) => {
        const partial = afterLines % 4 === 0;
        return { ...op, action: 'failBulk', afterLines: afterLines + odd, partial } as const;
      });
      const pipeline = await imported(smallShop({ customers: 30 }), ...rules);
      expect(pipeline.fake.orders.size).toBeGreaterThan(50);
      expect(pipeline.shopify.calls.of('bulkOperationRunQuery'), `after ${afterLines} lines`).toHaveLength(5);
      await whole(pipeline);
    }
  }, 300_000);

  it('B3: an export that keeps failing is cut into slices until it gives up in words', async () => {
    const pipeline = await imported(smallShop(), { ...SLIM, action: 'failBulk', afterLines: 3, times: 1000 });
    expect(await latestImport(pipeline.shop.id)).toMatchObject({
      phase: 'failed',
      problem: 'export-failed',
      problemDetail: { error: 'INTERNAL_SERVER_ERROR', pass: 'orders' },
    });
    await pipeline.close();
  });

  it('B4: an export that is denied stops and names the missing scope', async () => {
    const pipeline = await imported(smallShop(), {
      ...SLIM,
      action: 'failBulk',
      afterLines: 0,
      errorCode: 'ACCESS_DENIED',
    });
    const run = await latestImport(pipeline.shop.id);
    expect(run).toMatchObject({ phase: 'failed', problem: 'missing-scope' });
    expect(run?.problemDetail?.scope).toContain('read_orders');
    await pipeline.close();
  });

  it('B5: an expired result is exported again', async () => {
    await whole(await imported(smallShop(), { ...SLIM, action: 'expireUrl' }));
  });

  it.each([0.25, 0.5, 0.75, 0.99])('B6: a download cut off at %d of its bytes ends whole', async (share) => {
    await whole(await imported(smallShop(), { op: 'download', action: 'truncate', share, times: 2 }));
    await whole(await imported(smallShop(), { op: 'download', action: 'truncate', share, silent: true }));
  });

  it('B6: a packed download is read like any other', async () => {
    await whole(await imported(smallShop(), { op: 'download', action: 'gzip', times: 3 }));
  });

  it('B7: lines in any order end the same', async () => {
    await whole(await imported(smallShop(), { ...DETAILS, action: 'shuffle' }));
  });

  it('B7: children whose parents have no line end the import in words, and a new one puts it right', async () => {
    const pipeline = await imported(smallShop(), { ...DETAILS, action: 'loseParents', parents: 3 });
    const { shop } = pipeline;
    const failed = await latestImport(shop.id);
    expect(failed).toMatchObject({ phase: 'failed', problem: 'orphans', problemDetail: { count: 3 } });
    await openImport(shop.id, shop.generation);
    await runPipeline(pipeline);
    await whole(pipeline);
  });

  it('B8: unreadable lines are kept aside with their count and the rest is imported', async () => {
    const pipeline = await imported(smallShop(), {
      ...SLIM,
      action: 'garble',
      bytes: '{"id":"gid',
      every: 20,
    });
    const run = await latestImport(pipeline.shop.id);
    const held = await quarantineOf(pipeline.shop.id, run?.id ?? 0);
    expect(held.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThan(2);
    await whole(pipeline);
  });

  it('B9: an export that counts objects but has no lines, or lost some, is not believed', async () => {
    await whole(await imported(smallShop(), { ...SLIM, action: 'emptyBulk' }));
    await whole(await imported(smallShop(), { ...SLIM, action: 'loseLines', lines: 3 }));
  });

  it('B10: without read_all_orders the import says that it reaches back 60 days only', async () => {
    const pipeline = await installed(smallShop());
    const office = pipeline.shopify.shop(pipeline.fake.domain);
    office.scopes = new Set([...office.scopes].filter((scope) => scope !== 'read_all_orders'));
    await runPipeline(pipeline);
    expect(await latestImport(pipeline.shop.id)).toMatchObject({ phase: 'done', limitedHistory: true });
    const stored = (await storedOrders(pipeline)).length;
    expect(stored).toBeLessThan(pipeline.fake.orders.size);
    expect(stored).toBeGreaterThan(0);
    await pipeline.close();
  });

  it('W8: orders placed and changed while the export runs end up right', async () => {
    const pipeline = await installed(smallShop());
    const { fake } = pipeline;
    const [customer] = fake.customers.keys();
    let count = 0;
    onStep((name, moment) => {
      if (
        moment === 'after' &&
        /^(orders|details|customers)\.(look|load|start)$/.test(name) &&
        ++count < 12
      ) {
        placeOrder(fake, { customerId: customer ?? null, total: 1000 + count, createdAt: Date.now() });
      }
    });
    await runPipeline(pipeline);
    onStep(undefined);
    expect(count).toBeGreaterThan(5);
    await drain();
    await whole(pipeline);
  });
});
