import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { directory, sqlInShop } from '#app/db.server.ts';
import { URGENT } from '#app/jobs/answer-urgent.server.ts';
import { applyInbox } from '#app/jobs/apply-inbox.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { runJob } from '#app/jobs/run-job.server.ts';
import { onStep } from '#app/jobs/step.server.ts';
import { startJobs, stopJobs } from '#app/jobs/workers.server.ts';
import { inboxNews } from '#app/models/inbox-news.server.ts';
import { lastByTopic } from '#app/models/inbox.server.ts';
import { markUninstalled, parkShop, type ShopRow } from '#app/models/shops.server.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';
import { handledNow, waitingNow } from '#tests/support/inbox.ts';

testDatabase();
let shop: ShopRow;
let webhooks = 0;

beforeEach(async () => {
  shop = await testShop();
});
afterAll(() => closeQueue(1));

/** Stores a webhook of the shop as if it had come. */
async function came(topic: string, notify = true): Promise<void> {
  webhooks += 1;
  await sqlInShop(shop.id, async (client) => {
    await client.query(
      `insert into inbox (shop_id, webhook_id, topic, triggered_at) values ($1, $2, $3, clock_timestamp())`,
      [shop.id, `webhook-${webhooks}`, topic],
    );
    if (notify) await client.query(`select pg_notify('rekindle_inbox', $1)`, [`${shop.id} 1`]);
  });
}

const stillWaiting = async (): Promise<number> => (await waitingNow(shop.id, 10)).length;
const isInstalled = async (): Promise<boolean> => (await directory.shopById(shop.id))?.uninstalledAt === null;

describe('the worker', () => {
  it('given webhooks that waited before it started, then they are handled', async () => {
    await came('app/uninstalled', false);
    await startJobs();
    await expect.poll(stillWaiting, { timeout: 8_000 }).toBe(0);
    expect(await isInstalled()).toBe(false);
    await stopJobs();
  });

  it('given a webhook that arrives, then it is handled within a second or two', async () => {
    await startJobs();
    await came('app/uninstalled');
    await expect.poll(isInstalled, { timeout: 4_000 }).toBe(false);
    await expect.poll(stillWaiting).toBe(0);
    await stopJobs();
  });

  it('given a shop that is parked or removed the app, then its webhooks are handled all the same', async () => {
    await parkShop(shop.id, shop.generation, 'payment');
    await startJobs();
    await came('customers/redact');
    await expect.poll(stillWaiting, { timeout: 4_000 }).toBe(0);
    await markUninstalled(shop.id);
    await came('shop/redact');
    await expect.poll(stillWaiting, { timeout: 4_000 }).toBe(0);
    await stopJobs();
  });
});

describe('erasures that have to wait for a long load', () => {
  it('given many of them, then pages are not held up, one alone is tried and everything else is handled', async () => {
    await sqlInShop(shop.id, (client) =>
      client.query(
        `insert into inbox (shop_id, webhook_id, topic, resource_id)
         select $1, 'redact-' || n, 'customers/redact', n from generate_series(1, 505) n`,
        [shop.id],
      ),
    );
    await markUninstalled(shop.id);
    for (const topic of ['app/uninstalled', 'orders/create']) await came(topic, false);
    let loaded = (): void => undefined;
    const load = sqlInShop(shop.id, () => new Promise<void>((resolve) => (loaded = resolve)));
    const steps: string[] = [];
    onStep((name, moment) => void (moment === 'before' && steps.push(name)));
    let slowest = 0;
    const payload = { shopId: shop.id, generation: shop.generation };
    const run = runJob(applyInbox, payload, new AbortController().signal).then(() => 'over');
    do {
      const began = performance.now();
      await sqlInShop(shop.id, (client) => client.query('select 1'));
      slowest = Math.max(slowest, performance.now() - began);
    } while ((await Promise.race([run, sleep(5)])) !== 'over');
    loaded();
    await load;
    onStep(undefined);
    expect(slowest).toBeLessThan(400);
    expect(steps.filter((name) => name === 'erase.customer')).toHaveLength(1);
    const waiting = await waitingNow(shop.id, 1_000);
    expect(waiting.filter(({ topic }) => topic !== 'customers/redact')).toEqual([]);
    expect(waiting).toHaveLength(505);
  });
});

describe('the last webhook of a topic', () => {
  it('given some handled and some waiting, then the newest of each topic is told, also when its rows are gone', async () => {
    for (const topic of ['orders/create', 'orders/create', 'shop/update']) await came(topic);
    const waiting = await waitingNow(shop.id, 10);
    expect(waiting.map(({ topic }) => topic)).toEqual(['orders/create', 'orders/create', 'shop/update']);
    const newest = new Map(waiting.map(({ topic, receivedAt }) => [topic, receivedAt]));
    expect(await lastByTopic(shop.id)).toEqual(newest);
    await handledNow(
      shop.id,
      waiting.slice(0, 2).map(({ webhookId }) => webhookId),
    );
    await sqlInShop(shop.id, (client) => client.query('delete from inbox where handled_at is not null'));
    expect(await lastByTopic(shop.id)).toEqual(newest);
    expect(await waitingNow(shop.id, 10)).toHaveLength(1);
  });
});

describe('looking for what waits', () => {
  it('given a parked shop, then it is found only once something urgent waits, and others always', async () => {
    const news = inboxNews(() => undefined);
    const found = async (): Promise<number[]> =>
      (await news.shopsWithWebhooks(URGENT)).map(({ shopId }) => shopId);
    const parked = shop;
    await parkShop(parked.id, parked.generation, 'payment');
    for (let n = 0; n < 3; n += 1) await came('orders/create', false);
    shop = await testShop();
    for (let n = 0; n < 3; n += 1) await came('orders/create', false);
    expect(await found()).toContain(shop.id);
    expect(await found()).not.toContain(parked.id);
    shop = parked;
    await came('customers/redact', false);
    expect((await found()).filter((id) => id === parked.id)).toEqual([parked.id]);
    await news.close();
  });

  it('given many that wait, then the urgent ones are found by an index of their own', async () => {
    const plan = await sqlInShop(shop.id, async (client) => {
      await client.query('set local enable_seqscan = off');
      const { rows } = await client.query<Record<string, string>>(
        `explain select from inbox where shop_id = $1 and handled_at is null
         and ($2::text[] is null or topic = any($2)) order by received_at, webhook_id limit 5`,
        [shop.id, ['customers/redact', 'shop/redact']],
      );
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    });
    expect(plan).toContain('inbox_urgent');
  });
});
