import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { databaseNow, directory, inShop } from '#app/db.server.ts';
import { dataUpTo } from '#app/jobs/data-up-to.server.ts';
import { closeQueue, enqueue } from '#app/jobs/queue.server.ts';
import { reconcileChanges } from '#app/jobs/reconcile-changes.server.ts';
import { runJob } from '#app/jobs/run-job.server.ts';
import { onStep } from '#app/jobs/step.server.ts';
import { watchShop } from '#app/jobs/watch-shop.server.ts';
import { importProgress } from '#app/jobs/import-progress.server.ts';
import { operationsOf } from '#app/models/bulk-operations.server.ts';
import { latestImport, openImport, updateImport } from '#app/models/imports.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { dayIn } from '#app/rfm/calendar.ts';
import { placeOrder, refundOrder } from '#tests/fake-shopify/store-orders.ts';
import { testDatabase } from '#tests/support/database.ts';
import {
  drain,
  installed,
  lookAgain,
  passSinceLooks,
  runPipeline,
  smallShop,
  type Pipeline,
} from './pipeline.ts';

testDatabase();
afterEach(() => onStep(undefined));
afterAll(() => closeQueue(1));

const payload = ({ shop }: Pipeline) => ({ shopId: shop.id, generation: shop.generation });

async function imported(): Promise<Pipeline> {
  const pipeline = await installed(smallShop());
  await runPipeline(pipeline);
  return pipeline;
}

const storedRefund = async ({ shop }: Pipeline, id: number): Promise<number> =>
  Number((await inShop(shop.id, (db) => db.order.findFirstOrThrow({ where: { id } }))).refunded);

/** Makes the last scoring, and the changes it was made of, look like yesterday's. */
const ageScores = ({ shop }: Pipeline) =>
  inShop(shop.id, async (db) => {
    await db.$executeRaw`update score_runs set as_of = as_of - 1, holds_on = holds_on - 1`;
    await db.$executeRaw`update imports set changes_until = changes_until - interval '1 day',
      customers_until = customers_until - interval '1 day'`;
  });

describe('given a shop whose history is imported', () => {
  it('when more changed than fits into a turn, then each turn goes on where the last one ended', async () => {
    const pipeline = await imported();
    const { fake, shop } = pipeline;
    const at = await databaseNow();
    const run = await latestImport(shop.id);
    await updateImport(shop.id, run?.id ?? 0, {
      changesUntil: at - 7_200_000,
      customersUntil: at - 7_200_000,
    });
    const paid = [...fake.orders.values()].filter(({ financialStatus }) => financialStatus === 'PAID');
    const changed = paid.slice(0, 120);
    for (const [i, { id }] of changed.entries()) refundOrder(fake, id, 1, at - 6_000_000 + i * 20_000);
    const marks: (number | null)[] = [];
    await passSinceLooks(shop.id, 20);
    // A worker that is told to stop takes one page at a time.
    for (let turn = 0; turn < 2; turn += 1) {
      await runJob(reconcileChanges, payload(pipeline), AbortSignal.abort());
      marks.push((await latestImport(shop.id))?.changesUntil ?? null);
    }
    expect(new Set(marks).size).toBe(2);
    expect(marks).toEqual([...marks].sort());
    await drain();
    for (const { id } of changed) expect(await storedRefund(pipeline, id)).toBeGreaterThan(0);
    expect((await latestImport(shop.id))?.changesUntil).toBeGreaterThan(at - 700_000);
    await pipeline.close();
  });

  it('when Home says up to when data are in, then that is the last look, and never more than what is stored', async () => {
    const pipeline = await imported();
    const { fake, shop } = pipeline;
    const shown = async () => dataUpTo((await latestImport(shop.id))!) ?? 0;
    const before = await databaseNow();
    await lookAgain(pipeline);
    expect(await shown()).toBeGreaterThanOrEqual(before);
    expect(await shown()).toBeLessThanOrEqual(await databaseNow());
    // Changes of the last minutes fill more than a page: a worker that is told to stop takes one of orders.
    const changed = [...fake.orders.values()].filter(({ financialStatus }) => financialStatus === 'PAID');
    const at = Date.now() - 300_000;
    for (const [i, { id }] of changed.entries()) refundOrder(fake, id, 1, at + i * 1000);
    await passSinceLooks(shop.id, 20);
    await runJob(reconcileChanges, payload(pipeline), AbortSignal.abort());
    const inBetween = await shown();
    for (const [i, { id }] of changed.entries()) {
      if (at + i * 1000 < inBetween) expect(await storedRefund(pipeline, id)).toBe(1);
    }
    await drain();
    expect(await shown()).toBeGreaterThan(before);
    for (const { id } of changed) expect(await storedRefund(pipeline, id)).toBe(1);
    await pipeline.close();
  });

  it.each(['failed', 'orders'] as const)(
    'when a later import is %s, then the day begins all the same with what is whole',
    async (phase) => {
      const pipeline = await imported();
      const { fake, shop, shopify } = pipeline;
      const again = await openImport(shop.id, shop.generation);
      if (phase === 'failed') await updateImport(shop.id, again.id, { phase, problem: 'export-failed' });
      else shopify.trouble.add({ op: 'bulkOperationRunQuery', action: 'neverFinish', times: 1000 });
      await ageScores(pipeline);
      const first = [...fake.orders.values()].find(({ financialStatus }) => financialStatus === 'PAID');
      refundOrder(fake, first?.id ?? 0, 1, Date.now());
      await passSinceLooks(shop.id, 20);
      await enqueue(watchShop, payload(pipeline));
      let looks = 0;
      await drain({ until: () => ++looks > 120, oneStep: true });
      const today = dayIn(fake.timeZone, Date.now());
      expect(await latestRun(shop.id)).toMatchObject({ ranOn: today - 1, asOf: today });
      expect(await storedRefund(pipeline, first?.id ?? 0)).toBe(1);
      await pipeline.close();
    },
  );

  it('when Shopify denies access, then the scope is named, scores go on, and it ends with the access', async () => {
    const pipeline = await imported();
    const { fake, shop, shopify } = pipeline;
    const office = shopify.shop(fake.domain);
    const all = office.scopes;
    office.scopes = new Set([...all].filter((scope) => !scope.endsWith('_orders')));
    await ageScores(pipeline);
    await enqueue(watchShop, payload(pipeline));
    await lookAgain(pipeline);
    expect((await directory.shopById(shop.id))?.parkedReason).toBeNull();
    const denied = await importProgress(shop.id);
    expect(denied).toMatchObject({ phase: 'done', problem: 'missing-scope' });
    expect(denied?.problemDetail?.scope).toMatch(/orders/);
    const today = dayIn(fake.timeZone, Date.now());
    expect(await latestRun(shop.id)).toMatchObject({ ranOn: today - 1, asOf: today });
    office.scopes = all;
    await lookAgain(pipeline);
    expect(await importProgress(shop.id)).toMatchObject({ problem: null });
    await pipeline.close();
  });

  it('B19: when the shop moves to another time zone, then every score is made anew in the new one', async () => {
    const pipeline = await imported();
    const { fake, shop } = pipeline;
    Object.assign(fake, { timeZone: 'Pacific/Kiritimati' });
    await lookAgain(pipeline);
    const run = await latestRun(shop.id);
    expect(run).toMatchObject({ reason: 'settings', asOf: dayIn('Pacific/Kiritimati', Date.now()) });
    expect((await directory.shopById(shop.id))?.timeZone).toBe('Pacific/Kiritimati');
    await pipeline.close();
  });

  it('B18: when the shop changes its currency, then amounts of both are never added, and the former are shown as left out', async () => {
    const pipeline = await imported();
    const { fake, shop } = pipeline;
    const before = await latestRun(shop.id);
    const orders = await inShop(shop.id, (db) => db.order.count());
    Object.assign(fake, { currency: 'KRW' });
    const [customerId = 0] = fake.customers.keys();
    placeOrder(fake, { customerId, total: 50_000, createdAt: Date.now() - 1000 });
    // Shopify keeps what was sold in the currency it was sold in: only what changed since comes anew.
    await lookAgain(pipeline);
    const run = await latestRun(shop.id);
    expect(before?.currency).toBe('EUR');
    expect(run).toMatchObject({ reason: 'settings', currency: 'KRW', summary: { scored: 1 } });
    expect(run?.orderCounts.leftOut['other-currency']).toBeGreaterThan(orders / 2);
    const [score] = await inShop(shop.id, (db) => db.score.findMany({ where: { segment: { not: null } } }));
    expect(score).toMatchObject({ customerId: BigInt(customerId), monetary: 50_000n });
    await pipeline.close();
  });

  it('B13: when another shop stands behind the domain, then nothing of it is mixed in and the page says so', async () => {
    const pipeline = await imported();
    const { fake, shop } = pipeline;
    Object.assign(fake, { shopifyId: fake.shopifyId + 1 });
    placeOrder(fake, { customerId: null, total: 1, createdAt: Date.now() });
    const before = await inShop(shop.id, (db) => db.order.count());
    await lookAgain(pipeline);
    expect(await directory.shopById(shop.id)).toMatchObject({ parkedReason: 'another-shop' });
    expect(await inShop(shop.id, (db) => db.order.count())).toBe(before);
    await pipeline.close();
  });
});

describe('given an import that waits for a place at Shopify', () => {
  it('B1: when none becomes free before its deadline, then it ends with a problem in words', async () => {
    const pipeline = await installed(smallShop());
    const { shop, shopify } = pipeline;
    shopify.trouble.add({ op: 'bulkOperationRunQuery', action: 'foreignBulk', seconds: 600 });
    onStep(async (name, moment) => {
      if (name !== 'orders.wait' || moment !== 'after') return;
      const run = await latestImport(shop.id);
      const [waiting] = await operationsOf(shop.id, run?.id ?? 0, ['orders']);
      await inShop(
        shop.id,
        (db) => db.$executeRaw`update bulk_operations set deadline = now() - interval '1 s'`,
      );
      expect(waiting?.deadline).toBeGreaterThan(Date.now() + 3_600_000);
    });
    await runPipeline(pipeline);
    expect(await latestImport(shop.id)).toMatchObject({ phase: 'failed', problem: 'no-place' });
    await pipeline.close();
  });
});
