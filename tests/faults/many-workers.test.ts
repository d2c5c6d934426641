import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { inShop, sqlInShop } from '#app/db.server.ts';
import { closeQueue, enqueue } from '#app/jobs/queue.server.ts';
import { watchShop } from '#app/jobs/watch-shop.server.ts';
import { newestLooks } from '#app/models/reconciliations.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { placeOrder } from '#tests/fake-shopify/store-orders.ts';
import { expectedBetweenRuns, heldScores } from '#tests/jobs/expected.ts';
import { decide, installed, passSinceLooks, runPipeline, smallShop } from '#tests/jobs/pipeline.ts';
import { testDatabase } from '#tests/support/database.ts';
import { killAll, startProcess } from './app-process.ts';

testDatabase();
afterAll(async () => {
  killAll();
  await closeQueue(1);
});

it('P4: when a day begins for five workers at once, then it is passed and looked at once, and its changes are written once', async () => {
  const pipeline = await installed(smallShop());
  const { shop, fake, shopify, close } = pipeline;
  await decide(shop.id, { writeBack: 'on' });
  await runPipeline(pipeline);
  const before = await latestRun(shop.id);
  // Yesterday's scores, and a look that is due.
  await sqlInShop(shop.id, (client) => client.query('update score_runs set holds_on = holds_on - 1'));
  await passSinceLooks(shop.id, 20);
  const [customerId = 0] = fake.customers.keys();
  placeOrder(fake, { customerId, total: 1_000_000, createdAt: Date.now() });
  const sent = shopify.calls.all.length;
  const workers = Array.from({ length: 5 }, () => startProcess('worker', shopify.url, { LOG_LEVEL: 'info' }));
  // Each asks for it by itself when it starts; they are asked again and again besides, also afterwards.
  const ready = (): boolean => workers.every(({ said }) => said().includes('worker ready'));
  const passed = async (): Promise<boolean> =>
    (await latestRun(shop.id))?.asOf === before?.asOf && (await newestLooks(shop.id)).has('recent');
  const until = performance.now() + 60_000;
  for (let after = 0; after < 20; after += ready() && (await passed()) ? 1 : 0) {
    if (performance.now() > until)
      throw new Error(`no new day:\n${workers.map(({ said }) => said()).join('')}`);
    await enqueue(watchShop, { shopId: shop.id, generation: shop.generation });
    await sleep(150);
  }
  for (const stopped of await Promise.all(workers.map((worker) => worker.stop()))) {
    expect(stopped).toEqual([0, null]);
  }
  expect(await latestRun(shop.id)).toMatchObject({ id: before?.id, asOf: before?.asOf });
  const asked = shopify.calls.all.slice(sent);
  expect(asked.filter(({ op }) => op === 'ChangedOrders')).toHaveLength(1);
  expect(asked.filter(({ fields }) => fields.includes('metafieldsSet'))).toHaveLength(1);
  expect(await inShop(shop.id, (db) => db.reconciliation.count())).toBe(1);
  expect(heldScores(fake)).toEqual(await expectedBetweenRuns(shop.id, fake));
  await close();
}, 120_000);
