import { populationOf, type Population } from './population.ts';

/** What is preferred: where a customer orders, what kind of product, whose, and which. */
export const PREFERENCES = ['channel', 'type', 'vendor', 'product'] as const;
type PreferenceKind = (typeof PREFERENCES)[number];

/** A product in an order. */
export type BoughtProduct = { id: number; title: string; type: string | null; vendor: string | null };

/** An order that counts. */
export type Purchase = {
  id: number;
  /** epoch milliseconds */
  processedAt: number;
  /** where it came from, null when Shopify did not say */
  channel: string | null;
  /** whether it was bought for a company */
  company: boolean;
  /** the products in it that the shop still has */
  products: readonly BoughtProduct[];
};

/** What is in the most orders: `orders` of `of` have it. */
type Preferred = { what: string; orders: number; of: number };

/** What one customer's orders have in common; each is null when no order has anything of its kind. */
export type Preferences = Record<PreferenceKind, Preferred | null> & {
  /** orders that were looked at */
  orders: number;
  population: Population | null;
};

/** Names by which Shopify calls the same channel at different times, in small letters. */
export const CHANNEL_NAMES: Readonly<Record<string, string>> = {
  web: 'online-store',
  online_store: 'online-store',
  pos: 'pos',
  iphone: 'pos',
  android: 'pos',
  shop: 'shop',
  shop_app: 'shop',
  shopify_draft_order: 'draft-order',
  draft_orders: 'draft-order',
  b2b: 'b2b',
};

/** The channels that have a name of ours; others go by what Shopify calls them. */
export const KNOWN_CHANNELS = ['online-store', 'pos', 'shop', 'draft-order', 'b2b'] as const;
export type KnownChannel = (typeof KNOWN_CHANNELS)[number];

/**
 * The channel of an order: what Shopify attributes it to, or else the name of its source. The database says the same
 * (models/channel-sql). A channel of ours is its own channel.
 */
export function channelOf(attribution: string | null, sourceName: string | null): string | null {
  const name = attribution?.trim() || sourceName?.trim() || null;
  if (name === null) return null;
  const known = name.toLowerCase();
  return Object.hasOwn(CHANNEL_NAMES, known) ? (CHANNEL_NAMES[known] ?? name) : name;
}

/**
 * What a customer prefers: what is in the most orders, of even ones what was bought last, of those again the first by
 * its name, so that the order of rows decides nothing. An order with three of a product has that product once. Of
 * channels the orders with a known one are looked at, of the rest those with any product.
 */
export function preferences(purchases: readonly Purchase[]): Preferences {
  const withProducts = purchases.filter(({ products }) => products.length > 0);
  const ofProducts = (name: (product: BoughtProduct) => string | null): Preferred | null =>
    preferred(withProducts, ({ products }) => products.map(name));
  return {
    channel: preferred(
      purchases.filter(({ channel }) => channel !== null),
      ({ channel }) => [channel],
    ),
    type: ofProducts(({ type }) => named(type)),
    vendor: ofProducts(({ vendor }) => named(vendor)),
    product: preferredProduct(withProducts),
    orders: purchases.length,
    population: populationOf(purchases),
  };
}

// Two products may have the same title, and a title may change: they are told apart by their ids.
function preferredProduct(purchases: readonly Purchase[]): Preferred | null {
  const found = preferred(purchases, ({ products }) => products.map(({ id }) => String(id)));
  if (found === null) return null;
  const product = purchases.flatMap(({ products }) => products).find(({ id }) => String(id) === found.what);
  return { ...found, what: product?.title ?? found.what };
}

function preferred(
  purchases: readonly Purchase[],
  whatIn: (purchase: Purchase) => readonly (string | null)[],
): Preferred | null {
  const tally = new Map<string, { orders: number; last: number }>();
  for (const purchase of purchases) {
    for (const what of new Set(whatIn(purchase))) {
      if (what === null) continue;
      const before = tally.get(what) ?? { orders: 0, last: -Infinity };
      tally.set(what, { orders: before.orders + 1, last: Math.max(before.last, purchase.processedAt) });
    }
  }
  const [first] = [...tally].sort(
    ([a, one], [b, other]) => other.orders - one.orders || other.last - one.last || (a < b ? -1 : 1),
  );
  return first === undefined ? null : { what: first[0], orders: first[1].orders, of: purchases.length };
}

function named(text: string | null): string | null {
  return text === null || text.trim() === '' ? null : text.trim();
}
