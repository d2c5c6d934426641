import { describe, expect, it } from 'vitest';
import { inShop } from '#app/db.server.ts';
import { applyInbox } from '#app/jobs/apply-inbox.server.ts';
import { importShop } from '#app/jobs/import-shop.server.ts';
import { enqueue } from '#app/jobs/queue.server.ts';
import { readPending } from '#app/jobs/read-pending.server.ts';
import { removeOldData } from '#app/jobs/remove-old.server.ts';
import { runJob } from '#app/jobs/run-job.server.ts';
import { storeOrders } from '#app/jobs/take-changes.server.ts';
import { openImport } from '#app/models/imports.server.ts';
import { adminFor } from '#app/admin-for.server.ts';
import { ORDERS_PER_CALL, readOrdersById } from '#app/shopify/orders-by-id.server.ts';
import { deleteOrder, editOrder } from '#tests/fake-shopify/store-orders.ts';
import { testDatabase } from '#tests/support/database.ts';
import { expectTrue, followed, receiving, settle } from './followed-shop.ts';
import { drain, type Pipeline } from './pipeline.ts';

testDatabase();
const appUrl = receiving();

const payload = ({ shop }: Pipeline) => ({ shopId: shop.id, generation: shop.generation });
const isStored = async ({ shop }: Pipeline, id: number): Promise<boolean> =>
  (await inShop(shop.id, (db) => db.order.count({ where: { id } }))) > 0;
const totalOf = async ({ shop }: Pipeline, id: number): Promise<number> =>
  Number((await inShop(shop.id, (db) => db.order.findFirstOrThrow({ where: { id } }))).total);
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

  it('when an order was in two states within one second, then it is read once more and the later one stays', async () => {
    const pipeline = await followed({ appUrl: appUrl() }, 60);
    const { fake, shop } = pipeline;
    const id = paidOrder(pipeline);
    const at = Math.floor(Date.now() / 1000) * 1000;
    editOrder(fake, id, { total: 4_000 }, at);
    const read = await readOrdersById(adminFor(shop), [id]);
    editOrder(fake, id, { total: 5_000 }, at);
    await settle(pipeline);
    await storeOrders(shop.id, read);
    expect(await totalOf(pipeline, id)).toBe(4_000);
    await enqueue(readPending, payload(pipeline));
    await settle(pipeline);
    expect(await totalOf(pipeline, id)).toBe(5_000);
    await expectTrue(pipeline);
    await pipeline.close();
  });

  it('when orders are read again that did not change, then no line items are added, and the unused ones go daily', async () => {
    const pipeline = await followed({ appUrl: appUrl() }, 60);
    const { fake, shop } = pipeline;
    const loads = () => inShop(shop.id, (db) => db.lineItems.count());
    const read = await readOrdersById(adminFor(shop), [...fake.orders.keys()].slice(0, ORDERS_PER_CALL));
    const before = await loads();
    await storeOrders(shop.id, read);
    expect(await loads()).toBe(before);
    await storeOrders(shop.id, read, { unchangedToo: true });
    await storeOrders(shop.id, read, { unchangedToo: true });
    expect(await loads()).toBe(before + 2);
    await runJob(removeOldData, payload(pipeline), new AbortController().signal);
    expect(await loads()).toBe(before + 1);
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
