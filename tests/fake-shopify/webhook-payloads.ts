import { gid } from './gid.ts';
import { digits } from './money-model.ts';
import { dateTime } from './model.ts';
import type { FakeCustomer } from './store-customers.ts';
import { refundedOf, type FakeOrder } from './store-orders.ts';
import type { FakeShop, ShopChange } from './store.ts';

export type Webhook = { readonly topic: string; readonly payload: Readonly<Record<string, unknown>> };

/** The webhooks Shopify sends for a change, as topics of shopify.app.toml. */
export function webhooksFor(shop: FakeShop, change: ShopChange): Webhook[] {
  if ('orderId' in change) return orderWebhooks(shop, change);
  if ('discountId' in change) return discountWebhooks(shop, change);
  const { customerId: id } = change;
  if (change.kind === 'customer-deleted') return [{ topic: 'customers/delete', payload: { id } }];
  const customer = shop.customers.get(id);
  if (customer === undefined) return [];
  const payload = customerPayload(customer);
  if (change.kind === 'customer-created') return [{ topic: 'customers/create', payload }];
  const updated = { topic: 'customers/update', payload };
  if (change.kind === 'customers-merged')
    return [{ topic: 'customers/merge', payload: merged(change) }, updated];
  if (change.kind === 'tags-added' || change.kind === 'tags-removed') {
    const topic = change.kind === 'tags-added' ? 'customer.tags_added' : 'customer.tags_removed';
    const customerId = gid('Customer', id);
    return [{ topic, payload: { customerId, tags: change.tags, occurredAt: dateTime(change.at) } }, updated];
  }
  if (change.kind !== 'consent-updated') return [updated];
  return [...change.channels.map((channel) => consentWebhook(customer, channel)), updated];
}

function consentWebhook(customer: FakeCustomer, channel: 'email' | 'sms'): Webhook {
  const { id, email, phone } = customer;
  const consent = { state: customer[`${channel}State`].toLowerCase() };
  if (channel === 'sms') {
    return {
      topic: 'customers_marketing_consent/update',
      payload: { id, phone, sms_marketing_consent: consent },
    };
  }
  const payload = { customer_id: id, email_address: email, email_marketing_consent: consent };
  return { topic: 'customers_email_marketing_consent/update', payload };
}

function orderWebhooks(shop: FakeShop, change: Extract<ShopChange, { readonly orderId: number }>): Webhook[] {
  const { orderId: id } = change;
  if (change.kind === 'order-deleted') return [{ topic: 'orders/delete', payload: { id } }];
  const order = shop.orders.get(id);
  if (order === undefined) return [];
  const payload = orderPayload(order);
  const updated = { topic: 'orders/updated', payload };
  if (change.kind === 'order-created') return [{ topic: 'orders/create', payload }];
  if (change.kind === 'order-updated') return [updated];
  if (change.kind === 'order-paid') return [{ topic: 'orders/paid', payload }, updated];
  if (change.kind === 'order-cancelled') return [{ topic: 'orders/cancelled', payload }, updated];
  if (change.kind === 'refund-created') {
    const refund = { id: change.refundId, order_id: id, created_at: dateTime(change.at) };
    return [{ topic: 'refunds/create', payload: refund }, updated];
  }
  const edit = { id: change.at, order_id: id, created_at: dateTime(change.at) };
  return [{ topic: 'orders/edited', payload: { order_edit: edit } }, updated];
}

/** New codes and uses of them are no change that Shopify tells of. */
function discountWebhooks(
  shop: FakeShop,
  change: Extract<ShopChange, { readonly discountId: number }>,
): Webhook[] {
  const admin_graphql_api_id = gid('DiscountCodeNode', change.discountId);
  const at = dateTime(change.at);
  if (change.kind === 'codes-changed') return [];
  if (change.kind === 'discount-deleted') {
    return [{ topic: 'discounts/delete', payload: { admin_graphql_api_id, deleted_at: at } }];
  }
  if (change.kind === 'code-removed') {
    const redeem_code = { id: gid('DiscountRedeemCode', change.codeId), code: change.code };
    const payload = { admin_graphql_api_id, redeem_code, updated_at: at };
    return [{ topic: 'discounts/redeemcode_removed', payload }];
  }
  const discount = shop.discounts.get(change.discountId);
  if (discount === undefined) return [];
  const { title, createdAt, endsAt } = discount;
  const status = endsAt !== null && endsAt <= change.at ? 'EXPIRED' : 'ACTIVE';
  const payload = { admin_graphql_api_id, title, status, created_at: dateTime(createdAt), updated_at: at };
  const topic = change.kind === 'discount-created' ? 'discounts/create' : 'discounts/update';
  return [{ topic, payload }];
}

/** The REST form of an order, as far as the app could want it. */
function orderPayload(order: FakeOrder): Webhook['payload'] {
  const amount = (minor: number): string =>
    (minor / 10 ** digits(order.currency)).toFixed(digits(order.currency));
  return {
    id: order.id,
    admin_graphql_api_id: gid('Order', order.id),
    name: order.name,
    created_at: dateTime(order.createdAt),
    processed_at: dateTime(order.processedAt),
    updated_at: dateTime(order.updatedAt),
    cancelled_at: order.cancelledAt === null ? null : dateTime(order.cancelledAt),
    test: order.test,
    financial_status: order.financialStatus.toLowerCase(),
    currency: order.currency,
    total_price: amount(order.total),
    current_total_price: amount(order.total - refundedOf(order)),
    source_name: order.sourceName,
    customer: order.customerId === null ? null : { id: order.customerId },
  };
}

/** Since 2025 customer webhooks carry neither tags nor totals. */
function customerPayload(customer: FakeCustomer): Webhook['payload'] {
  return {
    id: customer.id,
    admin_graphql_api_id: gid('Customer', customer.id),
    created_at: dateTime(customer.createdAt),
    updated_at: dateTime(customer.updatedAt),
    first_name: customer.firstName,
    last_name: customer.lastName,
    email: customer.email,
    phone: customer.phone,
  };
}

function merged({
  customerId,
  mergedCustomerId,
}: {
  customerId: number;
  mergedCustomerId: number;
}): Webhook['payload'] {
  return {
    admin_graphql_api_customer_kept_id: gid('Customer', customerId),
    admin_graphql_api_customer_deleted_id: gid('Customer', mergedCustomerId),
    admin_graphql_api_job_id: null,
    status: 'success',
    errors: [],
  };
}
