import { afterAll, expect, it } from 'vitest';
import { directory } from '#app/db.server.ts';
import { importShop } from '#app/jobs/import-shop.server.ts';
import { closeQueue, enqueue } from '#app/jobs/queue.server.ts';
import { runJob } from '#app/jobs/run-job.server.ts';
import { giveUp } from '#app/jobs/workers.server.ts';
import { writeBack } from '#app/jobs/write-back.server.ts';
import { readSettings } from '#app/models/settings.server.ts';
import { markUninstalled } from '#app/models/shops.server.ts';
import { latestWriteRun, updateWriteRun } from '#app/models/write-runs.server.ts';
import { testDatabase } from '#tests/support/database.ts';
import { expectedLines, heldLines } from './expected.ts';
import { decide, drain, installAgain, installed, runPipeline, smallShop, writeNow } from './pipeline.ts';

testDatabase();
afterAll(() => closeQueue(1));

it('R9: given a shop that installs again while a write-back was open, then it is asked anew and nothing goes on by itself', async () => {
  const pipeline = await installed(smallShop({ customers: 30 }));
  const { shop, shopify } = pipeline;
  await runPipeline(pipeline);
  await decide(shop.id, { writeBack: 'on' });
  await writeNow(pipeline, { until: async () => (await latestWriteRun(shop.id))?.state === 'sending' });
  await markUninstalled(shop.id);
  const again = await installAgain(pipeline);
  expect(await readSettings(shop.id)).toMatchObject({ writeBack: 'not-asked' });
  expect(await latestWriteRun(shop.id)).toMatchObject({ state: 'stopped' });
  // Even one that is found open is ended, not gone on with.
  await updateWriteRun(shop.id, (await latestWriteRun(shop.id))!.id, { state: 'sending' });
  await decide(shop.id, { writeBack: 'on' });
  const payload = { shopId: shop.id, generation: again.shop.generation };
  const sent = shopify.calls.all.length;
  await runJob(writeBack, payload, new AbortController().signal);
  expect(await latestWriteRun(shop.id)).toMatchObject({ state: 'stopped' });
  expect(shopify.calls.all).toHaveLength(sent);
  // Late news of the former install neither fails the new one nor shows up in it.
  await giveUp(importShop.name, { shopId: shop.id, generation: shop.generation }, { message: 'old' });
  expect(await directory.shopById(shop.id)).toMatchObject({ givenUpJob: null });
  await pipeline.close();
});

it('R9: given metafields that went with the uninstall, when the shop installs again and agrees, then they are written anew', async () => {
  const pipeline = await installed(smallShop({ customers: 30 }));
  const { shop, fake } = pipeline;
  await decide(shop.id, { writeBack: 'on' });
  await runPipeline(pipeline);
  await markUninstalled(shop.id);
  for (const customer of fake.customers.values()) customer.metafields = new Map();
  const again = await installAgain(pipeline);
  await decide(shop.id, { writeBack: 'on' });
  await enqueue(importShop, { shopId: shop.id, generation: again.shop.generation });
  await drain();
  expect(heldLines(fake)).toEqual(await expectedLines(fake));
  await pipeline.close();
});
