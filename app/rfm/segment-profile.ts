import type { Day } from './calendar.ts';
import { NO_DAY, type StatsRules } from './customer-stats.ts';
import { leftOutReason, orderAmount, type CountableOrder } from './order.ts';
import { STAKE_DAYS } from './revenue-at-risk.ts';
import type { SegmentSlug } from './schemes.ts';

/** Products and types that are kept of each segment, by orders and by difference from the shop. */
const KEPT = 10;
/** Buyers in a segment from which on it is compared with the shop: below, one customer could change the figure. */
export const COMPARED_FROM = 10;
/** What is bought so many times as often as in the shop stands above it; less is chance as likely as taste. */
export const ABOVE_FROM = 1.1;

/**
 * Something that was bought: in how many orders of a segment's customers, by how many of them, and in how many orders of
 * everyone who is scored. Shares are of orders, since customers who order more have bought more of everything.
 */
export type Bought<What> = { what: What; here: number; buyers: number; shop: number };

/** What the customers of a segment have at stake, and what they buy. */
export type SegmentProfile = {
  segment: SegmentSlug;
  /** Those with an order that counts. */
  customers: number;
  /** Their net spend in the 365 days up to each one's last order, minor units. */
  atStake: number;
  /** Their orders that count and whose contents are known, and those of everyone who is scored. */
  known: number;
  knownInShop: number;
  /** The most bought, and those furthest above the shop's share; by product id. */
  products: Bought<number>[];
  /** The same by product type. */
  types: Bought<string>[];
};

/** Of how many orders a share is: of a segment's customers, and of everyone who is scored. */
export type KnownOrders = Pick<SegmentProfile, 'known' | 'knownInShop'>;

type ProfileFold = {
  /**
   * Takes one order; those of a customer come one after another. The object may be reused by the caller.
   * @param segment the customer's segment number, see `segmentNumbers`
   * @param refundedAfterAsOf see `orderAmount`
   * @param products what was in it, 0 = a product that is gone; null when that was not read yet
   */
  add: (
    customerId: number,
    segment: number,
    order: CountableOrder,
    refundedAfterAsOf: number,
    products: readonly number[] | null,
  ) => void;
  /** One profile for each segment, in their order. */
  finish: () => SegmentProfile[];
};

/** How many times the shop's share of orders the segment's share is; null with too few buyers to compare. */
export function boughtIndex({ here, buyers, shop }: Bought<unknown>, known: KnownOrders): number | null {
  if (buyers < COMPARED_FROM) return null;
  return here / known.known / (shop / known.knownInShop);
}

/** In most orders first. */
export function byOrders<What>(some: readonly Bought<What>[]): Bought<What>[] {
  return some
    .toSorted((a, b) => b.here - a.here || b.buyers - a.buyers || before(a.what, b.what))
    .slice(0, KEPT);
}

/** Furthest above the shop's share first; without what is not clearly above it, or cannot be compared. */
export function byIndex<What>(some: readonly Bought<What>[], known: KnownOrders): Bought<What>[] {
  const indexOf = (one: Bought<What>): number => boughtIndex(one, known) ?? 0;
  return some
    .filter((one) => indexOf(one) >= ABOVE_FROM)
    .toSorted((a, b) => indexOf(b) - indexOf(a) || b.here - a.here || before(a.what, b.what))
    .slice(0, KEPT);
}

const before = (a: unknown, b: unknown): number => ((a as string) < (b as string) ? -1 : 1);

/**
 * Folds the orders of everyone who is scored into a profile for each segment. Memory grows with products, not with
 * customers or orders. Money at stake counts orders from before the window too: a window says how scores are made, and
 * not what a customer was worth.
 * @param slugs the segments of the scheme, in their order
 */
export function profileSegments(
  slugs: readonly SegmentSlug[],
  { asOf, windowDays, currency, rules, dayOf }: StatsRules,
  typeOf: (product: number) => string | null,
): ProfileFold {
  const firstDayOfWindow = windowDays === null ? -Infinity : asOf - windowDays + 1;
  const segments = slugs.map(() => ({ customers: 0, atStake: 0, known: 0 }));
  const products = tally<number>(slugs.length);
  const types = tally<string>(slugs.length);
  // The customer whose orders come now.
  let current = -1;
  let currentSegment = 0;
  let lastDay: Day = NO_DAY;
  let paid: { day: Day; amount: number }[] = [];

  const endCustomer = (): void => {
    const totals = segments[currentSegment - 1];
    if (totals !== undefined && paid.length > 0) {
      totals.customers += 1;
      for (const { day, amount } of paid) if (day > lastDay - STAKE_DAYS) totals.atStake += amount;
    }
    paid = [];
    products.endCustomer(currentSegment);
    types.endCustomer(currentSegment);
    lastDay = NO_DAY;
  };

  return {
    add: (customerId, segment, order, refundedAfterAsOf, contents) => {
      if (customerId !== current) {
        endCustomer();
        current = customerId;
        currentSegment = segment;
      }
      const day = dayOf(order.processedAt);
      if (leftOutReason(order, day, asOf, rules, currency, refundedAfterAsOf) !== null) return;
      lastDay = Math.max(lastDay, day);
      paid.push({ day, amount: orderAmount(order, refundedAfterAsOf) });
      if (contents === null || day < firstDayOfWindow) return;
      const totals = segments[currentSegment - 1];
      if (totals === undefined) return;
      totals.known += 1;
      const bought = new Set(contents.filter((product) => product !== 0));
      const kinds = new Set<string>();
      for (const product of bought) {
        products.add(product, currentSegment);
        const type = typeOf(product);
        if (type !== null) kinds.add(type);
      }
      for (const type of kinds) types.add(type, currentSegment);
    },
    finish: () => {
      endCustomer();
      current = -1;
      const knownInShop = segments.reduce((sum, { known }) => sum + known, 0);
      return slugs.map((slug, place) => {
        const totals = segments[place]!;
        const known = { known: totals.known, knownInShop };
        return {
          segment: slug,
          ...totals,
          knownInShop,
          products: kept(products.bought(place), known),
          types: kept(types.bought(place), known),
        };
      });
    },
  };
}

type Counts = { orders: Uint32Array; buyers: Uint32Array };

/** Counts by segment who bought what. */
function tally<What>(segments: number) {
  const all = new Map<What, Counts>();
  const ofCustomer = new Set<Counts>();
  return {
    /** An order with it. */
    add(what: What, segment: number): void {
      let counts = all.get(what);
      if (counts === undefined) {
        counts = { orders: new Uint32Array(segments), buyers: new Uint32Array(segments) };
        all.set(what, counts);
      }
      increase(counts.orders, segment);
      ofCustomer.add(counts);
    },
    endCustomer(segment: number): void {
      for (const { buyers } of ofCustomer) increase(buyers, segment);
      ofCustomer.clear();
    },
    bought(place: number): Bought<What>[] {
      const some: Bought<What>[] = [];
      for (const [what, { orders, buyers }] of all) {
        const here = orders[place] as number;
        if (here === 0) continue;
        const shop = orders.reduce((sum, n) => sum + n, 0);
        some.push({ what, here, buyers: buyers[place] as number, shop });
      }
      return some;
    },
  };
}

function increase(counts: Uint32Array, segment: number): void {
  counts[segment - 1] = (counts[segment - 1] as number) + 1;
}

function kept<What>(some: readonly Bought<What>[], known: KnownOrders): Bought<What>[] {
  return [...new Set([...byOrders(some), ...byIndex(some, known)])];
}
