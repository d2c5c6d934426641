import { gid } from './gid.ts';
import { dateTime } from './model.ts';
import type { FakeShop } from './store.ts';
import { takeId } from './store.ts';
import type { Webhook } from './webhook-payloads.ts';

/** The REST form of the shop, as far as the app could want it. */
export function shopWebhook(topic: 'shop/update' | 'app/uninstalled', shop: FakeShop, at: number): Webhook {
  const { shopifyId: id, domain, name, currency, timeZone: iana_timezone } = shop;
  const updated_at = dateTime(at);
  return {
    topic,
    payload: { id, name, domain, myshopify_domain: domain, currency, iana_timezone, updated_at },
  };
}

/** The shop granted other scopes than before. */
export function scopesWebhook(previous: Iterable<string>, current: Iterable<string>, at: number): Webhook {
  const payload = {
    id: gid('AppInstallation', 1),
    previous: [...previous],
    current: [...current],
    updated_at: dateTime(at),
  };
  return { topic: 'app/scopes_update', payload };
}

/** Topics the law asks for, which every app gets whether it is still installed or not. */
export type ComplianceTopic = 'customers/data_request' | 'customers/redact' | 'shop/redact';

/** What Shopify says of a customer, or of the whole shop, whose data is asked for or to be erased. */
export function complianceWebhook(topic: ComplianceTopic, shop: FakeShop, customerId?: number): Webhook {
  const from = { shop_id: shop.shopifyId, shop_domain: shop.domain };
  if (customerId === undefined) return { topic, payload: from };
  const known = shop.customers.get(customerId);
  const customer = { id: customerId, email: known?.email ?? null, phone: known?.phone ?? null };
  const orders = shop.ordersByCustomer.get(customerId) ?? [];
  if (topic === 'customers/redact') {
    return { topic, payload: { ...from, customer, orders_to_redact: orders } };
  }
  const data_request = { id: takeId(shop) };
  return { topic, payload: { ...from, orders_requested: orders, customer, data_request } };
}
