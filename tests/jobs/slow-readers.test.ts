import { describe, expect, it } from 'vitest';
import { inShop } from '#app/db.server.ts';
import { applyInbox } from '#app/jobs/apply-inbox.server.ts';
import { importShop } from '#app/jobs/import-shop.server.ts';
import { enqueue } from '#app/jobs/queue.server.ts';
import { readPending } from '#app/jobs/read-pending.server.ts';
import { runJob } from '#app/jobs/run-job.server.ts';
import { storeOrders } from '#app/jobs/take-changes.server.ts';
import { openImport } from '#app/models/imports.server.ts';
import { adminFor } from '#app/admin-for.server.ts';
import { readOrdersById } from '#app/shopify/orders-by-id.server.ts';
import { deleteOrder } from '#tests/fake-shopify/store-orders.ts';
import { testDatabase } from '#tests/support/database.ts';
import { expectTrue, followed, receiving, settle } from './followed-shop.ts';
import { drain, type Pipeline } from './pipeline.ts';

testDatabase();
const appUrl = receiving();

const payload = ({ shop }: Pipeline) => ({ shopId: shop.id, generation: shop.generation });
const isStored = async ({ shop }: Pipeline, id: number): Promise<boolean> =>
  (await inShop(shop.id, (db) => db.order.count({ where: { id } }))) > 0;
const paidOrder = ({ fake }: Pipeline): number =>
  [...fake.orders.values()].find(({ financialStatus }) => financialStatus === 'PAID')?.id ?? 0;

describe('given a reader that stores late what it read', () => {
  it('when an order was deleted in between, then it is removed once more', async () => {
    const pipeline = await followed({ appUrl: appUrl() }, 60);
    const { fake, shop, shopify } = pipeline;
    const id = paidOrder(pipeline);
    const read = await readOrdersById(adminFor(shop), [id]);
    deleteOrder(fake, id, Date.now());
    await shopify.shop(fake.domain).webhooks.settled();
    await runJob(applyInbox, payload(pipeline), new AbortController().signal);
    expect(await isStored(pipeline, id)).toBe(false);
    await storeOrders(shop.id, read);
    expect(await isStored(pipeline, id)).toBe(true);
    await enqueue(readPending, payload(pipeline));
    await settle(pipeline);
    await expectTrue(pipeline);
    await pipeline.close();
  });

  it('when an order is deleted while an import runs, then its webhook waits for the end of it', async () => {
    const pipeline = await followed({ appUrl: appUrl() }, 60);
    const { fake, shop, shopify } = pipeline;
    await openImport(shop.id, shop.generation);
    const id = paidOrder(pipeline);
    deleteOrder(fake, id, Date.now());
    await shopify.shop(fake.domain).webhooks.settled();
    await runJob(applyInbox, payload(pipeline), new AbortController().signal);
    expect(await isStored(pipeline, id)).toBe(true);
    await enqueue(importShop, payload(pipeline));
    await drain();
    await settle(pipeline);
    await expectTrue(pipeline);
    await pipeline.close();
  });
});
