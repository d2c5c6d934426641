import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { importShop } from '#app/jobs/import-shop.server.ts';
import { closeQueue, enqueue } from '#app/jobs/queue.server.ts';
import { latestWriteRun } from '#app/models/write-runs.server.ts';
import { killAll, startProcess, type AppProcess } from '#tests/faults/app-process.ts';
import { testDatabase } from '#tests/support/database.ts';
import { expectedLines, heldLines } from './expected.ts';
import { decide, installed, smallShop } from './pipeline.ts';

testDatabase();
afterAll(async () => {
  killAll();
  await closeQueue(1);
});

it('P1: when the worker is killed with SIGKILL again and again, then the next one ends the work the same', async () => {
  const plan = { name: 'test', restoreRate: 200, bucket: 1000 };
  const { shop, fake, shopify, close } = await installed(smallShop({ customers: 80, plan }));
  await decide(shop.id, { writeBack: 'on' });
  await enqueue(importShop, { shopId: shop.id, generation: shop.generation });
  const alive = async (lifeMs: number): Promise<AppProcess> => {
    const worker = startProcess('worker', shopify.url, { LOG_LEVEL: 'info' });
    while (!worker.said().includes('worker ready')) await sleep(20);
    await sleep(lifeMs);
    return worker;
  };
  for (const lifeMs of [300, 900]) await (await alive(lifeMs)).kill();
  // One that is told to stop in the middle ends by itself.
  expect(await (await alive(500)).stop()).toEqual([0, null]);
  const last = startProcess('worker', shopify.url, { LOG_LEVEL: 'debug' });
  const until = performance.now() + 45_000;
  while ((await latestWriteRun(shop.id))?.state !== 'done') {
    if (performance.now() > until) throw new Error(`the last worker never came to the end:\n${last.said()}`);
    await sleep(100);
  }
  expect(heldLines(fake)).toEqual(await expectedLines(fake));
  expect(await last.stop()).toEqual([0, null]);
  await close();
}, 90_000);
