import type { AdminClient } from './admin.server.ts';
import { Uninstalled } from './errors.ts';
import { parseGid } from './gid.ts';

const SHOP = `#graphql
  query Shop {
    shop { id createdAt currencyCode ianaTimezone }
    currentAppInstallation { accessScopes { handle } }
    ordersCount(limit: null) { count precision }
    customersCount(limit: null) { count precision }
  }
`;

const COUNTS = `#graphql
  query Counts {
    ordersCount(limit: null) { count precision }
    customersCount(limit: null) { count precision }
  }
`;

/** Exact counts; null where Shopify gives only a lower bound. */
type ShopCounts = { orders: number | null; customers: number | null };

/** What the Admin API says about the shop and about what this app may do there. */
type ShopDescription = ShopCounts & {
  shopifyId: number;
  /** ISO 4217 */
  currency: string;
  /** IANA name */
  timeZone: string;
  /** epoch milliseconds */
  shopCreatedAt: number;
  /** granted scopes */
  scopes: string[];
};

type Count = { count: number; precision: 'EXACT' | 'AT_LEAST' } | null;
type CountsAnswer = { ordersCount: Count; customersCount: Count };
type ShopAnswer = CountsAnswer & {
  shop: { id: string; createdAt: string; currencyCode: string; ianaTimezone: string };
  currentAppInstallation: { accessScopes: { handle: string }[] };
};

/** Reads the shop, the granted scopes and how many orders and customers there are to import. */
export async function readShop(admin: AdminClient): Promise<ShopDescription> {
  const answer = await admin.run<ShopAnswer>(SHOP);
  const { shop, currentAppInstallation } = answer;
  return {
    shopifyId: parseGid('Shop', shop.id),
    currency: shop.currencyCode,
    timeZone: shop.ianaTimezone,
    shopCreatedAt: Date.parse(shop.createdAt),
    scopes: currentAppInstallation.accessScopes.map((scope) => scope.handle),
    ...counted(answer),
  };
}

/** Counts orders and customers again, to prove an import complete. */
export async function readCounts(admin: AdminClient): Promise<ShopCounts> {
  return counted(await admin.run<CountsAnswer>(COUNTS));
}

/** Whether Shopify still honours this app's token, or could again once a person pays or unlocks the shop. */
export async function isInstalled(admin: AdminClient): Promise<boolean> {
  try {
    await readCounts(admin);
    return true;
  } catch (error) {
    if (!(error instanceof Uninstalled)) throw error;
    return error.reason !== 'revoked' && error.reason !== 'reconnect';
  }
}

function counted(answer: CountsAnswer): ShopCounts {
  const exact = (count: Count) => (count?.precision === 'EXACT' ? count.count : null);
  return { orders: exact(answer.ordersCount), customers: exact(answer.customersCount) };
}
