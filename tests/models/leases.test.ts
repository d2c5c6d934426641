import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { inShop, sqlInShop } from '#app/db.server.ts';
import { LeaseLost, withLease } from '#app/models/leases.server.ts';
import { readSettings } from '#app/models/settings.server.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';

testDatabase();

/** Runs work as another process would: under none of the leases held here. */
const elsewhere = AsyncLocalStorage.snapshot();

const tagPrefix = (shopId: number): Promise<string> =>
  inShop(shopId, async (db) => (await db.settings.findUniqueOrThrow({ where: { shopId } })).tagPrefix);
const rename = (shopId: number, prefix: string) =>
  sqlInShop(shopId, (client) =>
    client.query('update settings set tag_prefix = $2 where shop_id = $1', [shopId, prefix]),
  );
/** What a pause longer than the lease looks like from outside: it ran out and its holder knows nothing. */
async function runOut(shopId: number, next = ''): Promise<void> {
  const client = new Client(process.env.DATABASE_URL);
  await client.connect();
  await client.query(`update leases set held_until = clock_timestamp() ${next} where shop_id = $1`, [shopId]);
  await client.end();
}

describe('a lease', () => {
  it('P4: of five contenders one holds it, and the next gets it when it is done', async () => {
    const { id } = await testShop();
    let inside = 0;
    const work = async () => {
      inside += 1;
      expect(inside).toBe(1);
      await sleep(300);
      inside -= 1;
      return 'done';
    };
    const results = await Promise.all(Array.from({ length: 5 }, () => withLease(id, 'score', 5, work)));
    expect(results.filter((result) => result !== null)).toEqual([{ value: 'done' }]);
    expect(await withLease(id, 'score', 5, work)).toEqual({ value: 'done' });
  });

  it('P2: a worker that slept longer than its lease can write nothing any more', async () => {
    const { id } = await testShop();
    const zombie = withLease(id, 'score', 60, async () => {
      await rename(id, 'first');
      await runOut(id);
      await elsewhere(() => withLease(id, 'score', 60, () => rename(id, 'second')));
      await expect(rename(id, 'zombie')).rejects.toThrow(LeaseLost);
      await expect(
        inShop(id, (db) => db.settings.update({ where: { shopId: id }, data: { tagPrefix: 'zombie' } })),
      ).rejects.toThrow(LeaseLost);
      await expect(readSettings(id)).rejects.toThrow(LeaseLost);
      return 'woke up';
    });
    expect(await zombie).toEqual({ value: 'woke up' });
    expect(await tagPrefix(id)).toBe('second');
  });

  it('P2: a lease that is taken over in the middle of a transaction undoes that transaction', async () => {
    const { id } = await testShop();
    await withLease(id, 'score', 60, async () => {
      const late = sqlInShop(id, async (client) => {
        await client.query(`update settings set tag_prefix = 'late' where shop_id = $1`, [id]);
        await runOut(id, ', token = token + 1');
      });
      await expect(late).rejects.toThrow(LeaseLost);
    });
    expect(await tagPrefix(id)).toBe('rfm');
  });

  it('is renewed although the work holds every connection', async () => {
    const { id } = await testShop();
    await withLease(id, 'score', 2, async () => {
      const busy = Array.from({ length: 14 }, () => sqlInShop(id, () => sleep(1600)));
      await Promise.all(busy);
      await rename(id, 'kept');
    });
    expect(await tagPrefix(id)).toBe('kept');
  });

  it('is renewed while the work runs, also during one long transaction', async () => {
    const { id } = await testShop();
    await withLease(id, 'score', 2, async () => {
      await sqlInShop(id, async (client) => {
        await sleep(2600);
        await client.query(`update settings set tag_prefix = 'kept' where shop_id = $1`, [id]);
      });
      expect(await elsewhere(() => withLease(id, 'score', 2, async () => 'stolen'))).toBeNull();
    });
    expect(await tagPrefix(id)).toBe('kept');
  });
});
