import { describe, expect, it } from 'vitest';
import { directory, inShop, sqlInShop } from '#app/db.server.ts';
import { applyInbox } from '#app/jobs/apply-inbox.server.ts';
import { enqueue } from '#app/jobs/queue.server.ts';
import { readPending } from '#app/jobs/read-pending.server.ts';
import { addPending } from '#app/models/pending.server.ts';
import { addCustomer, mergeCustomers } from '#tests/fake-shopify/store-customers.ts';
import { placeOrder, refundOrder } from '#tests/fake-shopify/store-orders.ts';
import { testDatabase } from '#tests/support/database.ts';
import { heldLines, storedScores } from './expected.ts';
import { expectTrue, followed, receiving, settle } from './followed-shop.ts';
import { decide, drain, installAgain, lookAgain, runPipeline, type Pipeline } from './pipeline.ts';

testDatabase();
const appUrl = receiving();

const moneyOf = async ({ shop }: Pipeline): Promise<number> =>
  (
    await sqlInShop(shop.id, (client) =>
      client.query<{ money: number }>(
        'select sum(total - refunded)::int8 as money from orders where shop_id = $1',
        [shop.id],
      ),
    )
  ).rows[0]?.money ?? 0;

const guestOrders = ({ shop }: Pipeline): Promise<number> =>
  inShop(shop.id, (db) => db.order.count({ where: { customerId: null } }));

describe('given a shop that is followed', () => {
  it.each(['with', 'without'] as const)(
    'B16: when customers are merged, %s the webhook, then one is left with the orders of both and no money is lost',
    async (told) => {
      const pipeline = await followed({ appUrl: appUrl() }, 60);
      const { fake, shop, shopify } = pipeline;
      const money = await moneyOf(pipeline);
      const [kept = 0, gone = 0] = fake.ordersByCustomer.keys();
      const lost = { lost: 1, doubled: 0, late: 0, lateSeconds: 0, burstSeconds: 0 };
      if (told === 'without') shopify.delivery.faults = lost;
      mergeCustomers(fake, kept, gone, Date.now());
      await settle(pipeline);
      if (told === 'without') await lookAgain(pipeline);
      await expectTrue(pipeline);
      expect(await moneyOf(pipeline)).toBe(money);
      expect((await storedScores(shop.id)).has(gone)).toBe(false);
      await pipeline.close();
    },
  );

  it('B16: when the one that is gone is read before the merge is told, then no order becomes a guest’s', async () => {
    const pipeline = await followed({ appUrl: appUrl() }, 60);
    const { fake, shop, shopify } = pipeline;
    const [kept = 0, gone = 0] = fake.ordersByCustomer.keys();
    shopify.delivery.faults = { lost: 1, doubled: 0, late: 0, lateSeconds: 0, burstSeconds: 0 };
    mergeCustomers(fake, kept, gone, Date.now());
    await sqlInShop(shop.id, (client) => addPending(client, shop.id, 'customer', [gone]));
    await enqueue(readPending, { shopId: shop.id, generation: shop.generation });
    await drain();
    await settle(pipeline);
    const guests = [...fake.orders.values()].filter((order) => order.customerId === null).length;
    expect(await guestOrders(pipeline)).toBe(guests);
    expect((await storedScores(shop.id)).has(gone)).toBe(false);
    await pipeline.close();
  });

  it('B17: when guests order, then nobody is scored for them, and the same e-mail on two customers stays two', async () => {
    const pipeline = await followed({ appUrl: appUrl() }, 60);
    const { fake } = pipeline;
    const before = await storedScores(pipeline.shop.id);
    placeOrder(fake, { customerId: null, total: 88_800, createdAt: Date.now() });
    const email = 'same@example.com';
    const [one, two] = [email, email].map(() => addCustomer(fake, { createdAt: Date.now(), email }));
    placeOrder(fake, { customerId: one?.id ?? 0, total: 1_000, createdAt: Date.now() });
    placeOrder(fake, { customerId: two?.id ?? 0, total: 2_000, createdAt: Date.now() });
    await settle(pipeline);
    await expectTrue(pipeline);
    expect((await storedScores(pipeline.shop.id)).size).toBe(before.size + 2);
    await pipeline.close();
  });

  it('W10, X18: when the app is removed while customers wait to be written, then nothing is sent any more and no job comes back', async () => {
    const pipeline = await followed({ appUrl: appUrl() }, 60);
    const { fake, shop, shopify } = pipeline;
    const office = shopify.shop(fake.domain);
    const held = heldLines(fake);
    for (const id of [...fake.ordersByCustomer.keys()].slice(0, 20)) {
      placeOrder(fake, { customerId: id, total: 70_000, createdAt: Date.now() });
    }
    await office.webhooks.settled();
    office.uninstall();
    await office.webhooks.settled();
    shopify.calls.clear();
    await enqueue(applyInbox, { shopId: shop.id, generation: shop.generation });
    await drain();
    expect((await directory.shopById(shop.id))?.uninstalledAt).not.toBeNull();
    expect(heldLines(fake)).toEqual(held);
    expect(shopify.calls.all.filter(({ kind }) => kind === 'graphql')).toEqual([]);
    await pipeline.close();
  });

  it('W11: when it removes and installs the app three times, one uninstall never told, then each install is true again', async () => {
    let pipeline = await followed({ appUrl: appUrl() }, 40);
    const { fake, shopify } = pipeline;
    const office = shopify.shop(fake.domain);
    for (const told of [true, false, true]) {
      const faults = shopify.delivery.faults;
      if (!told) shopify.delivery.faults = { ...faults, lost: 1 };
      office.uninstall();
      await office.webhooks.settled();
      await enqueue(applyInbox, { shopId: pipeline.shop.id, generation: pipeline.shop.generation });
      await drain();
      shopify.delivery.faults = faults;
      const [id = 0] = fake.ordersByCustomer.keys();
      placeOrder(fake, { customerId: id, total: 4_000, createdAt: Date.now() });
      office.installed = true;
      pipeline = await installAgain(pipeline);
      await decide(pipeline.shop.id, { writeBack: 'on' });
      await runPipeline(pipeline);
      // What happened in between without a word is found by reconciliation.
      if (!told) await lookAgain(pipeline);
      await expectTrue(pipeline);
    }
    await pipeline.close();
  });

  it('when an order of three years ago is refunded, then its customer is scored without it', async () => {
    const pipeline = await followed({ appUrl: appUrl() }, 60);
    const { fake } = pipeline;
    const old = [...fake.orders.values()]
      .filter(({ financialStatus, customerId }) => financialStatus === 'PAID' && customerId !== null)
      .toSorted((a, b) => a.processedAt - b.processedAt)[0];
    refundOrder(fake, old?.id ?? 0, old?.total ?? 0, Date.now());
    await settle(pipeline);
    await expectTrue(pipeline);
    await pipeline.close();
  });
});
