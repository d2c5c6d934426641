import { createHash } from 'node:crypto';
import { moveDiscounts } from './store-discounts.ts';
import { indexOrder } from './store-orders.ts';
import { announce, takeId, type FakeShop, type ShopChange } from './store.ts';

/** CustomerEmailMarketingState and CustomerSmsMarketingState, as far as the generator uses them. */
export type ConsentState = 'NOT_SUBSCRIBED' | 'PENDING' | 'SUBSCRIBED' | 'UNSUBSCRIBED';

export type FakeMetafield = {
  readonly id: number;
  readonly namespace: string;
  readonly key: string;
  readonly type: string;
  readonly value: string;
  readonly createdAt: number;
  readonly updatedAt: number;
};

/** `tags` and `metafields` are replaced, never changed in place: customers without any share one empty value. */
export type FakeCustomer = {
  readonly id: number;
  firstName: string;
  lastName: string;
  email: string | null;
  phone: string | null;
  emailState: ConsentState;
  smsState: ConsentState;
  tags: readonly string[];
  /** The language they read, a BCP 47 tag; the shop's where it is left out. */
  locale?: string;
  /** Where their address is, an IANA name; nowhere where it is left out. */
  timeZone?: string;
  readonly createdAt: number;
  updatedAt: number;
  companyContacts: readonly { readonly id: number; readonly companyId: number }[];
  /** By `namespace.key`. */
  metafields: ReadonlyMap<string, FakeMetafield>;
};

/** A customer to add; what is left out is empty or not subscribed. */
export type NewCustomer = Partial<FakeCustomer> & Pick<FakeCustomer, 'createdAt'>;

const NONE: readonly never[] = [];
const NO_METAFIELDS: ReadonlyMap<string, FakeMetafield> = new Map();
/** Tags a customer may have; only third-party pages give the number. */
export const MAX_TAGS = 250;

/** Puts a customer into the shop. */
export function addCustomer(shop: FakeShop, customer: NewCustomer): FakeCustomer {
  const added: FakeCustomer = {
    id: customer.id ?? takeId(shop),
    firstName: customer.firstName ?? '',
    lastName: customer.lastName ?? '',
    email: customer.email ?? null,
    phone: customer.phone ?? null,
    emailState: customer.emailState ?? 'NOT_SUBSCRIBED',
    smsState: customer.smsState ?? 'NOT_SUBSCRIBED',
    tags: customer.tags ?? NONE,
    createdAt: customer.createdAt,
    updatedAt: customer.updatedAt ?? customer.createdAt,
    companyContacts: customer.companyContacts ?? NONE,
    metafields: customer.metafields ?? NO_METAFIELDS,
    ...(customer.locale === undefined ? {} : { locale: customer.locale }),
    ...(customer.timeZone === undefined ? {} : { timeZone: customer.timeZone }),
  };
  if (shop.customers.has(added.id)) throw new Error(`customer ${added.id} is already in ${shop.domain}`);
  shop.customers.set(added.id, added);
  announce(shop, { kind: 'customer-created', customerId: added.id, at: added.createdAt });
  return added;
}

/**
 * tagsAdd: adds the tags the customer does not have, case-folded. A comma separates two tags, as at Shopify.
 * Returns 'too-many' and changes nothing when the customer would have more than MAX_TAGS.
 */
export function addTags(shop: FakeShop, id: number, tags: readonly string[], at: number): 'ok' | 'too-many' {
  const customer = known(shop, id);
  const had = new Set(customer.tags.map(fold));
  const added = splitTags(tags).filter((tag) => !had.has(fold(tag)) && had.add(fold(tag)));
  if (had.size > MAX_TAGS) return 'too-many';
  if (added.length === 0) return 'ok';
  customer.tags = [...customer.tags, ...added].sort((a, b) => a.localeCompare(b, 'en'));
  changed(shop, customer, at, { kind: 'tags-added', customerId: id, tags: added, at });
  return 'ok';
}

/** tagsRemove: removes tags whatever their case. */
export function removeTags(shop: FakeShop, id: number, tags: readonly string[], at: number): void {
  const customer = known(shop, id);
  const unwanted = new Set(splitTags(tags).map(fold));
  const removed = customer.tags.filter((tag) => unwanted.has(fold(tag)));
  if (removed.length === 0) return;
  customer.tags = customer.tags.filter((tag) => !unwanted.has(fold(tag)));
  changed(shop, customer, at, { kind: 'tags-removed', customerId: id, tags: removed, at });
}

/** metafieldsSet for one customer's metafield; comparing digests is the caller's. */
export function setMetafield(
  shop: FakeShop,
  id: number,
  field: Pick<FakeMetafield, 'namespace' | 'key' | 'type' | 'value'>,
  at: number,
): FakeMetafield {
  const customer = known(shop, id);
  const name = `${field.namespace}.${field.key}`;
  const before = customer.metafields.get(name);
  const after = {
    ...field,
    id: before?.id ?? takeId(shop),
    createdAt: before?.createdAt ?? at,
    updatedAt: at,
  };
  customer.metafields = new Map(customer.metafields).set(name, after);
  changed(shop, customer, at, { kind: 'metafields-set', customerId: id, at });
  return after;
}

/** metafieldsDelete for one; false when the customer had none of that name. */
export function deleteMetafield(
  shop: FakeShop,
  id: number,
  namespace: string,
  key: string,
  at: number,
): boolean {
  const customer = known(shop, id);
  const left = new Map(customer.metafields);
  if (!left.delete(`${namespace}.${key}`)) return false;
  customer.metafields = left;
  changed(shop, customer, at, { kind: 'metafields-set', customerId: id, at });
  return true;
}

/** Metafield.compareDigest: changes with the value and with nothing else. */
export function metafieldDigest(field: FakeMetafield): string {
  return createHash('sha256').update(`${field.type}\0${field.value}`).digest('hex');
}

/** Changes what a customer is called and how to reach them, as the merchant or the customer may. */
export function updateCustomer(
  shop: FakeShop,
  id: number,
  contact: Partial<Pick<FakeCustomer, 'firstName' | 'lastName' | 'email' | 'phone'>>,
  at: number,
): void {
  const customer = known(shop, id);
  Object.assign(customer, contact);
  changed(shop, customer, at, { kind: 'customer-updated', customerId: id, at });
}

/** Changes a customer's consent. */
export function setConsent(
  shop: FakeShop,
  id: number,
  consent: Partial<Pick<FakeCustomer, 'emailState' | 'smsState'>>,
  at: number,
): void {
  const customer = known(shop, id);
  Object.assign(customer, consent);
  const channels = (['email', 'sms'] as const).filter((channel) => consent[`${channel}State`] !== undefined);
  changed(shop, customer, at, { kind: 'consent-updated', customerId: id, channels, at });
}

/** Merges `goneId` into `keptId`: orders, tags and company contacts move, the merged customer is gone. */
export function mergeCustomers(shop: FakeShop, keptId: number, goneId: number, at: number): FakeCustomer {
  if (keptId === goneId) throw new Error(`customer ${keptId} cannot be merged into itself`);
  const kept = known(shop, keptId);
  const gone = known(shop, goneId);
  for (const orderId of shop.ordersByCustomer.get(goneId) ?? []) {
    const order = shop.orders.get(orderId);
    if (order === undefined) throw new Error(`order ${orderId} is in the index only`);
    order.customerId = keptId;
    order.updatedAt = Math.max(order.updatedAt, at);
    indexOrder(shop, keptId, orderId);
  }
  shop.ordersByCustomer.delete(goneId);
  shop.ordersByCustomer.get(keptId)?.sort((a, b) => a - b);
  const had = new Set(kept.tags.map(fold));
  kept.tags = [...kept.tags, ...gone.tags.filter((tag) => !had.has(fold(tag)))];
  kept.companyContacts = [...kept.companyContacts, ...gone.companyContacts];
  kept.metafields = new Map([...gone.metafields, ...kept.metafields]);
  moveDiscounts(shop, keptId, goneId);
  shop.customers.delete(goneId);
  changed(shop, kept, at, { kind: 'customers-merged', customerId: keptId, mergedCustomerId: goneId, at });
  return kept;
}

/**
 * Deletes a customer.
 * @throws Error when the customer has orders: Shopify refuses that too
 */
export function deleteCustomer(shop: FakeShop, id: number, at: number): void {
  known(shop, id);
  if (shop.ordersByCustomer.has(id)) throw new Error(`customer ${id} has orders and cannot be deleted`);
  shop.customers.delete(id);
  announce(shop, { kind: 'customer-deleted', customerId: id, at });
}

function changed(shop: FakeShop, customer: FakeCustomer, at: number, change: ShopChange): void {
  customer.updatedAt = Math.max(customer.updatedAt, at);
  announce(shop, change);
}

function known(shop: FakeShop, id: number): FakeCustomer {
  const customer = shop.customers.get(id);
  if (customer === undefined) throw new Error(`customer ${id} is not in ${shop.domain}`);
  return customer;
}

function splitTags(tags: readonly string[]): string[] {
  return tags.flatMap((tag) => tag.split(',')).flatMap((tag) => (tag.trim() === '' ? [] : [tag.trim()]));
}

function fold(tag: string): string {
  return tag.toLowerCase();
}
