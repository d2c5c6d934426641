import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, expect, it } from 'vitest';
import { tokenSealer } from '#app/admin-for.server.ts';
import { importShop } from '#app/jobs/import-shop.server.ts';
import { closeQueue, enqueue } from '#app/jobs/queue.server.ts';
import { latestImport } from '#app/models/imports.server.ts';
import { sessionRows } from '#app/models/sessions.server.ts';
import { offlineSessionId } from '#app/shopify/tokens.ts';
import { installed, smallShop } from '#tests/jobs/pipeline.ts';
import { testDatabase } from '#tests/support/database.ts';
import { killAll, startProcess } from './app-process.ts';

const databaseUrl = testDatabase();
afterAll(async () => {
  killAll();
  await closeQueue(1);
});

async function until(what: string, check: () => Promise<boolean> | boolean): Promise<void> {
  for (const end = performance.now() + 30_000; !(await check()); await sleep(20)) {
    if (performance.now() > end) throw new Error(`${what} never came to pass`);
  }
}

it('T2: when the worker is killed between a refresh and its storing, then the next one goes on with the old refresh token', async () => {
  const { shop, fake, shopify, close } = await installed(smallShop({ customers: 20 }));
  const id = offlineSessionId(fake.domain);
  const stored = (await sessionRows.read(fake.domain, id))!;
  await sessionRows.write({ ...stored, expires: Date.now() - 1 });
  const database = new Client(databaseUrl);
  await database.connect();
  // The database takes its time over storing tokens, so that the kill certainly comes before.
  await database.query(`create function linger() returns trigger language plpgsql as
    $$ begin perform pg_sleep(60); return new; end $$`);
  await database.query(
    'create trigger linger before update on sessions for each row execute function linger()',
  );
  const lingering = async (): Promise<number[]> => {
    const { rows } = await database.query<{ pid: number }>(
      `select pid from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`,
    );
    return rows.map(({ pid }) => pid);
  };
  await enqueue(importShop, { shopId: shop.id, generation: shop.generation });
  const first = startProcess('worker', shopify.url);
  await until('the storing', async () => (await lingering()).length > 0);
  expect(shopify.calls.of('refresh')).toHaveLength(1);
  await first.kill();
  // The server notices a dead client at its next word; here it is told at once.
  for (const pid of await lingering()) await database.query('select pg_terminate_backend($1)', [pid]);
  await until('the end of the dead transaction', async () => (await lingering()).length === 0);
  await database.query('drop trigger linger on sessions');
  await database.end();
  const kept = (await sessionRows.read(fake.domain, id))!;
  expect([kept.accessToken, kept.refreshToken]).toEqual([stored.accessToken, stored.refreshToken]);

  const second = startProcess('worker', shopify.url);
  await until('the import', async () => (await latestImport(shop.id))?.phase === 'done');
  expect(shopify.calls.of('refresh')).toHaveLength(2);
  const renewed = (await sessionRows.read(fake.domain, id))!;
  const token = tokenSealer.open(renewed.accessToken ?? '', id);
  expect(shopify.shop(fake.domain).tokens.check(token)).not.toBeNull();
  expect(renewed.refreshToken).not.toBe(stored.refreshToken);
  expect(await second.stop()).toEqual([0, null]);
  await close();
}, 90_000);
