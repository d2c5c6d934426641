import { afterEach, describe, expect, it } from 'vitest';
import { today } from '#app/clock.server.ts';
import { sqlInShop } from '#app/db.server.ts';
import { foldOrders } from '#app/jobs/fold-orders.server.ts';
import { foldForLoad, keepFold } from '#app/jobs/load-fold.server.ts';
import { described, type DescribedShop } from '#app/jobs/stats-fold.ts';
import { onStep } from '#app/jobs/step.server.ts';
import { mergeCustomers, removeCustomers, removeOrders } from '#app/models/gone.server.ts';
import { applyOrders, loadOrders } from '#app/models/orders.server.ts';
import { readSettings } from '#app/models/settings.server.ts';
import { describeShop } from '#app/models/shops.server.ts';
import { FINANCIAL_STATUSES, NO_STATUS, orderBatch, type OrderBatch } from '#app/rfm/batches.ts';
import type { CustomerStats } from '#app/rfm/customer-stats.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';

testDatabase();
afterEach(() => onStep(undefined));

const DAY_MS = 86_400_000;
const ORDERS = 400;

/** Orders of every kind: of guests, tests, cancelled, of any status or none, in two currencies, some in the future. */
function everyKind(from: number, count: number, updatedAt: number): OrderBatch {
  const batch = orderBatch(count);
  for (let i = 0; i < count; i += 1) {
    const n = from + i;
    batch.id[i] = 5_000_000_000_000 + n * 32_768;
    batch.customerId[i] = n % 7 === 0 ? Number.NaN : 6_000_000_000_000 + (n % 40);
    batch.createdAt[i] = updatedAt;
    batch.updatedAt[i] = updatedAt;
    batch.processedAt[i] = Date.now() - (n - 20) * DAY_MS;
    batch.cancelledAt[i] = n % 11 === 0 ? updatedAt : Number.NaN;
    batch.test[i] = n % 13 === 0 ? 1 : 0;
    batch.financialStatus[i] = n % 5 === 0 ? n % (FINANCIAL_STATUSES.length + 1) : 2;
    if (batch.financialStatus[i] === FINANCIAL_STATUSES.length) batch.financialStatus[i] = NO_STATUS;
    batch.currency[i] = n % 17 === 0 ? 'USD' : 'EUR';
    batch.total[i] = n * 10;
    batch.refunded[i] = n % 19 === 0 ? n * 10 : 0;
  }
  batch.length = count;
  return batch;
}

async function loaded(): Promise<DescribedShop> {
  const facts = { shopifyId: 1, currency: 'EUR', timeZone: 'Pacific/Auckland', shopCreatedAt: 0 };
  const shop = described(await describeShop((await testShop()).id, facts));
  for (const from of [0, ORDERS]) {
    const fold = (await foldForLoad(shop.id))!;
    await sqlInShop(shop.id, async (client) => {
      const table = await loadOrders(client, shop.id);
      for (const part of [0, ORDERS / 2]) {
        const batch = everyKind(from + part, ORDERS / 2, 1000);
        await table.add(batch);
        fold.add(batch);
      }
      await table.finish();
    });
    keepFold(fold);
  }
  return shop;
}

/** What scoring would be given, and whether it read the orders for it. */
async function folded(shop: DescribedShop, asOf = today(shop.timeZone)) {
  const steps: string[] = [];
  onStep((name, moment) => void (moment === 'before' && steps.push(name)));
  const settings = await readSettings(shop.id);
  const stats = await sqlInShop(shop.id, (client) => foldOrders(client, shop, settings, asOf, null));
  onStep(undefined);
  return { read: steps.includes('score.read-orders'), stats: rowsOf(stats) };
}

function rowsOf(stats: CustomerStats) {
  const { customerId, firstDay, lastDay, frequency, monetary, counts, firstOrderDay, later } = stats;
  const customers = Array.from(customerId, (id, row) => [
    id,
    firstDay[row],
    lastDay[row],
    frequency[row],
    monetary[row],
  ]);
  return {
    customers: customers.sort((a, b) => a[0]! - b[0]!),
    counts,
    firstOrderDay,
    later: [...later].sort(),
  };
}

describe('given orders that were folded while they were loaded', () => {
  it('when they are scored, then they are not read again, and the next time what is read is the same', async () => {
    const shop = await loaded();
    const first = await folded(shop);
    const again = await folded(shop);
    expect([first.read, again.read]).toEqual([false, true]);
    expect(first.stats).toEqual(again.stats);
    expect(first.stats.counts.read).toBe(2 * ORDERS);
  });

  const changes: Record<string, (shopId: number) => Promise<unknown>> = {
    'an order changed': (shopId) =>
      sqlInShop(shopId, (client) => {
        const batch = everyKind(1, 1, 2000);
        batch.total[0] = 999;
        return applyOrders(client, shopId, batch);
      }),
    'an order came': (shopId) =>
      sqlInShop(shopId, (client) => applyOrders(client, shopId, everyKind(2 * ORDERS, 1, 2000))),
    'an order went': (shopId) =>
      sqlInShop(shopId, (client) => removeOrders(client, shopId, [5_000_000_000_000 + 32_768])),
    'an order went and another came': (shopId) =>
      sqlInShop(shopId, async (client) => {
        await removeOrders(client, shopId, [5_000_000_000_000 + 32_768]);
        await client.query(
          `insert into orders (shop_id, id, created_at, processed_at, updated_at, test, currency, total, refunded, listed)
           values ($1, 1, now(), now(), now(), false, 'EUR', 1, 0, true)`,
          [shopId],
        );
      }),
    'a customer went': (shopId) =>
      sqlInShop(shopId, (client) => removeCustomers(client, shopId, [6_000_000_000_001])),
    'two customers became one': (shopId) =>
      sqlInShop(shopId, (client) => mergeCustomers(client, shopId, 6_000_000_000_001, 6_000_000_000_002)),
    'an order was refunded on a later day': (shopId) =>
      sqlInShop(shopId, (client) =>
        client.query(
          `insert into refunds (shop_id, order_id, id, created_at, amount)
           values ($1, 5000000000000, 1, now() + interval '3 days', 1)`,
          [shopId],
        ),
      ),
    'the merchant counts test orders': (shopId) =>
      sqlInShop(shopId, (client) =>
        client.query('update settings set count_test = true where shop_id = $1', [shopId]),
      ),
  };
  for (const [what, change] of Object.entries(changes)) {
    it(`when ${what} before they are scored, then what is stored is read`, async () => {
      const shop = await loaded();
      await change(shop.id);
      const first = await folded(shop);
      expect(first.read).toBe(true);
      expect(first.stats).toEqual((await folded(shop)).stats);
    });
  }

  it('when another day began before they are scored, then what is stored is read', async () => {
    const shop = await loaded();
    expect((await folded(shop, today(shop.timeZone) + 1)).read).toBe(true);
  });

  it('when another shop is loaded meanwhile, then neither gets the customers of the other', async () => {
    const shop = await loaded();
    const other = await loaded();
    expect([(await folded(shop)).read, (await folded(other)).read]).toEqual([true, false]);
  });
});
