import { setAbstractFetchFunc } from '@shopify/shopify-api/runtime';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adminFor } from '#app/admin-for.server.ts';
import { directory } from '#app/db.server.ts';
import { eraseShop } from '#app/jobs/erase-shop.server.ts';
import { importShop } from '#app/jobs/import-shop.server.ts';
import { closeQueue, enqueue } from '#app/jobs/queue.server.ts';
import { logAccess } from '#app/models/access-log.server.ts';
import { saveCare } from '#app/models/customer-care.server.ts';
import { markUninstalled } from '#app/models/shops.server.ts';
import { fetchFrom } from '#tests/fake-shopify/redirected-fetch.ts';
import { testDatabase } from '#tests/support/database.ts';
import { installAgain, installed, runPipeline, smallShop, type Pipeline } from '#tests/jobs/pipeline.ts';

const owner = new Client(testDatabase());
let stays: Pipeline;
beforeAll(async () => {
  await owner.connect();
  stays = await imported();
}, 60_000);
afterAll(async () => {
  await stays.close();
  await owner.end();
  await closeQueue(1);
});

/** How many rows of each table are the shop's, its jobs too; tables without any are left out. */
async function rowsOf(shopId: number): Promise<Record<string, number>> {
  const { rows: tables } = await owner.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
     and relname <> '_prisma_migrations' order by 1`,
  );
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const { rows } = await owner.query(`select count(*)::int as n from ${name} where shop_id = ${shopId}`);
    if (rows[0].n > 0) counts[name] = rows[0].n;
  }
  const jobs = await owner.query(
    `select count(*)::int as n from pgboss.job where (data->>'shopId')::bigint = $1`,
    [shopId],
  );
  if (jobs.rows[0].n > 0) counts['pgboss.job'] = jobs.rows[0].n;
  return counts;
}

async function imported(): Promise<Pipeline> {
  const pipeline = await installed(smallShop({ customers: 20 }));
  await runPipeline(pipeline);
  await logAccess(pipeline.shop.id, 1001, 'names', [...pipeline.fake.customers.keys()]);
  const seen = [...pipeline.fake.customers.keys()].map((customerId) => ({ customerId, version: 0 }));
  await saveCare(pipeline.shop.id, 1001, seen, { what: 'note', value: 'Call on Monday' });
  return pipeline;
}

const now = async ({ shop }: Pipeline) => (await directory.shopById(shop.id))!;

describe('W13: given shop/redact', () => {
  it('when the shop stayed uninstalled, then no table and no queue has a row of it, and other shops have all of theirs', async () => {
    const gone = await imported();
    const before = await rowsOf(stays.shop.id);
    expect(Object.keys(await rowsOf(gone.shop.id)).length).toBeGreaterThan(10);
    await markUninstalled(gone.shop.id);
    await enqueue(importShop, { shopId: gone.shop.id, generation: 1 }, 3600);
    const shop = await now(gone);
    expect(await eraseShop(shop, adminFor(shop))).toBe('erased');
    expect(await rowsOf(gone.shop.id)).toEqual({});
    expect(await rowsOf(stays.shop.id)).toEqual(before);
    await gone.close();
  }, 60_000);

  it('when it was installed again before, then nothing is touched', async () => {
    await markUninstalled(stays.shop.id);
    await installAgain(stays);
    setAbstractFetchFunc(fetchFrom(stays.shopify.url));
    const before = await rowsOf(stays.shop.id);
    const shop = await now(stays);
    expect(await eraseShop(shop, adminFor(shop))).toBe('installed');
    expect(await rowsOf(stays.shop.id)).toEqual(before);
  });

  it('when it is installed again while it is looked at, then nothing is touched', async () => {
    await markUninstalled(stays.shop.id);
    const seen = await now(stays);
    await installAgain(stays);
    const before = await rowsOf(stays.shop.id);
    expect(await eraseShop(seen, adminFor(seen))).toBe('installed');
    expect(await rowsOf(stays.shop.id)).toEqual(before);
  });

  it('when nobody told of the uninstall, then Shopify is asked, and a dead token ends the shop', async () => {
    const gone = await installed(smallShop({ customers: 20 }));
    gone.shopify.shop(gone.fake.domain).tokens.revokeAll();
    const shop = await now(gone);
    expect(await eraseShop(shop, adminFor(shop))).toBe('erased');
    expect(await rowsOf(gone.shop.id)).toEqual({});
    await gone.close();
  });
});
