import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { databaseNow, inShop } from '#app/db.server.ts';
import { closeQueue, enqueue } from '#app/jobs/queue.server.ts';
import { onStep } from '#app/jobs/step.server.ts';
import { watchShop } from '#app/jobs/watch-shop.server.ts';
import { newestLooks } from '#app/models/reconciliations.server.ts';
import { addCustomer } from '#tests/fake-shopify/store-customers.ts';
import { deleteOrder, placeOrder } from '#tests/fake-shopify/store-orders.ts';
import { testDatabase } from '#tests/support/database.ts';
import { bearDeath, diesAfterEach } from './deaths.ts';
import { expectedBetweenRuns, storedScores } from './expected.ts';
import { drain, installed, passSinceLooks, runPipeline, smallShop, type Pipeline } from './pipeline.ts';

testDatabase();
afterEach(() => onStep(undefined));
afterAll(() => closeQueue(1));

/** Shops over which the deaths are spread. */
const SHOPS = 5;

async function imported(): Promise<Pipeline> {
  const fake = smallShop({ customers: 20 });
  addCustomer(fake, { createdAt: Date.now() - 86_400_000 });
  const pipeline = await installed(fake);
  await runPipeline(pipeline);
  return pipeline;
}

/** A week in which no webhook came: an order more, an order and a customer less. Then every look is due. */
async function week({ shop, fake }: Pipeline): Promise<void> {
  const [gone, kept] = [...fake.orders.values()].filter(({ customerId }) => customerId !== null);
  const at = (await databaseNow()) - 3_600_000;
  deleteOrder(fake, gone?.id ?? 0, at);
  placeOrder(fake, { customerId: kept?.customerId ?? null, total: 5_000, createdAt: at });
  fake.customers.delete([...fake.customers.keys()].find((id) => !fake.ordersByCustomer.has(id)) ?? 0);
  await inShop(
    shop.id,
    (db) => db.$executeRaw`update imports set changes_until = changes_until - interval '2 hours',
      customers_until = customers_until - interval '2 hours'`,
  );
  await passSinceLooks(shop.id, 8 * 24 * 60);
  for (let round = 0; round < 2; round += 1) {
    await enqueue(watchShop, { shopId: shop.id, generation: shop.generation });
    await drain({ onCrash: bearDeath });
  }
}

async function isTrue({ shop, fake }: Pipeline): Promise<void> {
  expect(await storedScores(shop.id)).toEqual(await expectedBetweenRuns(shop.id, fake));
  expect(await inShop(shop.id, (db) => db.order.count())).toBe(fake.orders.size);
  expect(await inShop(shop.id, (db) => db.customer.count())).toBe(fake.customers.size);
  const looks = await newestLooks(shop.id);
  expect([...looks.values()].filter(({ finishedAt }) => finishedAt === null)).toEqual([]);
  expect(looks.size).toBe(4);
}

describe('given a worker that is killed anywhere while it looks whether webhooks were lost', () => {
  it('P1: when it dies after any step, then the shop is as true as if it had not, and every look ends', async () => {
    const names = new Set<string>();
    const undisturbed = await imported();
    onStep((name) => void names.add(name));
    await week(undisturbed);
    onStep(undefined);
    await isTrue(undisturbed);
    await undisturbed.close();
    const steps = [...names].filter((name) => /^(watch|look|changes|counts|sample|gone)\./.test(name));
    expect(steps).toEqual(
      expect.arrayContaining([
        'changes.store-orders',
        'counts.remove',
        'gone.customers',
        'sample.count',
        'look.usual',
      ]),
    );
    await diesAfterEach(steps, SHOPS, async (hook) => {
      const pipeline = await imported();
      onStep(hook);
      await week(pipeline);
      onStep(undefined);
      await isTrue(pipeline);
      await pipeline.close();
    });
  }, 120_000);
});
