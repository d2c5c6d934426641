import { afterAll, expect, it } from 'vitest';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { latestImport } from '#app/models/imports.server.ts';
import { testDatabase } from '#tests/support/database.ts';
import { decide, installed, runPipeline, smallShop, whatCustomersHold, writeNow } from './pipeline.ts';

testDatabase();
afterAll(() => closeQueue(1));

it('given a shop, when it is imported, then everything is stored, scored and written', async () => {
  const pipeline = await installed(smallShop());
  await decide(pipeline.shop.id, { writeBack: 'on' });
  await runPipeline(pipeline);
  console.log(await latestImport(pipeline.shop.id));
  console.log([...whatCustomersHold(pipeline.fake)].slice(0, 3));
  const before = pipeline.shopify.calls.all.length;
  await writeNow(pipeline);
  expect(pipeline.shopify.calls.all.slice(before).filter((c) => c.mutation)).toEqual([]);
  await pipeline.close();
});
