import '@shopify/shopify-app-remix/adapters/node';
import { setAbstractFetchFunc } from '@shopify/shopify-api/runtime';
import { adminClient, type AdminClient, type Signal } from '#app/shopify/admin.server.ts';
import { sealer, type Sealer } from '#app/shopify/sealed-tokens.ts';
import { tokenBroker, type TokenBroker } from '#app/shopify/token-broker.server.ts';
import { offlineSessionId } from '#app/shopify/tokens.ts';
import { fetchFrom } from '#tests/fake-shopify/redirected-fetch.ts';
import { startFakeShopify, type FakeShopify, type FakeShopifyOptions } from '#tests/fake-shopify/server.ts';
import type { ShopOffice } from '#tests/fake-shopify/shop-office.ts';
import { createShop, PLANS, type FakeShop } from '#tests/fake-shopify/store.ts';
import { memoryTokenStore, type MemoryTokenStore } from './memory-token-store.ts';

const API_KEY = 'client-id-of-the-tests';
const API_SECRET = 'client-secret-of-the-tests';
const HOUR = 3_600_000;

/** A shop at the stand-in with the app installed, and the app's side of the connection. */
export type ConnectedShop = {
  shopify: FakeShopify;
  office: ShopOffice;
  shop: FakeShop;
  admin: AdminClient;
  broker: TokenBroker;
  store: MemoryTokenStore;
  sealer: Sealer;
  signals: Signal[];
  /** What the app's row of tokens says, opened. */
  tokens(): { access: string | null; refresh: string | null };
  close(): Promise<void>;
};

let shops = 0;

/** An empty shop with a domain of its own, so that no process-wide state of another test meets it. */
export function emptyShop(plan: FakeShop['plan'] = PLANS.plus): FakeShop {
  return createShop({
    domain: `shop-${process.pid}-${++shops}.myshopify.com`,
    name: 'A shop',
    currency: 'EUR',
    timeZone: 'Europe/Berlin',
    createdAt: Date.UTC(2022, 0, 1),
    plan,
  });
}

/** Starts a stand-in with one shop and gives the app a pair of tokens for it. */
export async function connectShop(
  shop: FakeShop = emptyShop(),
  options: Partial<FakeShopifyOptions> = {},
): Promise<ConnectedShop> {
  const shopify = await startFakeShopify({
    shops: [shop],
    apiKey: API_KEY,
    apiSecret: API_SECRET,
    ...options,
  });
  setAbstractFetchFunc(fetchFrom(shopify.url));
  const office = shopify.shop(shop.domain);
  office.installed = true;
  const store = memoryTokenStore();
  const seals = sealer(`k1:${Buffer.alloc(32, 7).toString('base64')}`);
  const id = offlineSessionId(shop.domain);
  const issued = office.tokens.issue('offline-expiring', null);
  store.rows.set(id, {
    id,
    shop: shop.domain,
    state: '',
    isOnline: false,
    scope: [...office.scopes].join(','),
    expires: Date.now() + HOUR,
    accessToken: seals.seal(issued.accessToken, id),
    refreshToken: seals.seal(issued.refreshToken!, id),
    refreshTokenExpires: Date.now() + 90 * 24 * HOUR,
    userId: null,
    accountOwner: null,
  });
  const broker = tokenBroker({ store, sealer: seals, apiKey: API_KEY, apiSecret: API_SECRET });
  const signals: Signal[] = [];
  const admin = adminClient({
    shop: { id: 1, domain: shop.domain },
    broker,
    warn: (signal) => signals.push(signal),
  });
  return {
    shopify,
    office,
    shop,
    admin,
    broker,
    store,
    sealer: seals,
    signals,
    tokens() {
      const row = store.rows.get(id)!;
      return {
        access: row.accessToken && seals.open(row.accessToken, id),
        refresh: row.refreshToken && seals.open(row.refreshToken, id),
      };
    },
    close: () => shopify.close(),
  };
}

/** Lets the stored access token be due for renewal. */
export function expireToken({ store, shop }: ConnectedShop): void {
  const id = offlineSessionId(shop.domain);
  store.rows.set(id, { ...store.rows.get(id)!, expires: Date.now() - 1 });
}
