import { describe, expect, it } from 'vitest';
import { databaseNow, inShop, sqlInShop } from '#app/db.server.ts';
import { enqueue } from '#app/jobs/queue.server.ts';
import { watchShop } from '#app/jobs/watch-shop.server.ts';
import { latestImport, latestWholeImport, updateImport } from '#app/models/imports.server.ts';
import {
  finishLook,
  newestLooks,
  openLook,
  type Look,
  type LookKind,
} from '#app/models/reconciliations.server.ts';
import { apiUse } from '#app/models/shop-health.server.ts';
import { addCustomer } from '#tests/fake-shopify/store-customers.ts';
import { deleteOrder, placeOrder, refundOrder } from '#tests/fake-shopify/store-orders.ts';
import { testDatabase } from '#tests/support/database.ts';
import { expectedBetweenRuns, heldScores, storedScores } from './expected.ts';
import { receiving } from './followed-shop.ts';
import {
  decide,
  drain,
  installed,
  lookAgain,
  passSinceLooks,
  runPipeline,
  smallShop,
  type Pipeline,
} from './pipeline.ts';

testDatabase();
const appUrl = receiving();

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

async function imported(customers = 60): Promise<Pipeline> {
  const pipeline = await installed(smallShop({ customers }));
  await runPipeline(pipeline);
  return pipeline;
}

/** The shop is watched, and everything that follows from it happens. */
async function watch({ shop }: Pipeline): Promise<void> {
  await enqueue(watchShop, { shopId: shop.id, generation: shop.generation });
  await drain();
}

async function look({ shop }: Pipeline, kind: LookKind): Promise<Look> {
  const found = (await newestLooks(shop.id)).get(kind);
  if (found === undefined) throw new Error(`no look at ${kind}`);
  return found;
}

/** Makes the shop's marks those of so many hours ago. */
async function lastLooked({ shop }: Pipeline, hoursAgo: number): Promise<void> {
  const run = await latestWholeImport(shop.id, shop.generation);
  const until = (await databaseNow()) - hoursAgo * HOUR;
  await updateImport(shop.id, run?.id ?? 0, { changesUntil: until, customersUntil: until });
}

/** Six hours of a shop's life, of which it hears by webhooks as far as they arrive. */
function liveSixHours({ fake }: Pipeline, now: number): void {
  const people = [...fake.customers.keys()];
  const paid = [...fake.orders.values()].filter(({ financialStatus }) => financialStatus === 'PAID');
  for (let n = 0; n < 36; n += 1) {
    const at = now - 6 * HOUR + n * 10 * MINUTE;
    if (n % 3 === 0) refundOrder(fake, paid[n]?.id ?? 0, Math.floor((paid[n]?.total ?? 2) / 2), at);
    else if (n % 12 === 1) addCustomer(fake, { createdAt: at, tags: ['new here'] });
    else
      placeOrder(fake, {
        customerId: people[(n * 7) % people.length] ?? null,
        total: 1_000 + n,
        createdAt: at,
      });
  }
}

describe('given webhooks that are lost', () => {
  it.each([10, 100])(
    'W5: when %i of a hundred are dropped for six hours, then it is seen within 15 minutes and one look makes everything right',
    async (percent) => {
      const pipeline = await imported();
      const { fake, shop, shopify, close } = pipeline;
      await decide(shop.id, { writeBack: 'on' });
      await runPipeline(pipeline);
      await lookAgain(pipeline);
      shopify.sendWebhooksTo(appUrl());
      shopify.trouble.add({
        op: /^(orders|customers|refunds)/,
        action: 'drop',
        chance: percent / 100,
        times: 1e6,
      });
      liveSixHours(pipeline, await databaseNow());
      await shopify.shop(fake.domain).webhooks.settled();
      await drain();
      const wrong = async (): Promise<boolean> =>
        JSON.stringify([...(await storedScores(shop.id))].sort()) !==
        JSON.stringify([...(await expectedBetweenRuns(shop.id, fake))].sort());
      expect(await wrong()).toBe(true);
      // Nobody looked for those six hours; a quarter of an hour after the last look the shop is watched.
      await lastLooked(pipeline, 6.2);
      await passSinceLooks(shop.id, 15);
      await watch(pipeline);
      const seen = await look(pipeline, 'recent');
      expect(seen.finishedAt).not.toBeNull();
      expect(seen.drift).toBeGreaterThan(0);
      expect(await storedScores(shop.id)).toEqual(await expectedBetweenRuns(shop.id, fake));
      expect(heldScores(fake)).toEqual(await expectedBetweenRuns(shop.id, fake));
      await close();
    },
    60_000,
  );

  it('when a shop was looked at less than ten minutes ago, then watching it asks Shopify nothing', async () => {
    const pipeline = await imported();
    await lookAgain(pipeline);
    const calls = pipeline.shopify.calls.all.length;
    await passSinceLooks(pipeline.shop.id, 8);
    await watch(pipeline);
    expect(pipeline.shopify.calls.all.length).toBe(calls);
    await pipeline.close();
  });

  it('drift is counted: only what differed, is settled, and no word of is on its way', async () => {
    const pipeline = await imported();
    const { fake, shop, close } = pipeline;
    await lastLooked(pipeline, 2);
    await lookAgain(pipeline);
    const before = await look(pipeline, 'recent');
    // The same objects as they are stored: nothing differs.
    expect(before.drift).toBe(0);
    const now = await databaseNow();
    const paid = [...fake.orders.values()].filter(({ financialStatus }) => financialStatus === 'PAID');
    for (const [n, { id }] of paid.slice(0, 5).entries()) refundOrder(fake, id, 1, now - HOUR + n * MINUTE);
    // Of one the webhook waits, one is only a minute old, one was touched without becoming another.
    const waiting = paid[0]?.id ?? 0;
    await sqlInShop(shop.id, (client) =>
      client.query(
        `insert into inbox (shop_id, webhook_id, topic, resource_id) values ($1, 'w', 'parked/for-now', $2)`,
        [shop.id, waiting],
      ),
    );
    refundOrder(fake, paid[5]?.id ?? 0, 1, now - MINUTE);
    const touched = paid[6];
    if (touched !== undefined) touched.updatedAt = now - HOUR;
    await lastLooked(pipeline, 2);
    await lookAgain(pipeline);
    const after = await look(pipeline, 'recent');
    expect(after).toMatchObject({ drift: 4 });
    expect(after.lookedAt).toBeGreaterThanOrEqual(7);
    await close();
  });

  it('when a day has passed, then two whole days are looked at, whatever the marks say', async () => {
    const pipeline = await imported();
    const { fake, shop, close } = pipeline;
    const [customerId = null] = fake.customers.keys();
    placeOrder(fake, { customerId, total: 4_200, createdAt: (await databaseNow()) - 40 * HOUR });
    await lookAgain(pipeline);
    expect((await look(pipeline, 'recent')).drift).toBe(0);
    await passSinceLooks(shop.id, 25 * 60);
    await watch(pipeline);
    const daily = await look(pipeline, 'two-days');
    expect(daily.drift).toBe(1);
    expect(daily.detail.usual).toHaveLength(168);
    expect(await storedScores(shop.id)).toEqual(await expectedBetweenRuns(shop.id, fake));
    await close();
  });
});

describe('given counts that differ', () => {
  const aWeek = 8 * 24 * 60;

  it('when orders and a customer are gone without a word, then they are found, removed and counted', async () => {
    const pipeline = await imported();
    const { fake, shop, close } = pipeline;
    const [first, second] = [...fake.orders.values()].filter(({ customerId }) => customerId !== null);
    for (const order of [first, second]) deleteOrder(fake, order?.id ?? 0, (await databaseNow()) - HOUR);
    const nobody = [...fake.customers.keys()].find((id) => !fake.ordersByCustomer.has(id)) ?? 0;
    fake.customers.delete(nobody);
    await lookAgain(pipeline);
    expect(await inShop(shop.id, (db) => db.order.count())).toBe(fake.orders.size + 2);
    await passSinceLooks(shop.id, aWeek);
    await watch(pipeline);
    expect(await inShop(shop.id, (db) => db.order.count())).toBe(fake.orders.size);
    expect(await inShop(shop.id, (db) => db.customer.count())).toBe(fake.customers.size);
    const counts = await look(pipeline, 'counts');
    expect(counts).toMatchObject({ drift: 3, detail: { importAgain: false } });
    expect(counts.finishedAt).not.toBeNull();
    expect(await storedScores(shop.id)).toEqual(await expectedBetweenRuns(shop.id, fake));
    await close();
  });

  it('when stored orders are lost, then a new import brings them back', async () => {
    const pipeline = await imported();
    const { fake, shop, close } = pipeline;
    const whole = await latestImport(shop.id);
    await inShop(
      shop.id,
      (db) => db.$executeRaw`delete from orders where id in (select id from orders limit 3)`,
    );
    await passSinceLooks(shop.id, aWeek);
    await watch(pipeline);
    expect(await look(pipeline, 'counts')).toMatchObject({ drift: 3, detail: { importAgain: true } });
    expect(await latestImport(shop.id)).toMatchObject({ phase: 'done', replaces: true });
    expect((await latestImport(shop.id))?.id).not.toBe(whole?.id);
    expect(await inShop(shop.id, (db) => db.order.count())).toBe(fake.orders.size);
    expect(await storedScores(shop.id)).toEqual(await expectedBetweenRuns(shop.id, fake));
    await close();
  });

  it('when nothing is amiss, then nothing is removed or imported', async () => {
    const pipeline = await imported();
    const { shop, shopify, close } = pipeline;
    await passSinceLooks(shop.id, aWeek);
    await watch(pipeline);
    expect(await look(pipeline, 'counts')).toMatchObject({ drift: 0, detail: { importAgain: false } });
    expect(shopify.calls.of('bulkOperationRunQuery')).toHaveLength(3);
    await close();
  });
});

describe('given stored scores', () => {
  it('when a sample of them is made again from the stored orders, then the right ones are left alone and a wrong one is mended', async () => {
    const pipeline = await imported(40);
    const { fake, shop, close } = pipeline;
    await passSinceLooks(shop.id, 25 * 60);
    await watch(pipeline);
    const right = await look(pipeline, 'scores');
    expect(right).toMatchObject({ drift: 0 });
    expect(right.lookedAt).toBeGreaterThan(15);
    await inShop(
      shop.id,
      (db) => db.$executeRaw`update scores set monetary = monetary + 1 where segment is not null`,
    );
    await passSinceLooks(shop.id, 25 * 60);
    await watch(pipeline);
    expect((await look(pipeline, 'scores')).drift).toBeGreaterThan(10);
    // Those that were found are right again, the others not yet.
    const { rows } = await sqlInShop(shop.id, (client) =>
      client.query<{ n: number }>(
        'select count(*) as n from pending where shop_id = $1 and not_before is null',
        [shop.id],
      ),
    );
    expect(rows[0]?.n).toBe(0);
    expect(await storedScores(shop.id)).toEqual(await expectedBetweenRuns(shop.id, fake));
    await close();
  });
});

describe('given a Shopify that changed', () => {
  it('B14: when answers come by another API version, then that is kept until they no longer do', async () => {
    const pipeline = await imported(20);
    const { shop, shopify, close } = pipeline;
    expect(await apiUse(shop.id)).toMatchObject({ answeredVersion: '2026-10' });
    expect((await apiUse(shop.id)).pointsToday).toBeGreaterThan(0);
    const again = shopify.trouble.add({ op: /./, action: 'wrongVersion', version: '2027-01', times: 1e6 });
    await lookAgain(pipeline);
    expect(await apiUse(shop.id)).toMatchObject({ answeredVersion: '2027-01' });
    again();
    await lookAgain(pipeline);
    expect(await apiUse(shop.id)).toMatchObject({ answeredVersion: '2026-10' });
    await close();
  });

  it('silence alarm: when no word of orders comes although they usually do, then the look notes since when, until one comes', async () => {
    const pipeline = await imported(20);
    const { shop, close } = pipeline;
    const silentSince = async () => (await look(pipeline, 'recent')).detail.silentSince;
    // A hundred orders an hour, as the daily look found.
    const usual = Array.from({ length: 168 }, () => 100);
    const { id } = await openLook(shop.id, 'two-days');
    await finishLook(shop.id, id, { usual });
    await passSinceLooks(shop.id, 30);
    await watch(pipeline);
    const whole = await latestWholeImport(shop.id, shop.generation);
    expect(await silentSince()).toBe(whole?.finishedAt);
    await sqlInShop(shop.id, (client) =>
      client.query(
        `insert into webhook_topics (shop_id, topic, last_received_at) values ($1, 'orders/create', clock_timestamp())`,
        [shop.id],
      ),
    );
    await lookAgain(pipeline);
    expect(await silentSince()).toBeNull();
    await close();
  });
});
