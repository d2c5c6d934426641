import type { PoolClient } from 'pg';
import { idList } from './stored-values.ts';
import { openLoad, type LoadedTable } from './table-load.server.ts';

/**
 * Where a customer's orders are found without an index entry for each order: lists of order ids, one for all customers
 * whose ids have the same hash. An index costs a load as much as the orders themselves; lists are written a sixteenth
 * as often, in their order. They are hints: whose an order is says the order.
 */
const BUCKETS = 32_768;
/** Orders that are listed together: about sixteen to a row. */
const LISTED_AT_ONCE = BUCKETS * 16;
const ROWS_AT_ONCE = 8_192;

/** The list in which the orders of a customer are. MurmurHash3's finaliser over both halves of the id. */
function bucketOf(customerId: number): number {
  let hash = (customerId >>> 0) ^ Math.imul(Math.floor(customerId / 4294967296), 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) & (BUCKETS - 1);
}

/** The lists of some customers as an SQL literal. */
function bucketsOf(customers: readonly number[]): string {
  return `'{${[...new Set(customers.map(bucketOf))].join()}}'::int4[]`;
}

/**
 * Ids of orders among which are all those of these customers, as an SQL array: to it belongs a condition on
 * `customer_id`.
 */
export function ordersAmong(shopId: number, customers: readonly number[]): string {
  return `array(
    select id from orders where shop_id = ${shopId} and not listed and customer_id = any(${idList(customers)})
    union all
    select unnest(order_ids) from order_lists
    where shop_id = ${shopId} and bucket = any(${bucketsOf(customers)}))`;
}

/** Takes orders that are no longer these customers' out of the lists in which they were theirs. */
export async function unlistOrders(
  client: PoolClient,
  shopId: number,
  customers: readonly number[],
): Promise<void> {
  await client.query(
    `update order_lists set order_ids = array(
       select o.id from orders o where o.shop_id = $1 and o.id = any(order_ids) and o.listed)
     where shop_id = $1 and bucket = any(${bucketsOf(customers)})`,
    [shopId],
  );
}

/** Some lists of one load; those of bucket `b` are `ids` from `starts[b]` to `starts[b + 1]`. */
type Lists = { length: number; load: number; buckets: Uint16Array; starts: Uint32Array; ids: Float64Array };

const LISTS: LoadedTable<Lists> = {
  table: 'order_lists',
  columns: ['bucket', 'load', 'order_ids'],
  key: ['bucket', 'load'],
  version: null,
  encode(rows, { buckets, load, starts, ids }, i) {
    const bucket = buckets[i] as number;
    rows.row(3);
    rows.int4(bucket);
    rows.int8(load);
    rows.int8Array(ids.subarray(starts[bucket], starts[bucket + 1]));
  },
};

/**
 * Gathers the orders of a load and lists them. Those of guests are in no list, nor are those of the batch added last
 * when that is dropped again.
 */
export class OrderLister {
  readonly #client: PoolClient;
  readonly #shopId: number;
  #ids = new Float64Array(0);
  #buckets = new Uint16Array(0);
  #length = 0;
  /** How many there were before the last batch. */
  #before = 0;

  constructor(client: PoolClient, shopId: number) {
    this.#client = client;
    this.#shopId = shopId;
  }

  /** Whether what was gathered has to be stored before so many more are added. */
  isFull(more: number): boolean {
    return this.#length + more > LISTED_AT_ONCE;
  }

  add(length: number, ids: Float64Array, customers: Float64Array): void {
    this.#before = this.#length;
    this.#reserve(this.#length + length);
    for (let i = 0; i < length; i += 1) {
      const customer = customers[i] as number;
      if (Number.isNaN(customer)) continue;
      this.#ids[this.#length] = ids[i] as number;
      this.#buckets[this.#length] = bucketOf(customer);
      this.#length += 1;
    }
  }

  dropLast(): void {
    this.#length = this.#before;
  }

  /** Stores what was gathered, on a client that does nothing else meanwhile. */
  async finish(): Promise<void> {
    if (this.#length === 0) return;
    const { rows } = await this.#client.query<{ load: number }>(
      `select nextval(pg_get_serial_sequence('order_lists', 'load')) as load`,
    );
    const sorted = this.#sorted();
    const used = Uint16Array.from(sorted.buckets);
    const table = await openLoad(this.#client, this.#shopId, LISTS);
    for (let from = 0; from < used.length; from += ROWS_AT_ONCE) {
      const buckets = used.subarray(from, from + ROWS_AT_ONCE);
      await table.add({ ...sorted, length: buckets.length, load: rows[0]!.load, buckets });
    }
    await table.finish();
    this.#length = 0;
    this.#before = 0;
  }

  /** The gathered ids by bucket, and the buckets that have any. */
  #sorted(): Pick<Lists, 'starts' | 'ids'> & { buckets: number[] } {
    const starts = new Uint32Array(BUCKETS + 1);
    const gathered = this.#buckets.subarray(0, this.#length);
    for (const bucket of gathered) starts[bucket + 1] = (starts[bucket + 1] as number) + 1;
    const buckets: number[] = [];
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      if (starts[bucket + 1]! > 0) buckets.push(bucket);
      starts[bucket + 1] = (starts[bucket + 1] as number) + (starts[bucket] as number);
    }
    const next = starts.slice();
    const ids = new Float64Array(this.#length);
    for (const [i, bucket] of gathered.entries()) {
      const place = next[bucket] as number;
      ids[place] = this.#ids[i] as number;
      next[bucket] = place + 1;
    }
    return { starts, ids, buckets };
  }

  #reserve(rows: number): void {
    if (rows <= this.#ids.length) return;
    const ids = new Float64Array(Math.max(rows, this.#ids.length * 2));
    ids.set(this.#ids);
    this.#ids = ids;
    const buckets = new Uint16Array(ids.length);
    buckets.set(this.#buckets);
    this.#buckets = buckets;
  }
}
