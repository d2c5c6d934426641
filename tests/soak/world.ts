import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setAbstractFetchFunc } from '@shopify/shopify-api/runtime';
import { Pool } from 'pg';
import { closeDatabase, directory, type ShopRow } from '#app/db.server.ts';
import { installShop } from '#app/models/shops.server.ts';
import { receiveWebhooks } from '#app/receive-webhooks.server.ts';
import { generateShop } from '#tests/fake-shopify/generator.ts';
import { randomSource } from '#tests/fake-shopify/generator-random.ts';
import { fetchFrom } from '#tests/fake-shopify/redirected-fetch.ts';
import { startFakeShopify, type FakeShopify } from '#tests/fake-shopify/server.ts';
import type { ShopOffice } from '#tests/fake-shopify/shop-office.ts';
import type { FakeShop } from '#tests/fake-shopify/store.ts';
import { tcpProxy, type TcpProxy } from '#tests/faults/tcp-proxy.ts';
import { AT_ONCE, storeToken } from '#tests/jobs/pipeline.ts';
import { CAMPAIGN_TAG } from './check-campaigns.ts';
import { virtualTime, type VirtualTime } from './virtual-time.ts';

/** A shop of the round on both sides. */
export type SoakShop = {
  readonly fake: FakeShop;
  readonly office: ShopOffice;
  /** Tags that are nobody's business of ours, by customer, lower case. */
  readonly foreign: Map<number, Set<string>>;
  /** Customers whose data was to be erased. */
  readonly redacted: Set<number>;
  /** How often Shopify was made to say that the bucket is empty. */
  throttles: number;
  /** Our tags that appeared at Shopify without a hand of the merchant's: `customer tag`. */
  readonly added: string[];
  /** Tags of campaigns that appeared the same way, and when. */
  readonly given: { readonly customerId: number; readonly tag: string; readonly at: number }[];
  /** Customers who are gone, merged or deleted. */
  readonly gone: Set<number>;
  /** Campaigns that were launched. */
  launched: number;
  /** Whether an order or customer may have gone without a word: only a count tells then. */
  goneUnheard: boolean;
  /** The app's row, as it is now. */
  row(): Promise<ShopRow>;
};

/** Everything a round happens in. */
export type SoakWorld = {
  readonly time: VirtualTime;
  readonly shopify: FakeShopify;
  readonly shops: readonly SoakShop[];
  /** Sees every row of every shop. */
  readonly database: Pool;
  readonly proxies: { readonly shopify: TcpProxy; readonly database: TcpProxy };
  /** Ids of the webhooks that the app answered with 2xx, by the shop's domain. */
  readonly taken: ReadonlyMap<string, ReadonlySet<string>>;
  /** While true, what happens at Shopify is the merchant's doing. */
  byHand: boolean;
  /** The merchant opens the app: it is installed, or allowed what it asks for. */
  openApp(shop: SoakShop): Promise<void>;
  close(): Promise<void>;
};

export type SoakPlace = {
  /** The bent database, past the proxy. */
  readonly databaseUrl: string;
  /** The proxy that DATABASE_URL names. */
  readonly databaseProxy: TcpProxy;
  /** Puts the database back to what it was before the first round. */
  renew(): Promise<void>;
};

/** Looks of the round at its database at the same time. */
const SESSIONS = 3;
const PLAN = { name: 'soak', restoreRate: 50_000, bucket: 500_000 };
const ZONES = ['Europe/Berlin', 'America/New_York'];
const FIRST_INSTANT = Date.UTC(2026, 10, 25);
const DAY_MS = 86_400_000;

/**
 * Sets the round of a seed up: two shops behind the real interfaces. Leaping time begins at an instant of the seed's
 * own, real time is the present.
 */
export async function setUp(seed: number, place: SoakPlace, pace: 'leaping' | 'real'): Promise<SoakWorld> {
  const dice = randomSource(seed);
  await place.renew();
  const database = new Pool({ connectionString: place.databaseUrl, max: SESSIONS });
  const time = virtualTime(database);
  const start = FIRST_INSTANT + dice.int(0, 400) * DAY_MS + dice.int(0, DAY_MS);
  await time.leapTo(pace === 'leaping' ? start : time.now());
  const fakes = ZONES.map((timeZone, number) => smallShop(seed, number, timeZone, time.now()));
  const shopify = await startFakeShopify({
    shops: fakes,
    apiKey: 'test-client-id',
    apiSecret: 'test-client-secret-0123456789',
    bulkPace: AT_ONCE,
  });
  shopify.delivery.random = randomSource(seed + 1);
  let wrongBy = 0;
  time.follow((now) => {
    // The stand-in is not on this host: its clock stays right.
    shopify.clock.advance(wrongBy - now);
    wrongBy = now;
  });
  const { hostname: host, port } = new URL(shopify.url);
  const proxy = await tcpProxy({ host, port: Number(port) });
  setAbstractFetchFunc(fetchFrom(`http://127.0.0.1:${proxy.port}`));
  const door = await openDoor();
  shopify.sendWebhooksTo(door.url);
  const shops = fakes.map((fake) => soakShop(fake, shopify.shop(fake.domain)));
  const world: SoakWorld = {
    time,
    shopify,
    shops,
    database,
    proxies: { shopify: proxy, database: place.databaseProxy },
    taken: door.taken,
    byHand: false,
    openApp: async ({ office, fake }) => {
      office.installed = true;
      await installShop(fake.domain, [...office.scopes]);
      await storeToken(shopify, fake.domain);
    },
    close: async () => {
      await shopify.close();
      await door.close();
      await proxy.close();
      await closeDatabase();
      await database.end();
    },
  };
  for (const shop of shops) watchTags(world, shop);
  return world;
}

/** The app's own way in for webhooks, which notes what it promised to keep. */
async function openDoor() {
  const receiver = receiveWebhooks();
  const taken = new Map<string, Set<string>>();
  const server = createServer((request, response) => {
    const header = (name: string): string => String(request.headers[`x-shopify-${name}`]);
    response.on('finish', () => {
      if (response.statusCode !== 200) return;
      const shop = header('shop-domain');
      taken.set(shop, (taken.get(shop) ?? new Set()).add(header('webhook-id')));
    });
    receiver.handle(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await receiver.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, taken, close };
}

function smallShop(seed: number, number: number, timeZone: string, now: number): FakeShop {
  const { shop } = generateShop({
    domain: `soak-${seed}-${number}.myshopify.com`,
    name: 'Soak',
    currency: 'EUR',
    timeZone,
    plan: PLAN,
    seed: seed * 2 + number,
    customers: 24,
    until: now - 3_600_000,
    historyDays: 400,
  });
  // Ids that tell the shops apart.
  shop.nextId += 1_000_000 * (number + 1);
  return shop;
}

function soakShop(fake: FakeShop, office: ShopOffice): SoakShop {
  const foreign = new Map<number, Set<string>>();
  for (const { id, tags } of fake.customers.values()) {
    foreign.set(id, new Set(tags.map((tag) => tag.toLowerCase())));
  }
  const row = async (): Promise<ShopRow> => {
    const stored = await directory.shopByDomain(fake.domain);
    if (stored === null) throw new Error(`${fake.domain} was never installed`);
    return stored;
  };
  return {
    fake,
    office,
    foreign,
    redacted: new Set(),
    throttles: 0,
    added: [],
    given: [],
    gone: new Set(),
    launched: 0,
    goneUnheard: false,
    row,
  };
}

function watchTags(world: SoakWorld, { fake, added, given, gone }: SoakShop): void {
  fake.listeners.add((change) => {
    if (change.kind === 'customer-deleted') gone.add(change.customerId);
    if (change.kind === 'customers-merged') gone.add(change.mergedCustomerId);
    if (change.kind !== 'tags-added' || world.byHand) return;
    const { customerId } = change;
    for (const tag of change.tags) {
      if (tag.startsWith(CAMPAIGN_TAG)) given.push({ customerId, tag, at: world.time.now() });
      else added.push(`${customerId} ${tag.toLowerCase()}`);
    }
  });
}
