import { assert, constantFrom, maxSafeNat, oneof, property } from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { inShop, sqlInShop } from '#app/db.server.ts';
import { eraseCustomer } from '#app/jobs/erase-customer.server.ts';
import { mergeCustomers } from '#app/models/gone.server.ts';
import { loadOrders } from '#app/models/orders.server.ts';
import { keepUnread, quarantineLines } from '#app/models/quarantine.server.ts';
import { erasedCustomers, erasedOf } from '#app/models/tombstones.server.ts';
import { rowsOfOperation } from '#app/models/writes.server.ts';
import { orderBatch } from '#app/rfm/batches.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';

testDatabase();
const KEYS = process.env.TOKEN_KEYS ?? '';
afterEach(() => {
  process.env.TOKEN_KEYS = KEYS;
  vi.resetModules();
});

const erase = (shopId: number, customerId: number) => eraseCustomer(shopId, { customerId, orderIds: [] });
const erased = (shopId: number) => sqlInShop(shopId, (client) => erasedCustomers(client, shopId));

describe('a tombstone', () => {
  it('is of the erased customers of its shop and of nobody else', async () => {
    const [shop, other] = [await testShop(), await testShop()];
    const ids = [1, 4_294_967_296, 7_000_000_000_001, Number.MAX_SAFE_INTEGER];
    for (const id of ids) expect(await erase(shop.id, id)).toBe(true);
    expect(await erase(shop.id, 1)).toBe(true);
    const known = await erased(shop.id);
    expect(known.size).toBe(ids.length);
    assert(
      property(oneof(maxSafeNat(), constantFrom(...ids)), (id) => known.has(id) === ids.includes(id)),
      { numRuns: 20_000 },
    );
    const elsewhere = await erased(other.id);
    expect([elsewhere.size, ids.some(elsewhere.has)]).toEqual([0, false]);
    expect(known.has(Number.NaN)).toBe(false);
  });

  it('does not say whose it is without the key', async () => {
    const shop = await testShop();
    await erase(shop.id, 123_456);
    const rows = await inShop(shop.id, (db) => db.tombstone.findMany());
    expect(rows).toHaveLength(1);
    expect(Buffer.from(rows[0]!.customerHash).toString('latin1')).not.toContain('123456');
  });

  it('holds when keys are rotated, and says so when the key that made it is thrown away', async () => {
    const shop = await testShop();
    await erase(shop.id, 99);
    const rows = await inShop(shop.id, (db) => db.tombstone.findMany());
    const hex = rows.map(({ customerHash }) => Buffer.from(customerHash).toString('hex'));
    const next = `next:${Buffer.alloc(32, 9).toString('base64')}`;
    const withKeys = async (keys: string) => {
      process.env.TOKEN_KEYS = keys;
      vi.resetModules();
      return (await import('#app/models/tombstones.server.ts')).erasedOf(shop.id, hex);
    };
    expect((await withKeys(`${next},${KEYS}`)).has(99)).toBe(true);
    await expect(withKeys(next)).rejects.toThrow('No key "test"');
  });

  it('costs a load next to nothing: a million customers are told apart in a moment', async () => {
    const shop = await testShop();
    await erase(shop.id, 5);
    const { has } = await erased(shop.id);
    const startedAt = performance.now();
    let found = 0;
    for (let id = 7_000_000_000_000; id < 7_000_001_000_000; id += 1) if (has(id)) found += 1;
    expect(found).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(erasedOf(shop.id, []).has(5)).toBe(false);
  });
});

describe('given an erased customer', () => {
  it('when a merge that happened before arrives late, then the orders of the other one become a guest’s', async () => {
    const shop = await testShop();
    await sqlInShop(shop.id, async (client) => {
      const load = await loadOrders(client, shop.id);
      const batch = orderBatch(1);
      Object.assign(batch, { length: 1 });
      [batch.id[0], batch.customerId[0], batch.currency[0], batch.cancelledAt[0]] = [
        1,
        20,
        'EUR',
        Number.NaN,
      ];
      await load.add(batch);
      await load.finish();
    });
    await erase(shop.id, 10);
    await sqlInShop(shop.id, (client) => mergeCustomers(client, shop.id, 20, 10));
    const [order] = await inShop(shop.id, (db) => db.order.findMany());
    expect(order?.customerId).toBeNull();
    expect(await inShop(shop.id, (db) => db.pending.count())).toBe(0);
  });

  it('when a line about it cannot be read, then that is counted and not quoted', async () => {
    const shop = await testShop();
    await erase(shop.id, 10);
    const line = (id: number) => ({
      lineNumber: id,
      reason: 'r',
      excerpt: `{"id":"gid://shopify/Customer/${id}","x"`,
    });
    await sqlInShop(shop.id, async (client) => {
      await quarantineLines(client, shop.id, 1, [line(10), line(100)]);
      const unread = [10, 100].map((id) => ({ id, ...line(id) }));
      await keepUnread(client, shop.id, 'customers', { read: [], unread });
      await keepUnread(client, shop.id, 'orders', { read: [], unread: [{ ...line(10), id: 3 }] });
    });
    const lines = await inShop(shop.id, (db) =>
      db.quarantinedLine.findMany({ orderBy: { lineNumber: 'asc' } }),
    );
    expect(lines.map(({ excerpt }) => excerpt)).toEqual(['', line(100).excerpt]);
    const unread = await inShop(shop.id, (db) => db.unreadObject.findMany({ orderBy: { id: 'asc' } }));
    expect(unread.map(({ id, excerpt }) => [Number(id), excerpt])).toEqual([
      [3, ''],
      [100, line(100).excerpt],
    ]);
  });

  it('when a bulk operation carries a write to it, then the others’ writes are sent anew and none is mistaken for another', async () => {
    const shop = await testShop();
    await inShop(shop.id, async (db) => {
      for (const customerId of [10, 11, 12]) {
        const row = { runId: 1, kind: 'tag-add', value: 'rfm:new', state: 'sent', operationId: 5 };
        await db.write.create({ data: { shopId: shop.id, customerId, ...row } });
      }
    });
    await erase(shop.id, 11);
    expect(await rowsOfOperation(shop.id, 1, 5)).toEqual([]);
    const rows = await inShop(shop.id, (db) => db.write.findMany({ orderBy: { id: 'asc' } }));
    expect(
      rows.map(({ customerId, state, operationId }) => [Number(customerId), state, operationId]),
    ).toEqual([
      [10, 'sent', null],
      [12, 'sent', null],
    ]);
  });
});
