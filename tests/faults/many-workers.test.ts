import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { inShop, sqlInShop } from '#app/db.server.ts';
import { refreshShop } from '#app/jobs/refresh-shop.server.ts';
import { closeQueue, enqueue } from '#app/jobs/queue.server.ts';
import { latestImport } from '#app/models/imports.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { expectedLines, heldLines } from '#tests/jobs/expected.ts';
import { decide, installed, runPipeline, smallShop } from '#tests/jobs/pipeline.ts';
import { testDatabase } from '#tests/support/database.ts';
import { killAll, startProcess } from './app-process.ts';

testDatabase();
afterAll(async () => {
  killAll();
  await closeQueue(1);
});

it('P4: when a day begins for five workers at once, then the shop has one daily run and its changes are written once', async () => {
  const pipeline = await installed(smallShop());
  const { shop, fake, shopify, close } = pipeline;
  await decide(shop.id, { writeBack: 'on' });
  await runPipeline(pipeline);
  const runs = (): Promise<number> => inShop(shop.id, (db) => db.scoreRun.count());
  // Yesterday's scores: everything happened a day earlier.
  await sqlInShop(shop.id, async (client) => {
    await client.query('update score_runs set as_of = as_of - 1');
    await client.query(`update imports set changes_until = changes_until - interval '1 day',
      customers_until = customers_until - interval '1 day'`);
  });
  const before = await runs();
  const changesBefore = (await latestImport(shop.id))?.changesUntil ?? 0;
  const sent = shopify.calls.all.length;
  const workers = Array.from({ length: 5 }, () => startProcess('worker', shopify.url, { LOG_LEVEL: 'info' }));
  // Each asks for the day by itself when it starts; they are asked for it again and again besides, also afterwards.
  const day = ((await latestRun(shop.id))?.asOf ?? 0) + 1;
  const ready = (): boolean => workers.every(({ said }) => said().includes('worker ready'));
  const until = performance.now() + 60_000;
  for (let after = 0; after < 20; after += ready() && (await runs()) > before ? 1 : 0) {
    if (performance.now() > until)
      throw new Error(`no daily run:\n${workers.map(({ said }) => said()).join('')}`);
    await enqueue(refreshShop, { shopId: shop.id, generation: shop.generation, day });
    await sleep(150);
  }
  for (const stopped of await Promise.all(workers.map((worker) => worker.stop()))) {
    expect(stopped).toEqual([0, null]);
  }
  expect(await runs()).toBe(before + 1);
  expect(await latestRun(shop.id)).toMatchObject({ reason: 'day' });
  expect((await latestImport(shop.id))?.changesUntil).toBeGreaterThan(changesBefore);
  const asked = shopify.calls.all.slice(sent);
  expect(asked.filter(({ op }) => op === 'ChangedOrders')).toHaveLength(1);
  expect(heldLines(fake)).toEqual(expectedLines(fake));
  await close();
}, 120_000);
