import { appendFileSync, createReadStream, renameSync } from 'node:fs';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { indexOrder, type FakeOrder } from './store-orders.ts';
import type { FakeCustomer } from './store-customers.ts';
import { createShop, type FakeCompany, type FakeProduct, type FakeShop, type ShopChange } from './store.ts';

/** A line of the file: what it is about, the thing itself, and the shop's counters after it. */
type Entry =
  | ['shop', Pick<FakeShop, 'domain' | 'name' | 'currency' | 'timeZone' | 'createdAt' | 'plan'>, Counters]
  | ['product', FakeProduct, Counters]
  | ['company', FakeCompany, Counters]
  | ['customer', Omit<FakeCustomer, 'metafields'> & { metafields: [string, unknown][] }, Counters]
  | ['order', FakeOrder, Counters]
  | ['customer-gone', number, Counters]
  | ['order-gone', number, Counters];
type Counters = readonly [nextId: number, nextOrderNumber: number];

/** Writes a whole shop to a file; the file appears only when it is complete. */
export async function saveShop(shop: FakeShop, file: string): Promise<void> {
  await pipeline(Readable.from(snapshot(shop)), createWriteStream(`${file}.new`));
  renameSync(`${file}.new`, file);
}

/**
 * Appends every change of the shop to its file from now on, before the answer to the change can leave this
 * process: what the app was told has happened is still so after a kill. Returns how to stop.
 */
export function keepJournal(shop: FakeShop, file: string): () => void {
  const write = (change: ShopChange): void => {
    const entries: Entry[] = [];
    if ('orderId' in change) entries.push(orderEntry(shop, change.orderId));
    if ('customerId' in change) entries.push(customerEntry(shop, change.customerId));
    if (change.kind === 'customers-merged') {
      entries.push(customerEntry(shop, change.mergedCustomerId));
      for (const id of shop.ordersByCustomer.get(change.customerId) ?? []) entries.push(orderEntry(shop, id));
    }
    appendFileSync(file, entries.map(line).join(''));
  };
  // Ends a line that a kill cut off.
  appendFileSync(file, '\n');
  shop.listeners.add(write);
  return () => shop.listeners.delete(write);
}

/**
 * The shop a file holds. A line that a kill cut off is left out: its change was never answered.
 * @throws Error when the file is not one of ours
 */
export async function loadShop(file: string): Promise<FakeShop> {
  let shop: FakeShop | null = null;
  for await (const text of createInterface({ input: createReadStream(file) })) {
    const entry = parse(text);
    if (entry === null) continue;
    if (entry[0] === 'shop') shop = createShop(entry[1]);
    else if (shop !== null) apply(shop, entry);
    if (shop !== null) [shop.nextId, shop.nextOrderNumber] = entry[2];
  }
  if (shop === null) throw new Error(`${file} holds no shop`);
  for (const { id, customerId } of shop.orders.values())
    if (customerId !== null) indexOrder(shop, customerId, id);
  return shop;
}

function apply(shop: FakeShop, [kind, value]: Entry): void {
  if (kind === 'product') shop.products.set(value.id, value);
  else if (kind === 'company') shop.companies.set(value.id, value);
  else if (kind === 'order') shop.orders.set(value.id, value);
  else if (kind === 'order-gone') shop.orders.delete(value);
  else if (kind === 'customer-gone') shop.customers.delete(value);
  else if (kind === 'customer') {
    const metafields = new Map(value.metafields) as FakeCustomer['metafields'];
    shop.customers.set(value.id, { ...value, metafields });
  }
}

function* snapshot(shop: FakeShop): Generator<string> {
  const { domain, name, currency, timeZone, createdAt, plan } = shop;
  yield line(['shop', { domain, name, currency, timeZone, createdAt, plan }, counters(shop)]);
  for (const product of shop.products.values()) yield line(['product', product, counters(shop)]);
  for (const company of shop.companies.values()) yield line(['company', company, counters(shop)]);
  for (const id of shop.customers.keys()) yield line(customerEntry(shop, id));
  for (const id of shop.orders.keys()) yield line(orderEntry(shop, id));
}

function customerEntry(shop: FakeShop, id: number): Entry {
  const customer = shop.customers.get(id);
  if (customer === undefined) return ['customer-gone', id, counters(shop)];
  return ['customer', { ...customer, metafields: [...customer.metafields] }, counters(shop)];
}

function orderEntry(shop: FakeShop, id: number): Entry {
  const order = shop.orders.get(id);
  return order === undefined ? ['order-gone', id, counters(shop)] : ['order', order, counters(shop)];
}

function counters(shop: FakeShop): Counters {
  return [shop.nextId, shop.nextOrderNumber];
}

function line(entry: Entry): string {
  return `${JSON.stringify(entry)}\n`;
}

function parse(text: string): Entry | null {
  try {
    return JSON.parse(text) as Entry;
  } catch {
    return null;
  }
}
