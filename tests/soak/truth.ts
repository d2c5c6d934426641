import type { FakeShop } from '#tests/fake-shopify/store.ts';
import type { OracleOrder } from '#tests/rfm/oracle.ts';
import type { SoakShop } from './world.ts';

/** What Shopify knows of an order, in the words of the app's table. Instants in epoch milliseconds. */
export type TrueOrder = {
  id: number;
  customer: number | null;
  processedAt: number;
  cancelledAt: number | null;
  test: boolean;
  status: string;
  currency: string;
  total: number;
  refunded: number;
};

/** Every order as the app should have it; those of people whose data was erased are nobody's. */
export function trueOrders({ fake, redacted }: SoakShop): TrueOrder[] {
  return [...fake.orders.values()]
    .map((order) => ({
      id: order.id,
      customer: order.customerId !== null && redacted.has(order.customerId) ? null : order.customerId,
      processedAt: wholeSeconds(order.processedAt),
      cancelledAt: order.cancelledAt === null ? null : wholeSeconds(order.cancelledAt),
      test: order.test,
      status: order.financialStatus,
      currency: order.currency,
      total: order.total,
      refunded: order.refunds.reduce((sum, { amount }) => sum + amount, order.extraRefunded),
    }))
    .sort((a, b) => a.id - b.id);
}

/** Customers the app should know, with their tags in lower case. */
export function trueCustomers({ fake, redacted }: SoakShop): { id: number; tags: string[] }[] {
  return [...fake.customers.values()]
    .filter(({ id }) => !redacted.has(id))
    .map(({ id, tags }) => ({ id, tags: tags.map((tag) => tag.toLowerCase()).sort() }))
    .sort((a, b) => a.id - b.id);
}

/** The same orders as the oracle wants them. */
export function oracleOrders(shop: SoakShop): OracleOrder[] {
  const refunds = refundsOf(shop.fake);
  return trueOrders(shop).map((order) => ({
    customer: order.customer === null ? null : String(order.customer),
    processedAt: order.processedAt,
    cancelled: order.cancelledAt !== null,
    test: order.test,
    financialStatus: order.status,
    currency: order.currency,
    total: order.total,
    refunds: refunds.get(order.id) ?? [],
    company: shop.fake.orders.get(order.id)?.companyId !== null,
  }));
}

function refundsOf(fake: FakeShop): Map<number, OracleOrder['refunds']> {
  return new Map(
    [...fake.orders.values()].map((order) => [
      order.id,
      [
        ...order.refunds.map(({ createdAt, amount }) => ({ at: wholeSeconds(createdAt), amount })),
        ...(order.extraRefunded > 0 ? [{ at: null, amount: order.extraRefunded }] : []),
      ],
    ]),
  );
}

/** Shopify tells instants in whole seconds. */
function wholeSeconds(at: number): number {
  return Math.floor(at / 1000) * 1000;
}
