import { describe, expect, it } from 'vitest';
import { inShop, sqlInShop } from '#app/db.server.ts';
import { leaveHalf } from '#app/jobs/left-over-points.server.ts';
import { enqueue } from '#app/jobs/queue.server.ts';
import { readPending } from '#app/jobs/read-pending.server.ts';
import { runJob } from '#app/jobs/run-job.server.ts';
import { watchShop } from '#app/jobs/watch-shop.server.ts';
import { openImport } from '#app/models/imports.server.ts';
import { addPending } from '#app/models/pending.server.ts';
import { testDatabase } from '#tests/support/database.ts';
import { expectTrue, followed, receiving } from './followed-shop.ts';
import { drain, type Pipeline } from './pipeline.ts';

testDatabase();
const appUrl = receiving();

const payload = ({ shop }: Pipeline) => ({ shopId: shop.id, generation: shop.generation });
const waiting = ({ shop }: Pipeline): Promise<number> => inShop(shop.id, (db) => db.pending.count());

describe('given word of a change whose worker died before it asked for what follows', () => {
  it('when a customer is read again whose tag is gone, then it is written again', async () => {
    const pipeline = await followed({ appUrl: appUrl() }, 60);
    const { fake, shop, shopify } = pipeline;
    shopify.delivery.faults = { lost: 1, doubled: 0, late: 0, lateSeconds: 0, burstSeconds: 0 };
    const tagged = [...fake.customers.values()].find(({ tags }) =>
      tags.some((tag) => tag.startsWith('rfm:')),
    );
    if (tagged === undefined) throw new Error('nobody is tagged');
    tagged.tags = tagged.tags.filter((tag) => !tag.startsWith('rfm:'));
    tagged.updatedAt = Date.now();
    await sqlInShop(shop.id, (client) => addPending(client, shop.id, 'customer', [tagged.id]));
    await enqueue(readPending, payload(pipeline));
    await drain();
    await expectTrue(pipeline);
    await pipeline.close();
  });

  it('when the shop is watched while an import replaces its history, then everything that waits is taken up', async () => {
    const pipeline = await followed({ appUrl: appUrl() }, 60);
    const { fake, shop, shopify } = pipeline;
    await openImport(shop.id, shop.generation);
    shopify.trouble.add({ op: 'bulkOperationRunQuery', action: 'neverFinish', times: 1000 });
    const [customer = 0] = fake.ordersByCustomer.keys();
    const [order = 0] = fake.orders.keys();
    await sqlInShop(shop.id, async (client) => {
      for (const kind of ['score', 'write', 'customer'] as const)
        await addPending(client, shop.id, kind, [customer]);
      await addPending(client, shop.id, 'details', [order]);
    });
    await runJob(watchShop, payload(pipeline), new AbortController().signal);
    let looks = 0;
    await drain({ until: async () => (await waiting(pipeline)) === 0 || ++looks > 200, oneStep: true });
    expect(await waiting(pipeline)).toBe(0);
    await pipeline.close();
  });

  it('when half of the budget is not there, then a look leaves what there is to scores and writes for so long', async () => {
    const throttle = (currentlyAvailable: number) => ({
      throttle: () => ({ currentlyAvailable, maximumAvailable: 2_000, restoreRate: 1_000 }),
    });
    const waited = async (available: number): Promise<number> => {
      const from = performance.now();
      await leaveHalf(throttle(available), new AbortController().signal);
      return performance.now() - from;
    };
    expect(await waited(1_000)).toBeLessThan(50);
    expect(await waited(800)).toBeGreaterThan(190);
  });
});
