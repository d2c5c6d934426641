import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { importShop } from '#app/jobs/import-shop.server.ts';
import { closeQueue, enqueue } from '#app/jobs/queue.server.ts';
import { latestWriteRun } from '#app/models/write-runs.server.ts';
import { testDatabase } from '#tests/support/database.ts';
import { expectedLines, heldLines } from './expected.ts';
import { decide, installed, smallShop, type Pipeline } from './pipeline.ts';

const databaseUrl = testDatabase();
const children = new Set<ChildProcess>();
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await closeQueue(1);
});

function worker({ shopify }: Pipeline): ChildProcess {
  const child = spawn(
    process.execPath,
    ['--import', './tests/fake-shopify/preload.ts', 'app/worker.server.ts'],
    {
      env: { ...process.env, DATABASE_URL: databaseUrl, FAKE_SHOPIFY_URL: shopify.url },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  children.add(child);
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

it('P1: when the worker is killed with SIGKILL again and again, then the next one ends the work the same', async () => {
  const plan = { name: 'test', restoreRate: 200, bucket: 1000 };
  const pipeline = await installed(smallShop({ customers: 80, plan }));
  const { shop, fake } = pipeline;
  await decide(shop.id, { writeBack: 'on' });
  await enqueue(importShop, { shopId: shop.id, generation: shop.generation });
  for (const lifeMs of [1500, 2500]) {
    const child = worker(pipeline);
    await sleep(lifeMs);
    await kill(child);
  }
  const last = worker(pipeline);
  for (let waited = 0; (await latestWriteRun(shop.id))?.state !== 'done'; waited += 1) {
    if (waited > 600) throw new Error('the last worker never came to the end');
    await sleep(100);
  }
  expect(heldLines(fake)).toEqual(expectedLines(fake));
  const stopped = once(last, 'exit');
  last.kill('SIGTERM');
  expect(await stopped).toEqual([0, null]);
  await pipeline.close();
}, 90_000);
