import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { adminFor } from '#app/admin-for.server.ts';
import { databaseNow, sqlInShop } from '#app/db.server.ts';
import { applyChangedOrders } from '#app/jobs/apply-orders.server.ts';
import type { JobContext } from '#app/jobs/job.server.ts';
import { onStep } from '#app/jobs/step.server.ts';
import {
  importMarks,
  OVERLAP_MS,
  storeCustomers,
  storeOrders,
  takeChanges,
  type ChangeMarks,
} from '#app/jobs/take-changes.server.ts';
import { latestImport, openImport } from '#app/models/imports.server.ts';
import { newestLooks, openLook } from '#app/models/reconciliations.server.ts';
import { customerBatch } from '#app/rfm/batches.ts';
import { readOrdersById } from '#app/shopify/orders-by-id.server.ts';
import { addCustomer, addTags } from '#tests/fake-shopify/store-customers.ts';
import { deleteOrder, editOrder, placeOrder } from '#tests/fake-shopify/store-orders.ts';
import { emptyShop } from '#tests/shopify/connected-shop.ts';
import { testDatabase } from '#tests/support/database.ts';
import { installed, type Pipeline } from './pipeline.ts';

testDatabase();

const MINUTE = 60_000;
const WHOLE = { limitedHistory: false };
/** More than any amount that can be kept exactly. */
const UNREADABLE = 1e18;

let pipeline: Pipeline;
let context: JobContext;
/** Customers 1 and 2 of the shop, and an order of each of them. */
let people: [number, number];
let orders: [number, number];
let now: number;

beforeEach(async () => {
  now = Date.now();
  const fake = emptyShop();
  const at = now - 30 * MINUTE;
  people = [1, 2].map(() => addCustomer(fake, { createdAt: at }).id) as [number, number];
  orders = people.map((customerId, i) => {
    const line = { productId: null, title: 'Tee', vendor: null, quantity: 1, amount: 500 };
    const lineItems = [{ ...line, id: 9_000 + i }];
    return placeOrder(fake, { customerId, total: 500, createdAt: at, lineItems }).id;
  }) as [number, number];
  pipeline = await installed(fake);
  const { shop } = pipeline;
  context = { shop, admin: adminFor(shop), signal: new AbortController().signal };
});
afterEach(async () => {
  onStep(undefined);
  await pipeline.close();
});

async function rowsOf(statement: string): Promise<unknown[]> {
  const { id } = pipeline.shop;
  const { rows } = await sqlInShop(id, (client) => client.query<Record<string, unknown>>(statement, [id]));
  return rows.map((row) => {
    const values = Object.values(row);
    return values.length === 1 ? values[0] : values;
  });
}
const storedOrders = () => rowsOf('select id, total from orders where shop_id = $1 order by id');
const storedCustomers = () => rowsOf('select id from customers where shop_id = $1 order by id');
const unread = () => rowsOf('select kind, id from unread_objects where shop_id = $1 order by kind, id');
async function pending(): Promise<Record<string, unknown[]>> {
  const rows = await rowsOf('select kind, id from pending where shop_id = $1 order by kind, id');
  const kinds = Map.groupBy(rows as [string, number][], ([kind]) => kind);
  return Object.fromEntries([...kinds].map(([kind, all]) => [kind, all.map(([, id]) => id)]));
}
const forget = () => rowsOf('delete from pending where shop_id = $1');

/** The names of the steps that are taken from now on, in their order. */
function steps(): string[] {
  const names: string[] = [];
  onStep((name, moment) => void (moment === 'before' && names.push(name)));
  return names;
}

describe('W4: given word of orders that changed', () => {
  const apply = (ids: readonly number[], deleted: readonly number[] = [], whole = WHOLE) =>
    applyChangedOrders(
      context,
      new Map(ids.map((id) => [id, now])),
      new Set(deleted),
      whole,
      now,
      async () => {},
    );
  const calls = () => pipeline.shopify.calls.all.length;

  it('when there is none, then Shopify is not asked', async () => {
    await apply([]);
    expect(calls()).toBe(0);
  });

  it('then they are stored, their customers are to be scored, and their details to be read', async () => {
    const names = steps();
    await apply(orders);
    expect(names).toEqual(['inbox.read-orders', 'inbox.store-orders']);
    expect(await storedOrders()).toEqual(orders.map((id) => [id, 500]));
    expect(await pending()).toEqual({ score: people, details: orders });
  });

  it('when one was deleted, then it is removed, its customer is to be scored, and it is asked for once more', async () => {
    await apply(orders);
    await forget();
    deleteOrder(pipeline.fake, orders[0], now);
    pipeline.shopify.shop(pipeline.fake.domain).scopes = new Set(['read_customers', 'read_orders']);
    const names = steps();
    await apply(orders, [orders[0]]);
    // What Shopify said it deleted is gone, whatever history it shows.
    expect(names).not.toContain('history.scopes');
    expect(await storedOrders()).toEqual([[orders[1], 500]]);
    expect(await pending()).toEqual({ score: [people[0]], details: [orders[0]] });
  });

  it('when Shopify has one no more and hides none, then it is removed', async () => {
    await apply(orders);
    deleteOrder(pipeline.fake, orders[0], now);
    await apply(orders);
    expect(await storedOrders()).toEqual([[orders[1], 500]]);
  });

  it.each(['limited from the start', 'limited since'])(
    'when it shows one no more, and history is %s, then only those stay that it did not say it deleted',
    async (how) => {
      await apply(orders);
      for (const id of orders) deleteOrder(pipeline.fake, id, now);
      if (how === 'limited since')
        pipeline.shopify.shop(pipeline.fake.domain).scopes = new Set(['read_customers', 'read_orders']);
      await apply(orders, [orders[1]], { limitedHistory: how !== 'limited since' });
      expect(await storedOrders()).toEqual([[orders[0], 500]]);
    },
  );

  it('when one cannot be read, then that is noted until it can, or is gone', async () => {
    for (const id of orders) editOrder(pipeline.fake, id, { total: UNREADABLE }, now - 1_000);
    await apply(orders);
    expect(await unread()).toEqual(orders.map((id) => ['orders', id]));
    expect(await storedOrders()).toEqual([]);
    editOrder(pipeline.fake, orders[0], { total: 700 }, now);
    deleteOrder(pipeline.fake, orders[1], now);
    await apply(orders);
    expect(await unread()).toEqual([]);
    expect(await storedOrders()).toEqual([[orders[0], 700]]);
  });
});

describe('W5: given a look at what changed', () => {
  type Kept = Parameters<ChangeMarks['keep']>[0];
  let kept: Kept[];
  const marks = (more: Partial<ChangeMarks> = {}): ChangeMarks => ({
    changesUntil: now - 60 * MINUTE,
    customersUntil: now - 60 * MINUTE,
    lookId: null,
    keep: async (reached) => void kept.push(reached),
    ...more,
  });
  /** Those kept at the end: up to the overlap before the beginning of the look. */
  const reachedEnd = (field: 'changesUntil' | 'customersUntil', from: number, to: number) => {
    const last = (kept.findLast((one) => field in one) as Record<string, number>)[field] as number;
    expect(last).toBeGreaterThanOrEqual(from - OVERLAP_MS);
    expect(last).toBeLessThanOrEqual(to - OVERLAP_MS);
  };

  beforeEach(() => {
    kept = [];
  });

  it('then orders are stored whole and customers too, and how far it came is kept', async () => {
    addTags(pipeline.fake, people[1], ['VIP'], now - 20 * MINUTE);
    const names = steps();
    const from = await databaseNow();
    expect(await takeChanges(context, marks())).toBe(true);
    const to = await databaseNow();
    expect(await storedOrders()).toEqual(orders.map((id) => [id, 500]));
    expect(await rowsOf('select order_id from order_details where shop_id = $1 order by order_id')).toEqual(
      orders,
    );
    expect(await rowsOf('select unnest(ids) as id from line_items where shop_id = $1 order by id')).toEqual([
      9_000, 9_001,
    ]);
    expect(await storedCustomers()).toEqual(people);
    // Only who has other tags than were known is looked at before writing.
    expect(await pending()).toEqual({ score: people, write: [people[1]] });
    expect(kept[0]).toEqual({ customersUntil: now - 60 * MINUTE });
    reachedEnd('changesUntil', from, to);
    reachedEnd('customersUntil', from, to);
    expect(names.filter((name, i) => names.indexOf(name) === i)).toEqual([
      'changes.clock',
      'changes.until',
      'changes.leave-half',
      'changes.read-orders',
      'changes.store-orders',
      'changes.read-customers',
      'changes.store-customers',
    ]);
  });

  it('then nothing from before the marks is read, customers by their own mark', async () => {
    placeOrder(pipeline.fake, { customerId: people[0], total: 900, createdAt: now - 5 * MINUTE });
    await takeChanges(context, marks({ changesUntil: now - 15 * MINUTE }));
    expect((await storedOrders()).map((row) => (row as number[])[1])).toEqual([900]);
    expect(await storedCustomers()).toEqual(people);
  });

  it('when nothing is known of an earlier one, then the overlap is read', async () => {
    addTags(pipeline.fake, people[1], ['VIP'], now - 5 * MINUTE);
    editOrder(pipeline.fake, orders[0], { total: 600 }, now - 5 * MINUTE);
    await takeChanges(context, marks({ changesUntil: null, customersUntil: null }));
    expect(await storedOrders()).toEqual([[orders[0], 600]]);
    expect(await storedCustomers()).toEqual([people[1]]);
  });

  it.each(['orders', 'customers'] as const)(
    'when the worker stops within the %s, then it says that there is more, and keeps no end',
    async (what) => {
      for (let n = 0; n < (what === 'orders' ? 60 : 260); n += 1) {
        const createdAt = now - 20 * MINUTE + n * 1000;
        if (what === 'orders') placeOrder(pipeline.fake, { customerId: people[0], total: 1, createdAt });
        else addCustomer(pipeline.fake, { createdAt });
      }
      const stopped = { ...context, signal: AbortSignal.abort() };
      expect(await takeChanges(stopped, marks())).toBe(false);
      const field = what === 'orders' ? 'changesUntil' : 'customersUntil';
      const reached = (kept.at(-1) as Record<string, number>)[field];
      // As far as the newest of the page.
      expect(reached).toBeGreaterThan(now - 20 * MINUTE + 40_000);
      expect(reached).toBeLessThan(now - OVERLAP_MS);
      expect((await storedCustomers()).length > 0).toBe(what === 'customers');
    },
  );

  it('then half of the shop’s budget is left before each page', async () => {
    let asked = 0;
    const { admin } = context;
    const watched = {
      ...admin,
      throttle: () => {
        asked += 1;
        return admin.throttle();
      },
    };
    await takeChanges({ ...context, admin: watched }, marks());
    expect(asked).toBe(2);
  });

  it('when somebody asks, then what differs and is settled is counted', async () => {
    const { id } = await openLook(pipeline.shop.id, 'recent');
    await takeChanges(context, marks({ lookId: id }));
    const look = async () => (await newestLooks(pipeline.shop.id)).get('recent');
    expect(await look()).toMatchObject({ id, lookedAt: 4, drift: 4 });
    editOrder(pipeline.fake, orders[0], { total: 600 }, now - 6 * MINUTE);
    editOrder(pipeline.fake, orders[1], { total: 600 }, now - MINUTE);
    await takeChanges(context, marks({ lookId: id }));
    // Everything is looked at again; word of the other change may still be on its way.
    expect(await look()).toMatchObject({ lookedAt: 8, drift: 5 });
  });

  it('then the marks of an import are where it goes on', async () => {
    const { id, generation } = pipeline.shop;
    const run = await openImport(id, generation);
    expect(importMarks(id, run)).toMatchObject({ changesUntil: null, customersUntil: null, lookId: null });
    await importMarks(id, run, 3).keep({ changesUntil: 5_000 });
    await importMarks(id, run, 3).keep({ customersUntil: 6_000 });
    const after = await latestImport(id);
    expect(importMarks(id, after!, 3)).toMatchObject({
      changesUntil: 5_000,
      customersUntil: 6_000,
      lookId: 3,
    });
  });
});

describe('given objects as they are at Shopify', () => {
  const read = () => readOrdersById(context.admin, orders);
  const lines = () => rowsOf('select load from line_items where shop_id = $1');

  it('when orders are stored that did not change, then their rest is stored anew only where that is wished', async () => {
    const page = await read();
    await storeOrders(pipeline.shop.id, page);
    expect(await lines()).toHaveLength(1);
    await storeOrders(pipeline.shop.id, page);
    expect(await lines()).toHaveLength(1);
    await storeOrders(pipeline.shop.id, page, { unchangedToo: true });
    expect(await lines()).toHaveLength(2);
    editOrder(pipeline.fake, orders[0], { total: 800 }, now);
    await storeOrders(pipeline.shop.id, await read());
    expect(await lines()).toHaveLength(3);
  });

  it('when an order comes in two states of one second, then it is read once more', async () => {
    await storeOrders(pipeline.shop.id, await read());
    await forget();
    const { updatedAt } = pipeline.fake.orders.get(orders[0])!;
    const line = { id: 9_100, productId: null, title: 'Cap', vendor: null, quantity: 1, amount: 800 };
    editOrder(pipeline.fake, orders[0], { total: 800, lineItems: [line] }, updatedAt);
    editOrder(pipeline.fake, orders[1], { total: 800 }, now);
    await storeOrders(pipeline.shop.id, await read());
    expect(await pending()).toEqual({ score: people, details: [orders[0]] });
    // Its lines are those of this state, although they are of the version that was stored.
    expect(await rowsOf('select unnest(ids) as id from line_items where shop_id = $1')).toContain(9_100);
  });

  it('when one could not be read, then that is noted until it can, or is gone', async () => {
    for (const id of orders) editOrder(pipeline.fake, id, { total: UNREADABLE }, now - 1_000);
    await storeOrders(pipeline.shop.id, await read());
    expect(await unread()).toEqual(orders.map((id) => ['orders', id]));
    editOrder(pipeline.fake, orders[0], { total: 700 }, now);
    deleteOrder(pipeline.fake, orders[1], now);
    await storeOrders(pipeline.shop.id, await read());
    expect(await unread()).toEqual([]);
  });

  it('when a customer could not be read, then that is noted until it can', async () => {
    const failed = { id: people[0], reason: 'not a list', excerpt: '{}' };
    await storeCustomers(pipeline.shop.id, { customers: customerBatch(1), unread: [failed] });
    expect(await unread()).toEqual([['customers', people[0]]]);
    const customers = customerBatch(2);
    [customers.id[0], customers.createdAt[0], customers.updatedAt[0], customers.length] = [
      people[0],
      1,
      2,
      1,
    ];
    await storeCustomers(pipeline.shop.id, { customers, unread: [] });
    expect(await unread()).toEqual([]);
    expect(await storedCustomers()).toEqual([people[0]]);
  });
});
