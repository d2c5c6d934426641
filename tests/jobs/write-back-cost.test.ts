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

describe('given a plan of some hundred writes', () => {
  it('when it is sent call by call, then it costs the least, is hardly throttled and keeps up with the restore rate', async () => {
    const plan = { name: 'test', restoreRate: 400, bucket: 800 };
    const pipeline = await installed(smallShop({ customers: 300, plan }));
    const { shop } = pipeline;
    await runPipeline(pipeline);
    const preview = await previewWriteBack(shop.id, adminFor(shop));
    expect(writes(pipeline)).toEqual([]);
    await decide(shop.id, { writeBack: 'on' });
    const startedAt = performance.now();
    await writeNow(pipeline);
    const seconds = (performance.now() - startedAt) / 1000;
    const calls = writes(pipeline);
    const points = calls.reduce((sum, call) => sum + call.actual, 0);
    expect(points).toBeLessThanOrEqual(preview.points * 1.02);
    expect(calls.filter((call) => call.throttled).length / calls.length).toBeLessThan(0.02);
    expect(heldLines(pipeline.fake)).toEqual(expectedLines(pipeline.fake));
    const ideal = (preview.points - plan.bucket) / plan.restoreRate;
    // A loaded machine may add seconds of its own; the bench measures the ratio.
    expect(seconds).toBeLessThan(ideal * 1.15 + 5);
    expect(await latestWriteRun(shop.id)).toMatchObject({ state: 'done', points: expect.any(Number) });
    await pipeline.close();
  }, 60_000);

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
