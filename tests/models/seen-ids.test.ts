import { describe, expect, it } from 'vitest';
import { sqlInShop } from '#app/db.server.ts';
import { noteSeen } from '#app/models/seen-ids.server.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';

testDatabase();

/** Notes ids as a pass does that reads a file of so many batches. */
async function note(shopId: number, ...batches: number[][]): Promise<void> {
  await sqlInShop(shopId, async (client) => {
    const seen = await noteSeen(client, shopId, 3, 'orders');
    for (const ids of batches) await seen.add({ length: ids.length, id: Float64Array.from(ids) });
    await seen.finish();
  });
}

async function noted(shopId: number): Promise<number[]> {
  const { rows } = await sqlInShop(shopId, (client) =>
    client.query<{ id: number }>('select id from seen_ids where shop_id = $1 order by id', [shopId]),
  );
  return rows.map(({ id }) => id);
}

describe('given a repeated import', () => {
  it('when a file is read again or holds an order twice, then its ids are noted once', async () => {
    const shop = await testShop();
    await note(shop.id, [1, 2], [2, 3]);
    await note(shop.id, [3, 1], [4]);
    expect(await noted(shop.id)).toEqual([1, 2, 3, 4]);
  });
});
