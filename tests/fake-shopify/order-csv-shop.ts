import { addCustomer, type FakeCustomer } from './store-customers.ts';
import { placeOrder } from './store-orders.ts';
import { createShop, takeId, type FakeProduct, type FakeShop, type ShopIdentity } from './store.ts';
import type { ExportedLine, OrderExport } from './order-csv-rows.ts';

const DAY_MS = 86_400_000;

/**
 * A shop that holds what an order export says. A customer is an e-mail address and came to the shop with the
 * first order; consent is that of the order read first. The day of a refund is not in an export.
 */
export function shopFromExport(
  exported: OrderExport,
  identity: Omit<ShopIdentity, 'currency' | 'createdAt'>,
): FakeShop {
  const firstOrderAt = exported.orders.reduce((first, order) => Math.min(first, order.createdAt), Infinity);
  const shop = createShop({ ...identity, currency: exported.currency, createdAt: firstOrderAt - DAY_MS });
  const customerSince = new Map<string, number>();
  for (const order of exported.orders) {
    if (order.email === null) continue;
    const since = customerSince.get(order.email) ?? Infinity;
    customerSince.set(order.email, Math.min(since, order.createdAt));
  }
  const customers = new Map<string, FakeCustomer>();
  const products = new Map<string, FakeProduct>();
  for (const order of exported.orders) {
    let customer = order.email === null ? undefined : customers.get(order.email);
    if (order.email !== null && customer === undefined) {
      customer = addCustomer(shop, {
        email: order.email,
        emailState: order.acceptsMarketing ? 'SUBSCRIBED' : 'NOT_SUBSCRIBED',
        createdAt: customerSince.get(order.email) ?? order.createdAt,
      });
      customers.set(order.email, customer);
    }
    placeOrder(shop, {
      name: order.name,
      customerId: customer?.id ?? null,
      createdAt: order.createdAt,
      updatedAt: Math.max(order.createdAt, order.cancelledAt ?? 0),
      cancelledAt: order.cancelledAt,
      financialStatus: order.status,
      sourceName: order.source,
      attribution: order.source,
      total: order.total,
      extraRefunded: order.refunded,
      discountCodes: order.discountCode === null ? [] : [order.discountCode],
      lineItems: order.lines.map((line) => {
        const product = productOf(shop, products, line);
        return {
          id: takeId(shop),
          productId: product.id,
          title: product.title,
          vendor: product.vendor,
          quantity: line.quantity,
          amount: line.amount,
        };
      }),
    });
  }
  return shop;
}

function productOf(shop: FakeShop, products: Map<string, FakeProduct>, line: ExportedLine): FakeProduct {
  const known = products.get(line.product);
  if (known !== undefined) return known;
  const product = { id: takeId(shop), title: line.title, type: '', vendor: line.vendor };
  products.set(line.product, product);
  shop.products.set(product.id, product);
  return product;
}
