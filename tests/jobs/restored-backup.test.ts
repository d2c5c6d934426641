import { Client } from 'pg';
import { afterEach, expect, inject, it } from 'vitest';
import { closeDatabase, inShop } from '#app/db.server.ts';
import { closeQueue, enqueue } from '#app/jobs/queue.server.ts';
import { watchShop } from '#app/jobs/watch-shop.server.ts';
import { addTags } from '#tests/fake-shopify/store-customers.ts';
import { placeOrder } from '#tests/fake-shopify/store-orders.ts';
import { testDatabase } from '#tests/support/database.ts';
import { expectTrue, followed, live, receiving, settle } from './followed-shop.ts';
import { drain, lookAgain, passSinceLooks, storeToken, type Pipeline } from './pipeline.ts';

const database = new URL(testDatabase()).pathname.slice(1);
const backup = `${database}_backup`;
const appUrl = receiving();

const DAY_MINUTES = 24 * 60;

/** Makes `to` anew as a copy of `from`; whoever is connected to one of them is thrown out. */
async function copyDatabase(from: string, to: string): Promise<void> {
  await closeQueue(1);
  await closeDatabase();
  const client = new Client(inject('databaseServer'));
  await client.connect();
  try {
    await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [from]);
    await client.query(`drop database if exists ${to} with (force)`);
    await client.query(`create database ${to} template ${from}`);
    await client.query(`alter database ${to} set synchronous_commit = off`);
  } finally {
    await client.end();
  }
}

/** What customers carry, tags of others' too. */
const holdings = ({ fake }: Pipeline): unknown[] =>
  [...fake.customers.values()].map(({ id, tags, metafields }) => [
    id,
    tags,
    [...metafields.values()].map(({ key, value }) => [key, value]),
  ]);

afterEach(async () => {
  const client = new Client(inject('databaseServer'));
  await client.connect();
  await client.query(`drop database if exists ${backup} with (force)`);
  await client.end();
});

it('P9: given a database put back to yesterday, then what happened since is found, and what Shopify holds stays as it is', async () => {
  const pipeline = await followed({ appUrl: appUrl() }, 60);
  const { shop, fake, shopify } = pipeline;
  await passSinceLooks(shop.id, 2 * DAY_MINUTES);
  await copyDatabase(database, backup);

  // The shop goes on with the app, which writes; a merchant adds a tag of their own.
  live(pipeline, Date.now());
  await settle(pipeline);
  await lookAgain(pipeline);
  const [someone = 0] = fake.customers.keys();
  addTags(fake, someone, ['vip'], Date.now());
  await settle(pipeline);
  await expectTrue(pipeline);

  await copyDatabase(backup, database);
  await expect(expectTrue(pipeline)).rejects.toThrow();
  // What was sealed yesterday opens nothing today: the merchant opens the app.
  await storeToken(shopify, fake.domain);
  const held = holdings(pipeline);
  const added: string[] = [];
  fake.listeners.add((change) => {
    if (change.kind === 'tags-added') added.push(...change.tags);
  });
  // A week later everything was looked at once more, also what is gone without a word.
  await passSinceLooks(shop.id, 7 * DAY_MINUTES);
  await enqueue(watchShop, { shopId: shop.id, generation: shop.generation });
  await drain();
  await settle(pipeline);
  await expectTrue(pipeline);
  expect(holdings(pipeline)).toEqual(held);
  expect(added).toEqual([]);

  // And it goes on being followed.
  placeOrder(fake, { customerId: someone, total: 123_400, createdAt: Date.now() });
  await settle(pipeline);
  await expectTrue(pipeline);
  expect(await inShop(shop.id, (db) => db.pending.count())).toBe(0);
  await pipeline.close();
}, 120_000);
