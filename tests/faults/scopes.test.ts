import { afterAll, describe, expect, it } from 'vitest';
import { directory, inShop } from '#app/db.server.ts';
import { closeQueue, enqueue } from '#app/jobs/queue.server.ts';
import { watchShop } from '#app/jobs/watch-shop.server.ts';
import { latestImport } from '#app/models/imports.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { latestWriteRun } from '#app/models/write-runs.server.ts';
import { placeOrder } from '#tests/fake-shopify/store-orders.ts';
import {
  expectedBetweenRuns,
  expectedLines,
  expectedScores,
  heldLines,
  heldScores,
  scoredDay,
  storedScores,
} from '#tests/jobs/expected.ts';
import {
  decide,
  drain,
  installed,
  lookAgain,
  runPipeline,
  smallShop,
  type Pipeline,
} from '#tests/jobs/pipeline.ts';
import { testDatabase } from '#tests/support/database.ts';

testDatabase();
afterAll(() => closeQueue(1));

/** Two hours pass since the last write-back, and the shop is watched. */
async function hoursLater({ shop }: Pipeline): Promise<void> {
  await inShop(
    shop.id,
    (db) => db.$executeRaw`update write_runs set finished_at = finished_at - interval '2 hours'`,
  );
  await enqueue(watchShop, { shopId: shop.id, generation: shop.generation });
  await drain();
}

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
    const run = await latestRun(shop.id);
    expect(run?.summary.scored).toBe(expectedScores(fake, run!.asOf).scores.size);
    expect(await directory.shopById(shop.id)).toMatchObject({ parkedReason: null });
    const parked = await latestWriteRun(shop.id);
    expect(parked).toMatchObject({
      state: 'failed',
      plan: { problem: 'missing-scope:a scope that was taken away' },
    });
    // The metafields are there, no tag is.
    const { scores } = expectedScores(fake, await scoredDay(fake));
    const lines = heldLines(fake).filter((line) => scores.has(line.split(' ')[0] ?? ''));
    expect(lines.every((line) => / - [a-z-]+ [1-5]{3}$/.test(line))).toBe(true);
    expect(shopify.calls.of('tagsAdd').length).toBeLessThanOrEqual(40);
    // Scores go on while the tags wait.
    const [customer] = fake.customers.keys();
    placeOrder(fake, { customerId: customer ?? null, total: 77_000, createdAt: Date.now() });
    await lookAgain(pipeline);
    expect(await storedScores(shop.id)).toEqual(await expectedBetweenRuns(shop.id, fake));
    expect(await directory.shopById(shop.id)).toMatchObject({ parkedReason: null });
    // Once the scope is back, what waited is written within an hour or two.
    allow();
    await hoursLater(pipeline);
    expect(await latestWriteRun(shop.id)).toMatchObject({ state: 'done' });
    expect(heldScores(fake)).toEqual(await expectedBetweenRuns(shop.id, fake));
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
    const run = await latestRun(shop.id);
    expect(run?.summary.scored).toBe(expectedScores(fake, run!.asOf).scores.size);
    office.scopes = granted;
    await hoursLater(pipeline);
    expect(heldLines(fake)).toEqual(await expectedLines(fake));
    await pipeline.close();
  }, 60_000);
});
