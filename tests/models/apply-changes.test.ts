import { describe, expect, it } from 'vitest';
import { sqlInShop } from '#app/db.server.ts';
import { applyCustomers, loadCustomers } from '#app/models/customers.server.ts';
import { applyOrders, readOrdersForScoring } from '#app/models/orders.server.ts';
import { markErased } from '#app/models/tombstones.server.ts';
import { customerBatch, FINANCIAL_STATUSES, orderBatch } from '#app/rfm/batches.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';

testDatabase();

type Order = { id: number; customer?: number; version?: number; total?: number };

/** Stores orders as they are now; a customer left out is a guest. */
async function applied(shopId: number, orders: Order[]) {
  // Room for more than there is, as in a page that is not full.
  const batch = orderBatch(orders.length + 2);
  for (const [i, { id, customer = Number.NaN, version = 10, total = 100 }] of orders.entries()) {
    [batch.id[i], batch.customerId[i], batch.updatedAt[i], batch.total[i]] = [id, customer, version, total];
    [batch.createdAt[i], batch.processedAt[i], batch.cancelledAt[i]] = [1, 2, Number.NaN];
    batch.financialStatus[i] = FINANCIAL_STATUSES.indexOf('PAID');
    batch.currency[i] = 'EUR';
  }
  batch.length = orders.length;
  return sqlInShop(shopId, (client) => applyOrders(client, shopId, batch));
}

async function stored(shopId: number): Promise<unknown[]> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ id: number; customer: number | null; total: number }>(
      'select id, customer_id as customer, total from orders where shop_id = $1 order by id',
      [shopId],
    );
    return rows.map(({ id, customer, total }) => [id, customer, total]);
  });
}

describe('W4: given orders that changed', () => {
  it('when they are new, then they and their customers are told, each customer once and guests never', async () => {
    const { id } = await testShop();
    const orders = [{ id: 1, customer: 7 }, { id: 2, customer: 7 }, { id: 3 }, { id: 4, customer: 8 }];
    const { orders: changed, customers, unsure } = await applied(id, orders);
    expect(changed.sort()).toEqual([1, 2, 3, 4]);
    expect(customers.sort()).toEqual([7, 8]);
    expect(unsure).toEqual([]);
    expect(await applied(id, [])).toEqual({ orders: [], customers: [], unsure: [] });
  });

  it('when what is stored is newer, then it stays and nobody is told', async () => {
    const { id } = await testShop();
    await applied(id, [{ id: 1, customer: 7, version: 20, total: 500 }]);
    const late = await applied(id, [{ id: 1, customer: 8, version: 19, total: 400 }]);
    expect(late).toEqual({ orders: [], customers: [], unsure: [] });
    expect(await stored(id)).toEqual([[1, 7, 500]]);
  });

  it('when they come once more as they are, then nobody is told', async () => {
    const { id } = await testShop();
    await applied(id, [{ id: 1, customer: 7 }]);
    expect(await applied(id, [{ id: 1, customer: 7 }])).toEqual({ orders: [], customers: [], unsure: [] });
  });

  it('when an order is another customer’s now, then both are told', async () => {
    const { id } = await testShop();
    await applied(id, [{ id: 1, customer: 7 }, { id: 2 }, { id: 3, customer: 9 }]);
    const moved = [
      { id: 1, customer: 8, version: 11 },
      { id: 2, customer: 6, version: 11 },
      { id: 3, version: 11 },
    ];
    const { customers, unsure } = await applied(id, moved);
    expect(customers.sort()).toEqual([6, 7, 8, 9]);
    expect(unsure).toEqual([]);
  });

  it('when an order is in another state of the same second, then it is told as unsure', async () => {
    const { id } = await testShop();
    await applied(id, [{ id: 1 }, { id: 2 }, { id: 3 }]);
    const again = [{ id: 1, total: 99 }, { id: 2, total: 99, version: 11 }, { id: 3 }, { id: 4, total: 99 }];
    const { orders, unsure } = await applied(id, again);
    expect(orders.sort()).toEqual([1, 2, 4]);
    expect(unsure).toEqual([1]);
  });

  it('when a customer was erased, then its orders are a guest’s and nobody is told', async () => {
    const { id } = await testShop();
    await markErased(id, 7);
    const { customers } = await applied(id, [
      { id: 1, customer: 7 },
      { id: 2, customer: 8 },
    ]);
    expect(customers).toEqual([8]);
    expect((await stored(id)).map((row) => (row as unknown[])[1])).toEqual([null, 8]);
  });
});

describe('given stored orders', () => {
  it('when they are read for scoring, then those of the wanted customers come, with what was refunded later', async () => {
    const { id } = await testShop();
    const orders = [{ id: 1, customer: 7 }, { id: 2, customer: 8 }, { id: 3 }, { id: 4, customer: 9 }];
    await applied(id, orders);
    await sqlInShop(id, (client) =>
      client.query(
        `insert into refunds (shop_id, order_id, id, created_at, amount) values
           ($1, 1, 1, to_timestamp(0.999), 5), ($1, 1, 2, to_timestamp(1), 7), ($1, 1, 3, to_timestamp(2), 11),
           ($1, 2, 4, to_timestamp(0), 13)`,
        [id],
      ),
    );
    const read = async (customers: number[] | null, refundsAfter: number) => {
      const seen: [number | null, number][] = [];
      const count = await sqlInShop(id, (client) =>
        readOrdersForScoring(client, id, customers, refundsAfter, (order, later) => {
          expect(order).toMatchObject({
            currency: 'EUR',
            total: 100,
            cancelledAt: null,
            financialStatus: 'PAID',
          });
          seen.push([order.customerId, later]);
        }),
      );
      expect(count).toBe(seen.length);
      return seen.toSorted(([a], [b]) => (a ?? 0) - (b ?? 0));
    };
    expect(await read(null, 1_000)).toEqual([
      [null, 0],
      [7, 18],
      [8, 0],
      [9, 0],
    ]);
    expect(await read([7, 9], 1_001)).toEqual([
      [7, 11],
      [9, 0],
    ]);
    expect(await read([8], 3_000)).toEqual([[8, 0]]);
  });
});

type Customer = { id: number; tags?: string[]; version?: number; consent?: string };

function customersOf(customers: Customer[]) {
  const batch = customerBatch(customers.length + 1);
  for (const [i, { id, tags, version = 10, consent = 'SUBSCRIBED' }] of customers.entries()) {
    [batch.id[i], batch.createdAt[i], batch.updatedAt[i]] = [id, 1, version];
    batch.emailConsent[i] = consent;
    batch.smsConsent[i] = consent === 'SUBSCRIBED' ? null : 'PENDING';
    batch.companyIds[i] = [3];
    if (tags !== undefined) batch.tags[i] = tags;
  }
  batch.length = customers.length;
  return batch;
}

const tagged = (shopId: number, customers: Customer[]): Promise<number[]> =>
  sqlInShop(shopId, (client) => applyCustomers(client, shopId, customersOf(customers)));

async function storedCustomers(shopId: number): Promise<unknown[]> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query(
      `select id, email_consent as consent, sms_consent as sms, company_ids as companies, tags from customers
       where shop_id = $1 order by id`,
      [shopId],
    );
    return rows;
  });
}

describe('X4: given customers that changed', () => {
  it('when their tags are others than before, in whatever order, then they are told', async () => {
    const { id } = await testShop();
    const first = [{ id: 1, tags: ['a', 'b'] }, { id: 2, tags: [] }, { id: 3 }, { id: 4, tags: ['a'] }];
    expect((await tagged(id, first)).sort()).toEqual([1, 4]);
    const later = [
      { id: 1, tags: ['b', 'a'], version: 11 },
      { id: 2, tags: ['new'], version: 11 },
      { id: 3, consent: 'UNSUBSCRIBED', version: 11 },
      { id: 4, version: 11 },
    ];
    expect((await tagged(id, later)).sort()).toEqual([2, 4]);
    const kept = { sms: null, companies: [3], consent: 'SUBSCRIBED' };
    expect(await storedCustomers(id)).toEqual([
      { ...kept, id: 1, tags: ['b', 'a'] },
      { ...kept, id: 2, tags: ['new'] },
      { ...kept, id: 3, tags: [], consent: 'UNSUBSCRIBED', sms: 'PENDING' },
      { ...kept, id: 4, tags: [] },
    ]);
  });

  it('when what is stored is newer, then it stays and nobody is told', async () => {
    const { id } = await testShop();
    await tagged(id, [{ id: 1, tags: ['new'], version: 20 }]);
    expect(await tagged(id, [{ id: 1, tags: ['old'], version: 19 }])).toEqual([]);
    expect(await storedCustomers(id)).toMatchObject([{ id: 1, tags: ['new'] }]);
  });

  it('when one was erased, then it is not stored again, neither by a page nor by a file', async () => {
    const { id } = await testShop();
    await markErased(id, 1);
    expect(
      await tagged(id, [
        { id: 1, tags: ['a'] },
        { id: 2, tags: ['a'] },
      ]),
    ).toEqual([2]);
    await sqlInShop(id, async (client) => {
      const load = await loadCustomers(client, id);
      await load.add(customersOf([{ id: 1 }, { id: 3 }]));
      await load.finish();
    });
    expect((await storedCustomers(id)).map((row) => (row as { id: number }).id)).toEqual([2, 3]);
  });
});
