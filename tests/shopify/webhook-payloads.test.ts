import { describe, expect, it } from 'vitest';
import { aboutWhat } from '#app/shopify/webhook-payloads.ts';
import { readAppConfig } from '#tests/fake-shopify/app-config.ts';

const PERSON = { email: 'jane@example.com', phone: '+41440000000', first_name: 'Jane', last_name: 'Roe' };
const UPDATED = { updated_at: '2026-11-20T10:00:00+01:00' };
const updatedAt = Date.UTC(2026, 10, 20, 9);
const gid = (kind: string, id: number): string => `gid://shopify/${kind}/${id}`;
const plain = { payload: { id: 7, ...PERSON, ...UPDATED }, resourceId: 7, detail: { updatedAt } };
const ofCustomer = { resourceId: 8, detail: null };

/** Each topic as Shopify documents its payload, and what is kept of it. */
const TOPICS: Record<string, { payload: object; resourceId: number | null; detail: object | null }> = {
  'orders/create': plain,
  'orders/updated': plain,
  'orders/cancelled': plain,
  'orders/delete': { payload: { id: 7 }, resourceId: 7, detail: null },
  'orders/edited': { payload: { order_edit: { id: 1, order_id: 7 } }, resourceId: 7, detail: null },
  'refunds/create': { payload: { id: 1, order_id: 7, note: 'Jane' }, resourceId: 7, detail: null },
  'customers/create': plain,
  'customers/update': plain,
  'customers/delete': { payload: { id: 8, phone: PERSON.phone }, ...ofCustomer },
  'customers/merge': {
    payload: {
      admin_graphql_api_customer_kept_id: gid('Customer', 8),
      admin_graphql_api_customer_deleted_id: gid('Customer', 9),
      status: 'success',
    },
    resourceId: 8,
    detail: { mergedId: 9 },
  },
  'customers_email_marketing_consent/update': {
    payload: { customer_id: 8, email_address: PERSON.email },
    ...ofCustomer,
  },
  'customers_marketing_consent/update': { payload: { id: 8, phone: PERSON.phone }, ...ofCustomer },
  'customer.tags_added': {
    payload: { customerId: gid('Customer', 8), tags: ['Jane'], occurredAt: UPDATED.updated_at },
    resourceId: 8,
    detail: { updatedAt },
  },
  'customer.tags_removed': {
    payload: { customerId: gid('Customer', 8), tags: ['Jane'], occurredAt: UPDATED.updated_at },
    resourceId: 8,
    detail: { updatedAt },
  },
  'bulk_operations/finish': {
    payload: { admin_graphql_api_id: gid('BulkOperation', 5), status: 'completed' },
    resourceId: 5,
    detail: null,
  },
  'discounts/update': {
    payload: {
      admin_graphql_api_id: gid('DiscountCodeNode', 6),
      title: 'Jane',
      status: 'ACTIVE',
      ...UPDATED,
    },
    resourceId: 6,
    detail: null,
  },
  'discounts/delete': {
    payload: { admin_graphql_api_id: gid('DiscountAutomaticNode', 6), deleted_at: UPDATED.updated_at },
    resourceId: null,
    detail: null,
  },
  'discounts/redeemcode_removed': {
    payload: {
      admin_graphql_api_id: gid('DiscountCodeNode', 6),
      redeem_code: { id: gid('DiscountRedeemCode', 1), code: 'JANE-10' },
      ...UPDATED,
    },
    resourceId: 6,
    detail: null,
  },
  'app/uninstalled': { payload: { id: 3, email: PERSON.email }, resourceId: 3, detail: null },
  'app/scopes_update': {
    payload: { id: gid('AppInstallation', 1), current: ['read_orders'], ...UPDATED },
    resourceId: null,
    detail: null,
  },
  'shop/update': { payload: { id: 3, ...PERSON, ...UPDATED }, resourceId: 3, detail: { updatedAt } },
  'customers/data_request': {
    payload: {
      shop_id: 3,
      customer: { id: 8, ...PERSON },
      orders_requested: [1, 2],
      data_request: { id: 4 },
    },
    resourceId: 8,
    detail: { orderIds: [1, 2], requestId: 4 },
  },
  'customers/redact': {
    payload: { shop_id: 3, customer: { id: 8, ...PERSON }, orders_to_redact: [1] },
    resourceId: 8,
    detail: { orderIds: [1] },
  },
  'shop/redact': { payload: { shop_id: 3, shop_domain: 'a.myshopify.com' }, resourceId: 3, detail: null },
};

describe('what is kept of a webhook', () => {
  it('is known for every topic the app subscribes to', async () => {
    const { subscriptions } = await readAppConfig();
    expect(subscriptions.map(({ topic }) => topic).sort()).toEqual(Object.keys(TOPICS).sort());
  });

  it.each(Object.entries(TOPICS))(
    'of %s is what it is about, and nothing personal',
    (topic, { payload, ...kept }) => {
      expect(aboutWhat(topic, payload)).toEqual(kept);
      expect(JSON.stringify(aboutWhat(topic, payload))).not.toMatch(/jane|roe|\+41/i);
    },
  );

  it('W16: is the same when Shopify leaves personal fields empty', () => {
    const empty = Object.fromEntries(Object.keys(PERSON).map((field) => [field, null]));
    expect(aboutWhat('customers/update', { id: 7, ...empty, ...UPDATED })).toEqual({
      resourceId: 7,
      detail: { updatedAt },
    });
    expect(aboutWhat('customers/redact', { customer: { id: 8, ...empty }, orders_to_redact: null })).toEqual({
      resourceId: 8,
      detail: { orderIds: [] },
    });
  });

  it('names no merged customer when the merge failed, and nothing at all when there is nothing', () => {
    const failed = { ...TOPICS['customers/merge']!.payload, status: 'failed' };
    expect(aboutWhat('customers/merge', failed)).toEqual({ resourceId: 8, detail: null });
    const nothing = [null, undefined, 'x', [], {}, { id: gid('Product', 1) }, { customer: 'x' }];
    for (const payload of nothing) {
      for (const topic of Object.keys(TOPICS)) expect(aboutWhat(topic, payload).resourceId).toBeNull();
    }
  });
});
