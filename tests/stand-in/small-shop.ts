import { parseAppConfig } from '#tests/fake-shopify/app-config.ts';
import { fetchFrom } from '#tests/fake-shopify/redirected-fetch.ts';
import { startFakeShopify, type FakeShopify, type FakeShopifyOptions } from '#tests/fake-shopify/server.ts';
import { signSessionToken } from '#tests/fake-shopify/session-token.ts';
import { OWNER, type ShopOffice } from '#tests/fake-shopify/shop-office.ts';
import { addCustomer } from '#tests/fake-shopify/store-customers.ts';
import { placeOrder } from '#tests/fake-shopify/store-orders.ts';
import { createShop, takeId, type FakeShop } from '#tests/fake-shopify/store.ts';

const DOMAIN = 'small.myshopify.com';
const API_KEY = 'key-of-the-app';
export const API_SECRET = 'secret-of-the-app-under-test';

const APP = parseAppConfig(`
[access_scopes]
scopes = "read_all_orders,read_orders,write_customers,read_products"

[[webhooks.subscriptions]]
topics = ["orders/create", "bulk_operations/finish", "app/uninstalled"]
uri = "/webhooks"

[[webhooks.subscriptions]]
topics = ["orders/updated"]
uri = "/webhooks"
include_fields = ["id", "updated_at"]

[customer.metafields.app.rfm_segment]
name = "RFM segment"
type = "single_line_text_field"
capabilities.admin_filterable = true

[customer.metafields.app.rfm_profile]
type = "json"
`);

/** An answer of the Admin API, as far as the tests look at it. */
type Answer = {
  readonly data?: Record<string, never> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
  readonly extensions?: {
    readonly cost: {
      readonly requestedQueryCost: number;
      readonly actualQueryCost: number | null;
      readonly throttleStatus: { readonly currentlyAvailable: number; readonly restoreRate: number };
    };
  };
};

export type SmallShop = {
  readonly standIn: FakeShopify;
  readonly office: ShopOffice;
  readonly shop: FakeShop;
  /** A fetch that reaches the stand-in under Shopify's own addresses. */
  readonly fetch: typeof fetch;
  /** Posts to the token endpoint. */
  token(body: Record<string, string>): Promise<{ status: number; body: Record<string, unknown> }>;
  /** A fresh expiring offline token by token exchange. */
  install(): Promise<{ access_token: string; refresh_token: string }>;
  /** Posts a document with the token of the first install. */
  ask(query: string, variables?: object): Promise<Answer>;
  /** The same, raw. */
  post(query: string, variables?: object, token?: string): Promise<Response>;
  /** Starts a bulk query and waits for its end. */
  bulk(query: string, groupObjects?: boolean): Promise<BulkEnd>;
};

export type BulkEnd = {
  readonly status: string;
  readonly errorCode: string | null;
  readonly objectCount: string;
  readonly rootObjectCount: string;
  readonly fileSize: string | null;
  readonly url: string | null;
  readonly partialDataUrl: string | null;
};

/** A shop of three customers and, of each, three orders of two lines; its time runs 100,000 times as fast. */
export async function smallShop(options: Partial<FakeShopifyOptions> = {}): Promise<SmallShop> {
  const shop = options.shops?.[0] ?? stocked();
  const standIn = await startFakeShopify({
    shops: [shop],
    apiKey: API_KEY,
    apiSecret: API_SECRET,
    timeScale: 100_000,
    app: APP,
    ...options,
  });
  const reach = fetchFrom(standIn.url);
  const token: SmallShop['token'] = async (body) => {
    const response = await reach(`https://${DOMAIN}/admin/oauth/access_token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ client_id: API_KEY, client_secret: API_SECRET, ...body }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const install: SmallShop['install'] = async () => {
    const { body } = await token(exchangeFor(idToken()));
    return body as { access_token: string; refresh_token: string };
  };
  const { access_token: first } = await install();
  const post: SmallShop['post'] = (query, variables = {}, accessToken = first) =>
    reach(`https://${DOMAIN}/admin/api/2026-10/graphql.json`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-shopify-access-token': accessToken },
      body: JSON.stringify({ query, variables }),
      redirect: 'manual',
    });
  const ask: SmallShop['ask'] = async (query, variables) =>
    (await (await post(query, variables)).json()) as Answer;
  const bulk: SmallShop['bulk'] = async (query, groupObjects = false) => {
    const run = `mutation Run($query: String!, $group: Boolean!) {
      bulkOperationRunQuery(query: $query, groupObjects: $group) { bulkOperation { id } userErrors { message } } }`;
    const { data } = await ask(run, { query, group: groupObjects });
    return finished(ask, (data as never as BulkStart).bulkOperationRunQuery.bulkOperation.id);
  };
  return { standIn, office: standIn.shop(DOMAIN), shop, fetch: reach, token, install, ask, post, bulk };
}

type BulkStart = { readonly bulkOperationRunQuery: { readonly bulkOperation: { readonly id: string } } };

/** Waits for the end of a bulk operation. */
export async function finished(ask: SmallShop['ask'], id: string): Promise<BulkEnd> {
  const poll = `query Poll($id: ID!) {
    bulkOperation(id: $id) { status errorCode objectCount rootObjectCount fileSize url partialDataUrl } }`;
  for (;;) {
    const { data } = await ask(poll, { id });
    const { bulkOperation } = data as never as { bulkOperation: BulkEnd };
    if (!['CREATED', 'RUNNING', 'CANCELING'].includes(bulkOperation.status)) return bulkOperation;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A session token for the owner of the shop. */
export function idToken(at?: number): string {
  const base = { shop: DOMAIN, apiKey: API_KEY, apiSecret: API_SECRET, userId: OWNER.id };
  return signSessionToken(at === undefined ? base : { ...base, at });
}

/** The body of a token exchange for an expiring offline token. */
export function exchangeFor(subject: string): Record<string, string> {
  return {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: subject,
    subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
    requested_token_type: 'urn:shopify:params:oauth:token-type:offline-access-token',
    expiring: '1',
  };
}

/** An empty shop of that domain. */
export function emptyShop(): FakeShop {
  const createdAt = Date.parse('2020-01-01T00:00:00Z');
  return createShop({ domain: DOMAIN, name: 'Small', currency: 'EUR', timeZone: 'Europe/Berlin', createdAt });
}

function stocked(): FakeShop {
  const shop = emptyShop();
  shop.products.set(11, { id: 11, title: 'Tea', type: 'Drinks', vendor: 'Leaf' });
  for (let c = 1; c <= 3; c++) {
    const email = `c${c}@example.com`;
    addCustomer(shop, { id: c, firstName: 'Ann', lastName: `No. ${c}`, email, createdAt: shop.createdAt });
    for (let o = 1; o <= 3; o++) {
      const createdAt = shop.createdAt + (c * 10 + o) * 86_400_000;
      const line = { productId: 11, title: 'Tea "1/2"', vendor: null, quantity: 1, amount: 625 };
      const lineItems = [
        { ...line, id: takeId(shop) },
        { ...line, id: takeId(shop) },
      ];
      placeOrder(shop, { id: c * 100 + o, customerId: c, total: 1250, createdAt, lineItems });
    }
  }
  return shop;
}
