import { TEN_SEGMENTS } from '#app/rfm/schemes.ts';
import {
  addCustomer,
  addTags,
  deleteCustomer,
  mergeCustomers,
  removeTags,
  setConsent,
  updateCustomer,
} from '#tests/fake-shopify/store-customers.ts';
import {
  cancelOrder,
  deleteOrder,
  editOrder,
  payOrder,
  placeOrder,
  refundedOf,
  refundOrder,
} from '#tests/fake-shopify/store-orders.ts';
import { checkOut } from '#tests/fake-shopify/checkout.ts';
import { deleteDiscount } from '#tests/fake-shopify/store-discounts.ts';
import { takeId, type FakeShop } from '#tests/fake-shopify/store.ts';
import type { LifeDeed } from './script.ts';
import type { SoakShop } from './world.ts';

const DAY_MS = 86_400_000;

/** Whether a tag is one of the ten that are ours under `rfm:`. */
export function isOurs(tag: string): boolean {
  const folded = tag.toLowerCase();
  return folded.startsWith('rfm:') && TEN_SEGMENTS.numbers.has(folded.slice(4));
}

/** Lets a line of a shop's life happen at `at`; nothing, when there is nobody or nothing left for it. */
export function live({ fake, foreign, redacted, office }: SoakShop, deed: LifeDeed, at: number): void {
  const order = (share: number) => nth([...fake.orders.values()], share);
  const customer = (share: number) =>
    nth(
      [...fake.customers.values()].filter(({ id }) => !redacted.has(id)),
      share,
    );
  if (deed.do === 'add-customer') {
    const { id } = addCustomer(fake, {
      createdAt: at,
      firstName: 'New',
      email: `n${takeId(fake)}@example.com`,
    });
    foreign.set(id, new Set());
  } else if (deed.do === 'place') {
    const buyer = deed.who === null ? null : (customer(deed.who)?.id ?? null);
    const amount = deed.kind === 'free' ? 0 : deed.total;
    placeOrder(fake, {
      customerId: buyer,
      createdAt: at,
      processedAt: at - deed.daysAgo * DAY_MS,
      total: amount,
      test: deed.kind === 'test',
      financialStatus: deed.kind === 'unpaid' ? 'PENDING' : 'PAID',
      lineItems: [lineOf(fake, amount)],
    });
  } else if (deed.do === 'currency') office.change({ currency: deed.currency });
  else if (deed.do === 'zone') office.change({ timeZone: deed.timeZone });
  else if (deed.do === 'delete-discount') {
    const found = nth([...fake.discounts.keys()], deed.which);
    if (found !== undefined) deleteDiscount(fake, found, at);
  } else if (deed.do === 'use-code') useCodeOf(fake, customer(deed.who)?.id, deed.stranger, at);
  else if ('which' in deed) {
    const found = order(deed.which);
    if (found !== undefined) changeOrder(fake, deed, found.id, at);
  } else if (deed.do === 'merge') {
    const [gone, kept] = [customer(deed.who), customer(deed.into)];
    if (gone === undefined || kept === undefined || gone === kept) return;
    const moved = foreign.get(gone.id) ?? new Set();
    foreign.set(kept.id, new Set([...(foreign.get(kept.id) ?? []), ...moved]));
    mergeCustomers(fake, kept.id, gone.id, at);
  } else {
    const found = customer(deed.who);
    if (found === undefined) return;
    if (deed.do === 'redact') {
      redacted.add(found.id);
      office.redactCustomer(found.id);
    } else changeCustomer(fake, foreign, deed, found.id, at);
  }
}

/** Orders with the code that the next customer from there on carries, who buys it or told it to a stranger. */
function useCodeOf(shop: FakeShop, from: number | undefined, stranger: boolean, at: number): void {
  const people = [...shop.customers.values()];
  const start = people.findIndex(({ id }) => id === from);
  for (const { id, metafields } of [...people.slice(start), ...people.slice(0, start)]) {
    const code = [...metafields.values()].find(({ key }) => key === 'winback_code')?.value;
    if (code === undefined) continue;
    const [product] = shop.products.values();
    if (product === undefined) return;
    const lines = [{ productId: product.id, quantity: 1, price: 2_500 }];
    const customerId = stranger ? (people.find((other) => other.id !== id)?.id ?? null) : id;
    checkOut(shop, { customerId, lines, codes: [code], shipping: 490, at, leaks: stranger });
    return;
  }
}

type OrderDeed = Exclude<Extract<LifeDeed, { readonly which: number }>, { readonly do: 'delete-discount' }>;
type CustomerDeed = Exclude<
  Extract<LifeDeed, { readonly who: unknown }>,
  { readonly do: 'place' | 'merge' | 'use-code' }
>;

function changeOrder(shop: FakeShop, deed: OrderDeed, id: number, at: number): void {
  const order = shop.orders.get(id);
  if (order === undefined) return;
  const left = order.total - refundedOf(order);
  if (deed.do === 'cancel') cancelOrder(shop, id, at);
  else if (deed.do === 'delete-order') deleteOrder(shop, id, at);
  else if (deed.do === 'pay' && order.financialStatus === 'PENDING') payOrder(shop, id, at);
  else if (deed.do === 'refund' && left > 0) {
    refundOrder(shop, id, Math.max(1, Math.floor(left * deed.share)), at);
  } else if (deed.do === 'edit' && order.refunds.length === 0 && order.extraRefunded === 0) {
    editOrder(shop, id, { total: deed.total, lineItems: [lineOf(shop, deed.total)] }, at);
  }
}

function changeCustomer(
  shop: FakeShop,
  foreign: SoakShop['foreign'],
  deed: CustomerDeed,
  id: number,
  at: number,
): void {
  const customer = shop.customers.get(id);
  if (customer === undefined) return;
  if (deed.do === 'rename') updateCustomer(shop, id, { firstName: `Renamed ${at}` }, at);
  else if (deed.do === 'subscribe') setConsent(shop, id, { emailState: 'SUBSCRIBED' }, at);
  else if (deed.do === 'unsubscribe') setConsent(shop, id, { emailState: 'UNSUBSCRIBED' }, at);
  else if (deed.do === 'delete-customer') {
    if (!shop.ordersByCustomer.has(id)) deleteCustomer(shop, id, at);
  } else if (deed.do === 'foreign-tag') {
    const tag = deed.tag < 0.3 ? 'rfm:not-a-segment' : `Vip ${Math.floor(deed.tag * 10)}`;
    foreign.set(id, (foreign.get(id) ?? new Set()).add(tag.toLowerCase()));
    addTags(shop, id, [tag], at);
  } else if (deed.do === 'tag-by-hand') {
    const slug = nth(TEN_SEGMENTS.segments, deed.tag) ?? 'new';
    addTags(shop, id, [deed.tag < 0.5 ? `rfm:${slug}` : `RFM:${slug.toUpperCase()}`], at);
  } else removeTags(shop, id, customer.tags.filter(isOurs), at);
}

function lineOf(shop: FakeShop, amount: number) {
  const product = nth([...shop.products.values()], 0.3);
  return {
    id: takeId(shop),
    productId: product?.id ?? null,
    title: 'Something',
    vendor: null,
    quantity: 1,
    amount,
  };
}

function nth<T>(from: readonly T[], share: number): T | undefined {
  return from[Math.min(from.length - 1, Math.floor(share * from.length))];
}
