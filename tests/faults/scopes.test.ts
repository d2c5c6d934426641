import { afterAll, describe, expect, it } from 'vitest';
import { directory } from '#app/db.server.ts';
import { closeQueue, enqueue } from '#app/jobs/queue.server.ts';
import { refreshShop } from '#app/jobs/refresh-shop.server.ts';
import { latestImport } from '#app/models/imports.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { latestWriteRun } from '#app/models/write-runs.server.ts';
import { placeOrder } from '#tests/fake-shopify/store-orders.ts';
import { expectedLines, expectedScores, heldLines } from '#tests/jobs/expected.ts';
import { decide, drain, installed, runPipeline, smallShop, type Pipeline } from '#tests/jobs/pipeline.ts';
import { testDatabase } from '#tests/support/database.ts';

testDatabase();
afterAll(() => closeQueue(1));

const refresh = async ({ shop }: Pipeline): Promise<void> => {
  await enqueue(refreshShop, { shopId: shop.id, generation: shop.generation });
  await drain();
};

describe('T7: given a scope that was taken away', () => {
  it('when only adding tags is denied, then tags wait with the scope named and everything else goes on', async () => {
    const pipeline = await installed(smallShop());
    const { shop, fake, shopify } = pipeline;
    const allow = shopify.trouble.add({
      op: 'tagsAdd',
      action: 'accessDenied',
      field: 'tagsAdd',
      times: 10_000,
    });
    await decide(shop.id, { writeBack: 'on' });
    await runPipeline(pipeline);
    expect(await latestImport(shop.id)).toMatchObject({ phase: 'done', problem: null });
    expect((await latestRun(shop.id))?.summary.scored).toBe(expectedScores(fake).scores.size);
    expect(await directory.shopById(shop.id)).toMatchObject({ parkedReason: null });
    const parked = await latestWriteRun(shop.id);
    expect(parked).toMatchObject({
      state: 'failed',
      plan: { problem: 'missing-scope:a scope that was taken away' },
    });
    // The metafields are there, no tag is.
    const { scores } = expectedScores(fake);
    const lines = heldLines(fake).filter((line) => scores.has(line.split(' ')[0] ?? ''));
    expect(lines.every((line) => / - [a-z-]+ [1-5]{3}$/.test(line))).toBe(true);
    expect(shopify.calls.of('tagsAdd').length).toBeLessThanOrEqual(40);
    // Scores go on while the tags wait.
    const [customer] = fake.customers.keys();
    placeOrder(fake, { customerId: customer ?? null, total: 77_000, createdAt: Date.now() });
    const before = (await latestRun(shop.id))?.id;
    await refresh(pipeline);
    expect((await latestRun(shop.id))?.id).not.toBe(before);
    expect(await directory.shopById(shop.id)).toMatchObject({ parkedReason: null });
    // Once the scope is back, the next run writes what waited.
    allow();
    await refresh(pipeline);
    expect(await latestWriteRun(shop.id)).toMatchObject({ state: 'done' });
    expect(heldLines(fake)).toEqual(expectedLines(fake));
    await pipeline.close();
  }, 60_000);

  it('when write_customers is gone, then it is named in Shopify’s words and the scores stay right', async () => {
    const pipeline = await installed(smallShop());
    const { shop, fake, shopify } = pipeline;
    const office = shopify.shop(fake.domain);
    const granted = office.scopes;
    office.scopes = new Set([...granted].map((scope) => scope.replace('write_customers', 'read_customers')));
    await decide(shop.id, { writeBack: 'on' });
    await runPipeline(pipeline);
    const parked = await latestWriteRun(shop.id);
    expect(parked?.state).toBe('failed');
    expect(parked?.plan.problem).toContain('write_customers');
    expect((await latestRun(shop.id))?.summary.scored).toBe(expectedScores(fake).scores.size);
    office.scopes = granted;
    await refresh(pipeline);
    expect(heldLines(fake)).toEqual(expectedLines(fake));
    await pipeline.close();
  }, 60_000);
});
