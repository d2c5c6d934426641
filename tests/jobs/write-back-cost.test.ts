import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { adminFor } from '#app/admin-for.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { previewWriteBack } from '#app/jobs/walk-plan.server.ts';
import { latestWriteRun } from '#app/models/write-runs.server.ts';
import { testDatabase } from '#tests/support/database.ts';
import { expectedLines, heldLines } from './expected.ts';
import { decide, installed, runPipeline, smallShop, writeNow, type Pipeline } from './pipeline.ts';

testDatabase();
afterAll(() => closeQueue(1));

const writes = ({ shopify }: Pipeline) =>
  shopify.calls.all.filter(({ op }) => ['SetMetafields', 'AddTags', 'RemoveTags'].includes(op));

/** Waits until reading is paid for, so that the write-back begins with a full bucket. */
async function bucketFull({ shopify, fake }: Pipeline): Promise<void> {
  const { bucket } = shopify.shop(fake.domain);
  while (bucket.status().currentlyAvailable < bucket.status().maximumAvailable) await sleep(20);
}

describe('given a plan of some hundred writes', () => {
  // How long it takes is held against the restore rate in tests/shopify/pace.test.ts, on a clock of its own.
  it('when it is sent call by call, then it costs the least and is hardly throttled', async () => {
    // 100 points a second, ten of Shopify's seconds in a real one.
    const plan = { name: 'test', restoreRate: 100, bucket: 800 };
    const pipeline = await installed(smallShop({ customers: 300, plan }), { timeScale: 10 });
    const { shop } = pipeline;
    await runPipeline(pipeline);
    const preview = await previewWriteBack(shop.id, adminFor(shop));
    expect(preview.transport.bulk).toEqual({});
    expect(writes(pipeline)).toEqual([]);
    await decide(shop.id, { writeBack: 'on' });
    await bucketFull(pipeline);
    await writeNow(pipeline);
    const calls = writes(pipeline);
    const points = calls.reduce((sum, call) => sum + call.actual, 0);
    // More than the bucket holds several times over: what comes back sets the pace.
    expect(points).toBeGreaterThan(3 * plan.bucket);
    expect(points).toBeLessThanOrEqual(preview.points * 1.02);
    const throttled = calls.filter((call) => call.throttled).length / calls.length;
    expect(throttled).toBeLessThan(0.02);
    expect(heldLines(pipeline.fake)).toEqual(await expectedLines(pipeline.fake));
    expect(await latestWriteRun(shop.id)).toMatchObject({ state: 'done', points });
    await pipeline.close();
  });

  it('when writing is switched off meanwhile, then it stops, and removing everything leaves foreign tags alone', async () => {
    const pipeline = await installed(smallShop({ customers: 60 }));
    const { shop, fake } = pipeline;
    const foreign = () =>
      [...fake.customers.values()].map(({ tags }) => tags.filter((t) => !/^rfm:/i.test(t)));
    const before = foreign();
    await decide(shop.id, { writeBack: 'on' });
    await runPipeline(pipeline);
    await decide(shop.id, { writeBack: 'off', tagPrefix: 'rfm' });
    const sent = writes(pipeline).length;
    await writeNow(pipeline);
    expect(writes(pipeline)).toHaveLength(sent);
    await decide(shop.id, { writeBack: 'removing' });
    await writeNow(pipeline);
    expect(heldLines(fake).filter((line) => !line.endsWith(' - - -'))).toEqual([]);
    expect(foreign()).toEqual(before);
    await pipeline.close();
  });
});
