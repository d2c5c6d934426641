import { arrivalInstants, liveOneCustomer, repeaterShare } from './generator-arrivals.ts';
import { orderWriter, type OrderKind, type Taste } from './generator-orders.ts';
import { person } from './generator-people.ts';
import { stockProducts } from './generator-products.ts';
import { randomSource, type RandomSource } from './generator-random.ts';
import { visitWriter } from './generator-visits.ts';
import { addCustomer, type FakeCustomer } from './store-customers.ts';
import { createShop, takeId, type FakeShop, type ShopIdentity } from './store.ts';

const DAY_MS = 86_400_000;

/** Shares of customers (first four) and of orders (the others) that are out of the ordinary, each 0 to 1. */
export type GeneratorShares = {
  readonly oneTime: number;
  readonly withoutOrders: number;
  readonly inStore: number;
  readonly company: number;
  readonly refundedPartly: number;
  readonly refundedFully: number;
  readonly edited: number;
  readonly cancelled: number;
  readonly unpaid: number;
  readonly test: number;
  readonly guest: number;
  readonly free: number;
  readonly discounted: number;
  readonly abroad: number;
};

const USUAL_SHARES: GeneratorShares = {
  oneTime: 0.78,
  withoutOrders: 0.05,
  inStore: 0.15,
  company: 0.02,
  refundedPartly: 0.03,
  refundedFully: 0.012,
  edited: 0.02,
  cancelled: 0.025,
  unpaid: 0.015,
  test: 0.004,
  guest: 0.04,
  free: 0.004,
  discounted: 0.15,
  abroad: 0.12,
};

/** What to generate; `until` is the instant the history ends, epoch milliseconds. */
export type GeneratorOptions = Omit<ShopIdentity, 'createdAt'> & {
  readonly seed: number;
  readonly customers: number;
  readonly until: number;
  readonly historyDays?: number;
  readonly shares?: Partial<GeneratorShares>;
};

/** What is true of the customers, in the order of `shop.customers`: nothing of it can be read from the shop. */
export type ShopTruth = {
  /** Orders per day while active; 0 for those who never come back or never came. */
  readonly repurchaseRate: Float64Array;
  /** 1 while still active at the end of the history. */
  readonly active: Uint8Array;
  /** Chance that an offer brings an order that would not have come without it. */
  readonly offerResponse: Float64Array;
};

/** Generates a shop of 20 to 1,000,000 customers. The same options always give the same shop. */
export function generateShop(options: GeneratorOptions): {
  readonly shop: FakeShop;
  readonly truth: ShopTruth;
} {
  const { seed, customers: count, until, historyDays = 1000, shares: wanted, ...identity } = options;
  if (count < 20 || count > 1_000_000) throw new RangeError('a shop has 20 to 1,000,000 customers');
  const shares = { ...USUAL_SHARES, ...wanted };
  const random = randomSource(seed);
  const shop = createShop({ ...identity, createdAt: until - (historyDays + 5) * DAY_MS });
  const products = stockProducts(shop);
  const arrivals = arrivalInstants(random, count, until, historyDays);
  const repeaters = repeaterShare(arrivals, until, shares.oneTime);
  const truth: ShopTruth = {
    repurchaseRate: new Float64Array(count),
    active: new Uint8Array(count),
    offerResponse: new Float64Array(count),
  };
  const customers: FakeCustomer[] = [];
  const tastes: Taste[] = [];
  const timeline = orderTimeline();
  for (const [number, arrival] of arrivals.entries()) {
    const at = businessTime(arrival, until);
    const life = liveOneCustomer(random, arrival, until, repeaters);
    const taste = newTaste(shop, random, shares);
    customers.push(addCustomer(shop, contactOf(shop, taste, person(random, number, at))));
    tastes.push(taste);
    truth.offerResponse[number] = life.truth.offerResponse;
    if (random.chance(shares.withoutOrders)) continue;
    truth.repurchaseRate[number] = life.truth.repurchaseRate;
    truth.active[number] = life.truth.active ? 1 : 0;
    for (const instant of life.orders) {
      const placedAt = businessTime(instant, until);
      timeline.add('purchase', placedAt, number);
      for (const kind of ['cancelled', 'unpaid', 'test', 'guest', 'free'] as const) {
        const when = Math.min(until, placedAt + random.int(60, 40_000) * 1000);
        if (random.chance(shares[kind])) timeline.add(kind, when, Math.floor(random.next() * (number + 1)));
      }
    }
  }
  const write = orderWriter(shop, random, products, shares, until, visitWriter(randomSource(seed + 1)));
  timeline.inOrder((kind, at, number) => {
    const taste = tastes[number];
    if (taste !== undefined) write(kind, at, kind === 'guest' ? null : (customers[number] ?? null), taste);
  });
  return { shop, truth };
}

/** Moves an instant within its day so that nights are quiet but not empty; keeps the order of instants. */
function businessTime(instant: number, until: number): number {
  const day = Math.floor(instant / DAY_MS);
  const share = instant / DAY_MS - day;
  const moved = share < 0.06 ? (share / 0.06) * (7 / 24) : 7 / 24 + ((share - 0.06) / 0.94) * (17 / 24);
  return Math.floor(Math.min(until, (day + moved) * DAY_MS) / 1000) * 1000;
}

function newTaste(shop: FakeShop, random: RandomSource, shares: GeneratorShares): Taste {
  const basket = 0.8 * Math.exp(0.5 * random.normal());
  const company = random.chance(shares.company);
  if (!company) return { basket, inStore: random.chance(shares.inStore), companyId: null };
  const id = takeId(shop);
  shop.companies.set(id, { id, name: `Café ${shop.companies.size + 1}`, locationId: takeId(shop) });
  return { basket: basket * 3, inStore: false, companyId: id };
}

function contactOf(shop: FakeShop, taste: Taste, person: Parameters<typeof addCustomer>[1]) {
  if (taste.companyId === null) return person;
  return { ...person, companyContacts: [{ id: takeId(shop), companyId: taste.companyId }] };
}

/** Gathers when what happens in flat arrays and plays it back in time, so that a million stay cheap. */
function orderTimeline() {
  const kinds: OrderKind[] = [];
  const instants: number[] = [];
  const numbers: number[] = [];
  return {
    add(kind: OrderKind, at: number, number: number): void {
      kinds.push(kind);
      instants.push(at);
      numbers.push(number);
    },
    inOrder(play: (kind: OrderKind, at: number, number: number) => void): void {
      const order = Uint32Array.from(instants, (_, i) => i).sort(
        (a, b) => (instants[a] ?? 0) - (instants[b] ?? 0) || a - b,
      );
      for (const i of order) play(kinds[i] ?? 'purchase', instants[i] ?? 0, numbers[i] ?? 0);
    },
  };
}
