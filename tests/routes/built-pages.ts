import '@shopify/shopify-app-remix/adapters/node';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createRequestHandler, type ServerBuild } from '@remix-run/node';
import { setAbstractFetchFunc } from '@shopify/shopify-api/runtime';
import { env } from '#app/env.server.ts';
import { sqlInShop } from '#app/db.server.ts';
import { scoreColumns } from '#app/models/score-columns.ts';
import { recordRun, writeScores } from '#app/models/scores.server.ts';
import { createStats } from '#app/rfm/customer-stats.ts';
import { summarise } from '#app/rfm/run-summary.ts';
import { segmentNumbers, TEN_SEGMENTS } from '#app/rfm/schemes.ts';
import { scoreCustomers } from '#app/rfm/scores.ts';
import { DEFAULT_RULES } from '#app/rfm/order.ts';
import { fetchFrom } from '#tests/fake-shopify/redirected-fetch.ts';
import { startFakeShopify, type FakeShopify } from '#tests/fake-shopify/server.ts';
import { signSessionToken } from '#tests/fake-shopify/session-token.ts';
import { CLERKS, OWNER, type ShopOffice } from '#tests/fake-shopify/shop-office.ts';
import { emptyShop } from '#tests/shopify/connected-shop.ts';

const BUILD = pathToFileURL(join(import.meta.dirname, '../../build/server/index.js')).href;
const BROWSER =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36';
const DAY = 86_400_000;
const AS_OF = 20_000;

/** The built pages of the app, asked as a browser asks them, beside the stand-in with two shops. */
export type BuiltPages = {
  shops: readonly [mine: string, other: string];
  /** A request without any token. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** The same as somebody who is signed in to `shop`: the account owner unless another user id is given. */
  askAs(shop: string, path: string, init?: RequestInit, userId?: number): Promise<Response>;
  /** Sends a form of the page at `path` as the page's own script does, and reads the answer. */
  send(shop: string, path: string, route: string, form: Record<string, string>): Promise<Response>;
  /** The routes of the build by their ids, as Remix numbers them. */
  routes: ServerBuild['routes'];
  /** What Shopify keeps of a shop. */
  office(shop: string): ShopOffice;
  /** Everything Shopify was asked so far. */
  calls(): FakeShopify['calls']['all'];
  close(): Promise<void>;
};

/** Starts the stand-in and loads the build; the modules of the build read this process's environment. */
export async function builtPages(): Promise<BuiltPages> {
  const shops = [emptyShop(), emptyShop()];
  const { SHOPIFY_API_KEY: apiKey, SHOPIFY_API_SECRET: apiSecret } = env;
  const shopify = await startFakeShopify({ shops, apiKey, apiSecret, staff: [OWNER, ...CLERKS] });
  for (const { domain } of shops) shopify.shop(domain).installed = true;
  const build = (await import(/* @vite-ignore */ BUILD)) as ServerBuild;
  // Loading the adapters sets this function, so it is replaced once the build has loaded them.
  setAbstractFetchFunc(fetchFrom(shopify.url));
  const handle = createRequestHandler(build, 'test');
  const ask: BuiltPages['ask'] = (path, init = {}) => {
    const headers = new Headers(init.headers);
    headers.set('user-agent', BROWSER);
    return handle(new Request(new URL(path, env.SHOPIFY_APP_URL), { ...init, headers }));
  };
  const askAs: BuiltPages['askAs'] = (shop, path, init = {}, userId = OWNER.id) => {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${signSessionToken({ apiKey, apiSecret, shop, userId })}`);
    return ask(path, { ...init, headers });
  };
  return {
    shops: [shops[0]!.domain, shops[1]!.domain],
    ask,
    askAs,
    send: (shop, path, route, form) =>
      askAs(shop, `${path}${path.includes('?') ? '&' : '?'}_data=${encodeURIComponent(route)}`, {
        method: 'POST',
        body: new URLSearchParams(form),
      }),
    routes: build.routes,
    office: (shop) => shopify.shop(shop),
    calls: () => shopify.calls.all,
    close: () => shopify.close(),
  };
}

/** Stores a first run of `n` customers with the ids from `firstId`: customer i ordered 1 + i % 4 times. */
export async function storeScores(shopId: number, firstId: number, n: number): Promise<void> {
  const dayOf = (instant: number) => Math.floor(instant / DAY);
  const fold = createStats({ asOf: AS_OF, windowDays: null, currency: 'EUR', rules: DEFAULT_RULES, dayOf });
  for (let i = 0; i < n; i += 1) {
    for (let order = 0; order <= i % 4; order += 1) {
      const processedAt = (AS_OF - i - order) * DAY;
      const paid = { cancelledAt: null, test: false, financialStatus: 'PAID', currency: 'EUR' } as const;
      fold.add({ ...paid, customerId: firstId + i, processedAt, total: 1000 + i, refunded: 0 }, 0);
    }
  }
  const stats = fold.finish();
  const scored = scoreCustomers(stats, 'all-customers');
  const segments = segmentNumbers(TEN_SEGMENTS, scored);
  const columns = scoreColumns(n);
  columns.customerId.set(stats.customerId);
  columns.lastDay.set(stats.lastDay.subarray(0, n));
  columns.frequency.set(stats.frequency.subarray(0, n));
  columns.monetary.set(stats.monetary.subarray(0, n));
  columns.r.set(scored.r);
  columns.f.set(scored.f);
  columns.m.set(scored.m);
  columns.segment.set(segments);
  columns.since.fill(AS_OF);
  await sqlInShop(shopId, async (client) => {
    await writeScores(
      client,
      shopId,
      TEN_SEGMENTS,
      columns,
      Uint32Array.from({ length: n }, (_, i) => i),
    );
    await recordRun(client, shopId, {
      asOf: AS_OF,
      reason: 'first',
      frequencyMethod: 'all-customers',
      cutPoints: scored.cutPoints,
      scheme: { scheme: 'ten', ownScheme: null },
      orderCounts: stats.counts,
      summary: summarise(TEN_SEGMENTS, stats, scored, segments),
      currency: 'EUR',
      scoringVersion: 1,
      dataMark: '',
    });
  });
}
