import { appendFileSync, createReadStream, renameSync } from 'node:fs';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { indexOrder, type FakeOrder } from './store-orders.ts';
import type { FakeCustomer } from './store-customers.ts';
import type { FakeCode, FakeDiscount } from './store-discounts.ts';
import type { FakeSegment } from './store-segments.ts';
import {
  createShop,
  type FakeCollection,
  type FakeCompany,
  type FakeProduct,
  type FakeShop,
  type ShopChange,
} from './store.ts';

/** A line of the file: what it is about, the thing itself, and the shop's counters after it. */
type Entry =
  | ['shop', Pick<FakeShop, 'domain' | 'name' | 'currency' | 'timeZone' | 'createdAt' | 'plan'>, Counters]
  | ['product', FakeProduct, Counters]
  | ['collection', FakeCollection, Counters]
  | ['company', FakeCompany, Counters]
  | ['segment', FakeSegment, Counters]
  | ['customer', Omit<FakeCustomer, 'metafields'> & { metafields: [string, unknown][] }, Counters]
  | ['order', FakeOrder, Counters]
  | ['customer-gone', number, Counters]
  | ['order-gone', number, Counters]
  | ['discount', Omit<FakeDiscount, 'codes' | 'usedBy' | 'customers'> & DiscountLists, Counters]
  | ['discount-gone', number, Counters]
  | ['codes', { discount: number; codes: FakeCode[]; usedBy: number[] }, Counters]
  | ['code-gone', { discount: number; code: string }, Counters];
type DiscountLists = { customers: number[] | null };
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
    if ('discountId' in change) entries.push(...discountEntries(shop, change));
    if (change.kind === 'customers-merged') {
      entries.push(customerEntry(shop, change.mergedCustomerId));
      for (const id of shop.ordersByCustomer.get(change.customerId) ?? []) entries.push(orderEntry(shop, id));
      for (const id of shop.discounts.keys()) entries.push(discountEntry(shop, id));
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

/** Files from before there were discounts do not tell of them. */
const UNDISCOUNTED: Pick<FakeOrder, 'discounts' | 'shipping'> = { discounts: [], shipping: 0 };

function apply(shop: FakeShop, [kind, value]: Entry): void {
  if (kind === 'product') shop.products.set(value.id, value);
  else if (kind === 'company') shop.companies.set(value.id, value);
  else if (kind === 'collection') shop.collections.set(value.id, value);
  else if (kind === 'segment') shop.segments.set(value.id, value);
  else if (kind === 'order') shop.orders.set(value.id, { ...UNDISCOUNTED, ...value });
  else if (kind === 'order-gone') shop.orders.delete(value);
  else if (kind === 'customer-gone') shop.customers.delete(value);
  else if (kind === 'customer') {
    const metafields = new Map(value.metafields) as FakeCustomer['metafields'];
    shop.customers.set(value.id, { ...value, metafields });
  } else applyDiscount(shop, [kind, value] as DiscountEntry);
}

const NOT_USED = (): Pick<FakeDiscount, 'codes' | 'usedBy'> => ({ codes: new Map(), usedBy: new Set() });

type DiscountEntry = {
  [E in Entry as E[0]]: E[0] extends 'discount' | 'discount-gone' | 'codes' | 'code-gone'
    ? [E[0], E[1]]
    : never;
}[Entry[0]];

function applyDiscount(shop: FakeShop, [kind, value]: DiscountEntry): void {
  if (kind === 'discount') {
    const { codes, usedBy } = shop.discounts.get(value.id) ?? NOT_USED();
    const customers = value.customers === null ? null : new Set(value.customers);
    shop.discounts.set(value.id, { ...value, customers, codes, usedBy });
  } else if (kind === 'discount-gone') {
    for (const code of shop.discounts.get(value)?.codes.keys() ?? []) shop.codes.delete(code);
    shop.discounts.delete(value);
  } else if (kind === 'codes') {
    const discount = shop.discounts.get(value.discount);
    for (const one of value.codes) {
      discount?.codes.set(one.code.toUpperCase(), one);
      shop.codes.set(one.code.toUpperCase(), value.discount);
    }
    for (const id of value.usedBy) discount?.usedBy.add(id);
  } else {
    shop.discounts.get(value.discount)?.codes.delete(value.code.toUpperCase());
    shop.codes.delete(value.code.toUpperCase());
  }
}

function* snapshot(shop: FakeShop): Generator<string> {
  const { domain, name, currency, timeZone, createdAt, plan } = shop;
  yield line(['shop', { domain, name, currency, timeZone, createdAt, plan }, counters(shop)]);
  for (const product of shop.products.values()) yield line(['product', product, counters(shop)]);
  for (const one of shop.collections.values()) yield line(['collection', one, counters(shop)]);
  for (const company of shop.companies.values()) yield line(['company', company, counters(shop)]);
  for (const segment of shop.segments.values()) yield line(['segment', segment, counters(shop)]);
  for (const id of shop.customers.keys()) yield line(customerEntry(shop, id));
  for (const id of shop.orders.keys()) yield line(orderEntry(shop, id));
  for (const { id, codes } of shop.discounts.values()) {
    yield line(discountEntry(shop, id));
    yield line(codesEntry(shop, id, [...codes.keys()]));
  }
}

function discountEntries(shop: FakeShop, change: Extract<ShopChange, { discountId: number }>): Entry[] {
  const { discountId: id } = change;
  if (change.kind === 'codes-changed') return [codesEntry(shop, id, change.codes)];
  if (change.kind === 'code-removed') {
    return [['code-gone', { discount: id, code: change.code }, counters(shop)]];
  }
  const first = change.kind === 'discount-created' ? [...(shop.discounts.get(id)?.codes.keys() ?? [])] : [];
  return [discountEntry(shop, id), ...(first.length === 0 ? [] : [codesEntry(shop, id, first)])];
}

function discountEntry(shop: FakeShop, id: number): Entry {
  const discount = shop.discounts.get(id);
  if (discount === undefined) return ['discount-gone', id, counters(shop)];
  const { codes: _, usedBy: _by, customers, ...rest } = discount;
  return ['discount', { ...rest, customers: customers === null ? null : [...customers] }, counters(shop)];
}

/** Some codes of a discount; who has used it is kept with them. */
function codesEntry(shop: FakeShop, id: number, codes: readonly string[]): Entry {
  const discount = shop.discounts.get(id);
  const found = codes.flatMap((code) => discount?.codes.get(code.toUpperCase()) ?? []);
  const usedBy = found.some(({ uses }) => uses > 0) ? [...(discount?.usedBy ?? [])] : [];
  return ['codes', { discount: id, codes: found, usedBy }, counters(shop)];
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
