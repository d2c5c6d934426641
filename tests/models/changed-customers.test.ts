import { describe, expect, it } from 'vitest';
import { sqlInShop } from '#app/db.server.ts';
import {
  beginChangedCustomers,
  endReadCustomers,
  noteChangedCustomers,
  type ToldCustomers,
} from '#app/models/changed-customers.server.ts';
import { markErased } from '#app/models/tombstones.server.ts';
import { customerBatch } from '#app/rfm/batches.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';

testDatabase();

const SECOND = 1_700_000_000_000;

const note = (shopId: number, told: [number, number | null][]): Promise<void> =>
  sqlInShop(shopId, (client) => noteChangedCustomers(client, shopId, new Map(told)));

/** Ends customers as read in a version. */
async function read(shopId: number, version: number, ...ids: number[]): Promise<void> {
  const batch = customerBatch(ids.length);
  batch.id.set(ids);
  batch.updatedAt.fill(version);
  batch.length = ids.length;
  await endReadCustomers(shopId, batch);
}

const begin = (shopId: number): Promise<ToldCustomers> => beginChangedCustomers(shopId, 100);

describe('given customers that Shopify says have changed', () => {
  it('then those with the oldest version come first, and of two versions the newer one is kept', async () => {
    const { id } = await testShop();
    await note(id, [
      [1, SECOND + 2000],
      [2, SECOND],
      [3, null],
      [4, SECOND],
    ]);
    await note(id, [
      [2, SECOND + 1000],
      [4, null],
      [1, SECOND + 1000],
    ]);
    expect(await beginChangedCustomers(id, 3)).toEqual(
      new Map([
        [3, null],
        [4, null],
        [2, SECOND + 1000],
      ]),
    );
    expect((await begin(id)).get(1)).toBe(SECOND + 2000);
  });

  it('W4: when word of the same second comes while one is read, then that one is read again', async () => {
    const { id } = await testShop();
    await note(id, [
      [1, SECOND],
      [2, SECOND],
      [3, SECOND + 5000],
    ]);
    await begin(id);
    await note(id, [[1, SECOND]]);
    await read(id, SECOND, 1, 2, 3);
    expect([...(await begin(id)).keys()].toSorted()).toEqual([1, 3]);
    await read(id, SECOND + 1000, 1, 3);
    expect([...(await begin(id)).keys()]).toEqual([3]);
  });

  it('then nobody who was erased is noted', async () => {
    const { id } = await testShop();
    await markErased(id, 7);
    await note(id, [
      [7, SECOND],
      [8, SECOND],
    ]);
    expect([...(await begin(id)).keys()]).toEqual([8]);
  });
});
