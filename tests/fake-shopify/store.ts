import type { FakeCustomer } from './store-customers.ts';
import type { FakeDiscount } from './store-discounts.ts';
import type { FakeOrder } from './store-orders.ts';
import type { FakeSegment } from './store-segments.ts';

/** What Shopify allows a shop's plan: API points restored per second, and the size of the bucket. */
export type ShopPlan = { readonly name: string; readonly restoreRate: number; readonly bucket: number };

/** Restore rates per second and buckets of 20 seconds' worth, as Shopify publishes them per plan. */
export const PLANS = {
  standard: { name: 'standard', restoreRate: 100, bucket: 2_000 },
  advanced: { name: 'advanced', restoreRate: 200, bucket: 4_000 },
  plus: { name: 'plus', restoreRate: 1_000, bucket: 20_000 },
} as const satisfies Record<string, ShopPlan>;

export type FakeProduct = {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly vendor: string;
  /** what one piece costs, minor units of the shop's currency; 0 unless told */
  readonly price?: number;
  /** what its dearest variant costs; as the others unless told */
  readonly dearest?: number;
  /** ids of the collections it is in */
  readonly collections?: readonly number[];
  /** InventoryItem.unitCost in minor units; without it the merchant has not entered one. */
  readonly cost?: number | null;
};

/** Products put together in the shop; each product says which it is in. */
export type FakeCollection = { readonly id: number; readonly title: string };

/** A B2B company with one location. */
export type FakeCompany = { readonly id: number; readonly name: string; readonly locationId: number };

/** A definition of a customer metafield, as the app's toml declares it. */
export type MetafieldDefinition = {
  readonly id: number;
  readonly namespace: string;
  readonly key: string;
  readonly name: string;
  readonly type: string;
  readonly adminFilterable: boolean;
};

/** Something that happened in the shop; the API turns it into webhooks, the demo into its journal. */
export type ShopChange =
  | {
      readonly kind:
        | 'order-created'
        | 'order-edited'
        | 'order-updated'
        | 'order-paid'
        | 'order-cancelled'
        | 'order-deleted';
      readonly orderId: number;
      readonly at: number;
    }
  | {
      readonly kind: 'refund-created';
      readonly orderId: number;
      readonly refundId: number;
      readonly at: number;
    }
  | {
      readonly kind: 'customer-created' | 'customer-updated' | 'customer-deleted' | 'metafields-set';
      readonly customerId: number;
      readonly at: number;
    }
  | {
      readonly kind: 'consent-updated';
      readonly customerId: number;
      readonly channels: readonly ('email' | 'sms')[];
      readonly at: number;
    }
  | {
      readonly kind: 'tags-added' | 'tags-removed';
      readonly customerId: number;
      readonly tags: readonly string[];
      readonly at: number;
    }
  | {
      readonly kind: 'discount-created' | 'discount-updated' | 'discount-deleted';
      readonly discountId: number;
      readonly at: number;
    }
  | {
      readonly kind: 'codes-changed';
      readonly discountId: number;
      readonly codes: readonly string[];
      readonly at: number;
    }
  | {
      readonly kind: 'code-removed';
      readonly discountId: number;
      readonly codeId: number;
      readonly code: string;
      readonly at: number;
    }
  | {
      readonly kind: 'customers-merged';
      readonly customerId: number;
      readonly mergedCustomerId: number;
      readonly at: number;
    };

/**
 * One shop in memory. Instants are epoch milliseconds, money is integer minor units of the currency that the shop
 * had when the order was placed. The maps keep their entries in ascending id order unless something was placed later
 * with a smaller id. Change it through store-orders.ts, store-customers.ts and store-discounts.ts only: they keep the
 * indices, `updatedAt` and listeners right.
 */
export type FakeShop = {
  readonly domain: string;
  readonly shopifyId: number;
  readonly name: string;
  /** What orders placed from now on are told in. */
  currency: string;
  timeZone: string;
  readonly createdAt: number;
  readonly plan: ShopPlan;
  readonly customers: Map<number, FakeCustomer>;
  readonly orders: Map<number, FakeOrder>;
  /** Order ids of each customer who has any, oldest placed first. */
  readonly ordersByCustomer: Map<number, number[]>;
  readonly products: Map<number, FakeProduct>;
  readonly collections: Map<number, FakeCollection>;
  readonly companies: Map<number, FakeCompany>;
  readonly segments: Map<number, FakeSegment>;
  readonly discounts: Map<number, FakeDiscount>;
  /** Discount ids by code in upper case: a code is of one discount only. */
  readonly codes: Map<string, number>;
  readonly metafieldDefinitions: Map<string, MetafieldDefinition>;
  readonly listeners: Set<(change: ShopChange) => void>;
  /** The next id for anything new in this shop; Shopify's ids are unique per kind, ours per shop. */
  nextId: number;
  /** The next order number, "#1001" being the first of a shop. */
  nextOrderNumber: number;
};

/** What a shop is made from; everything else starts empty. */
export type ShopIdentity = Pick<FakeShop, 'domain' | 'name' | 'currency' | 'timeZone' | 'createdAt'> & {
  readonly plan?: ShopPlan;
};

/** A new shop without customers or orders. Its Shopify id is derived from the domain, so it is stable. */
export function createShop(identity: ShopIdentity): FakeShop {
  let hash = 7;
  for (const letter of identity.domain) hash = (hash * 31 + letter.charCodeAt(0)) % 900_000_000;
  return {
    ...identity,
    plan: identity.plan ?? PLANS.standard,
    shopifyId: 60_000_000_000 + hash,
    customers: new Map(),
    orders: new Map(),
    ordersByCustomer: new Map(),
    products: new Map(),
    collections: new Map(),
    companies: new Map(),
    segments: new Map(),
    discounts: new Map(),
    codes: new Map(),
    metafieldDefinitions: new Map(),
    listeners: new Set(),
    nextId: 7_000_000_000_001,
    nextOrderNumber: 1001,
  };
}

/** An id nobody has in this shop. */
export function takeId(shop: FakeShop): number {
  return shop.nextId++;
}

/** Tells every listener about a change that has been made. */
export function announce(shop: FakeShop, change: ShopChange): void {
  for (const listener of shop.listeners) listener(change);
}

/** Makes a collection; products say themselves that they are in it. */
export function addCollection(shop: FakeShop, title: string): FakeCollection {
  const collection = { id: takeId(shop), title };
  shop.collections.set(collection.id, collection);
  return collection;
}
