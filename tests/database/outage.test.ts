import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmbeddedPostgres, stopEmbeddedPostgres } from '../../prisma/embedded-postgres.ts';
import { migrate } from '../../prisma/migrate.ts';
import { openFolder } from '../support/open-folder.ts';

const root = await openFolder();
const folder = join(root, 'data');
let database: typeof import('#app/db.server.ts');
let shopId = 0;

// A server of its own, which this file may stop; app modules read its address when they are first loaded.
beforeAll(async () => {
  const server = await startEmbeddedPostgres(folder);
  process.env.DATABASE_URL = await server.ownDatabase('rekindle');
  await migrate(process.env.DATABASE_URL);
  database = await import('#app/db.server.ts');
  const { installShop } = await import('#app/models/shops.server.ts');
  shopId = (await installShop('outage.myshopify.com', [])).shop.id;
});
afterAll(async () => {
  await database.closeDatabase();
  await stopEmbeddedPostgres(folder);
  rmSync(root, { recursive: true, force: true });
});

const startAgain = () => startEmbeddedPostgres(folder);

describe('while the database is away', () => {
  it('P3: work waits for it, and nothing that was acknowledged is lost', async () => {
    let acknowledged = 0;
    let unknown = 0;
    const stopped = new AbortController();
    const grow = async (): Promise<void> => {
      while (!stopped.signal.aborted) {
        try {
          await database.inShop(shopId, (db) =>
            db.settings.update({ where: { shopId }, data: { version: { increment: 1 } } }),
          );
          acknowledged += 1;
        } catch (error) {
          // The answer to the commit was lost: it may have happened.
          if ((error as Error).name !== 'CommitUnknown') throw error;
          unknown += 1;
        }
      }
    };
    const load = Promise.all([grow(), grow(), grow()]);
    await sleep(300);
    await stopEmbeddedPostgres(folder);
    await sleep(500);
    await startAgain();
    const before = acknowledged;
    await expect.poll(() => acknowledged, { timeout: 15_000 }).toBeGreaterThan(before + 10);
    stopped.abort();
    await load;
    const { version } = await database.inShop(shopId, (db) =>
      db.settings.findUniqueOrThrow({ where: { shopId } }),
    );
    expect(version - 1).toBeGreaterThanOrEqual(acknowledged);
    expect(version - 1).toBeLessThanOrEqual(acknowledged + unknown);
  });

  it('P3: a statement that was begun is not run twice, and the next one finds a working connection', async () => {
    const cut = database.sqlInShop(shopId, async (client) => {
      await client.query('update settings set tag_prefix = $2 where shop_id = $1', [shopId, 'half']);
      await stopEmbeddedPostgres(folder);
      await client.query('select 1');
    });
    await expect(cut).rejects.toThrow();
    await startAgain();
    const { rows } = await database.sqlInShop(shopId, (client) =>
      client.query('select tag_prefix from settings where shop_id = $1', [shopId]),
    );
    expect(rows).toEqual([{ tag_prefix: 'rfm' }]);
  });

  it('P3: of two transactions that lock each other out, both succeed in the end', async () => {
    const { installShop } = await import('#app/models/shops.server.ts');
    await installShop('outage.myshopify.com', ['a', 'b']);
    let met = 0;
    const both = (): Promise<unknown> => expect.poll(() => met, { timeout: 2000 }).toBeGreaterThan(1);
    const cross = (first: string, second: string) =>
      database.inShop(shopId, async (db) => {
        await db.$executeRawUnsafe(`update ${first} set shop_id = shop_id`);
        met += 1;
        await both();
        await db.$executeRawUnsafe(`update ${second} set shop_id = shop_id`);
        return 'done';
      });
    expect(await Promise.all([cross('shops', 'settings'), cross('settings', 'shops')])).toEqual([
      'done',
      'done',
    ]);
  });

  it('P3: leaves every connection usable: none is lost to the outages before', async () => {
    const look = () => database.inShop(shopId, (db) => db.shop.count());
    expect(await Promise.all(Array.from({ length: 20 }, look))).toEqual(Array(20).fill(1));
    await Promise.all(Array.from({ length: 10 }, () => database.sqlInShop(shopId, () => sleep(50))));
  });

  it('gives up in bounded time when it stays away', async () => {
    await stopEmbeddedPostgres(folder);
    const began = Date.now();
    await expect(database.inShop(shopId, (db) => db.shop.findMany())).rejects.toThrow();
    expect(Date.now() - began).toBeLessThan(15_000);
    expect(await database.databaseAnswers()).toBe(false);
    await startAgain();
    expect(await database.databaseAnswers()).toBe(true);
  });
});
