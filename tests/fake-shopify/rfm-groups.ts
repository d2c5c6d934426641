import type { FakeShop } from './store.ts';
import { refundedOf, type FakeOrder } from './store-orders.ts';

/**
 * Shopify's own groups. It publishes their names, that R and FM are fifths of the shop's customers with orders, and that
 * FM is the mean of F and M; which cells make a group and how halves are rounded it does not. Here: those of the
 * ten-segment grid, which has the same descriptions, and halves rounded up.
 */
const GROUPS: readonly [group: string, r: readonly number[], fm: readonly number[]][] = [
  ['CHAMPIONS', [5], [4, 5]],
  ['LOYAL', [3, 4], [4, 5]],
  ['ACTIVE', [4, 5], [2, 3]],
  ['NEW', [5], [1]],
  ['PROMISING', [4], [1]],
  ['NEEDS_ATTENTION', [3], [3]],
  ['ALMOST_LOST', [3], [1, 2]],
  ['AT_RISK', [1, 2], [3, 4]],
  ['PREVIOUSLY_LOYAL', [1, 2], [5]],
  ['DORMANT', [1, 2], [1, 2]],
];

type Figures = { id: number; last: number; orders: number; spent: number };

/** Kept until an order or a customer changes: a shop of 100,000 customers is not counted for each question. */
const known = new WeakMap<FakeShop, Map<number, string>>();
const watched = new WeakSet<FakeShop>();

/** `CustomerStatistics.rfmGroup` of a customer, from the shop's own orders that were not cancelled; PROSPECTS without any. */
export function rfmGroup(shop: FakeShop, customerId: number): string {
  if (!watched.has(shop)) {
    watched.add(shop);
    shop.listeners.add(({ kind }) => {
      if (/^(order|refund|customers-merged|customer-deleted)/.test(kind)) known.delete(shop);
    });
  }
  let groups = known.get(shop);
  if (groups === undefined) known.set(shop, (groups = groupsOf(shop)));
  return groups.get(customerId) ?? 'PROSPECTS';
}

function groupsOf(shop: FakeShop): Map<number, string> {
  const figures: Figures[] = [];
  for (const [id, orderIds] of shop.ordersByCustomer) {
    const orders = orderIds
      .map((orderId) => shop.orders.get(orderId) as FakeOrder)
      .filter(({ cancelledAt }) => cancelledAt === null);
    if (orders.length === 0) continue;
    figures.push({
      id,
      last: orders.reduce((last, { processedAt }) => Math.max(last, processedAt), 0),
      orders: orders.length,
      spent: orders.reduce((sum, order) => sum + order.total - refundedOf(order), 0),
    });
  }
  const r = fifths(figures, ({ last }) => last);
  const f = fifths(figures, ({ orders }) => orders);
  const m = fifths(figures, ({ spent }) => spent);
  return new Map(
    figures.map(({ id }, i) => [
      id,
      groupAt(r[i] as number, Math.round(((f[i] as number) + (m[i] as number)) / 2)),
    ]),
  );
}

function groupAt(r: number, fm: number): string {
  const [group] = GROUPS.find(([, rs, fms]) => rs.includes(r) && fms.includes(fm)) ?? [];
  if (group === undefined) throw new Error(`no group has R${r} FM${fm}`);
  return group;
}

/** 1 to 5 by the share of customers with a strictly smaller value, as each stands in `figures`. */
function fifths(figures: readonly Figures[], valueOf: (figures: Figures) => number): number[] {
  const sorted = figures.map(valueOf).sort((a, b) => a - b);
  const below = new Map<number, number>();
  for (const [place, value] of sorted.entries()) if (!below.has(value)) below.set(value, place);
  return figures.map((one) => 1 + Math.floor((5 * (below.get(valueOf(one)) as number)) / sorted.length));
}
