/** What the app asks for in shopify.app.toml: a test holds the two together. */

/** The scopes it cannot do without, or not wholly. */
export const SCOPES = [
  'read_all_orders',
  'read_customer_merge',
  'read_orders',
  'read_products',
  'write_customers',
  'write_discounts',
] as const;
export type Scope = (typeof SCOPES)[number];

/** The scopes that were not granted. */
export function missingScopes(granted: readonly string[]): Scope[] {
  return SCOPES.filter((scope) => !granted.includes(scope));
}

/** The topics of webhooks, beside those the law asks for. */
export const TOPICS = [
  'orders/create',
  'orders/updated',
  'orders/edited',
  'orders/cancelled',
  'orders/delete',
  'refunds/create',
  'customers/create',
  'customers/update',
  'customers/delete',
  'customers/merge',
  'customer.tags_added',
  'customer.tags_removed',
  'customers_email_marketing_consent/update',
  'customers_marketing_consent/update',
  'discounts/update',
  'discounts/delete',
  'discounts/redeemcode_removed',
  'shop/update',
  'bulk_operations/finish',
  'app/scopes_update',
  'app/uninstalled',
] as const;
