import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, startApp, type AppProcesses } from '#tests/fake-shopify/demo-children.ts';
import { merchant, type Merchant } from '#tests/fake-shopify/demo-merchant.ts';
import { demoSecrets } from '#tests/fake-shopify/demo-secrets.ts';
import { answers } from '#tests/fake-shopify/demo-watch.ts';
import { startFakeShopify, type FakeShopify } from '#tests/fake-shopify/server.ts';
import { OWNER } from '#tests/fake-shopify/shop-office.ts';
import type { TokenRequest } from '#tests/fake-shopify/session-token.ts';
import type { FakeShop } from '#tests/fake-shopify/store.ts';

/** Bulk operations at once: how long Shopify takes is not what is measured. */
const AT_ONCE = { startSeconds: 0, objectsPerSecond: 1_000_000, mutationLinesPerSecond: 1_000_000 };

/** The app as it runs in production, with the stand-in behind it. */
export type UiStage = {
  readonly app: AppProcesses;
  readonly fake: FakeShopify;
  readonly merchant: Merchant;
  /** Where the web process is reached, over loopback without TLS, which a proxy would end. */
  readonly origin: string;
  /** Whose session tokens open the pages. */
  readonly who: TokenRequest;
  /** The stand-in's app-bridge.js, in place of the one at Shopify. */
  readonly appBridge: string;
  close(): Promise<void>;
};

/** Starts stand-in, web and worker for `shop`, over the database at `databaseUrl`. */
export async function setUiStage(shop: FakeShop, databaseUrl: string): Promise<UiStage> {
  const { apiKey, apiSecret, tokenKeys } = demoSecrets();
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  // Nothing changes in the shop while pages are measured, so no webhooks are sent.
  const fake = await startFakeShopify({
    shops: [shop],
    apiKey,
    apiSecret,
    timeScale: 100,
    bulkPace: AT_ONCE,
  });
  fake.shop(shop.domain).installed = true;
  const app = startApp(
    {
      NODE_ENV: 'production',
      DATABASE_URL: databaseUrl,
      SHOPIFY_API_KEY: apiKey,
      SHOPIFY_API_SECRET: apiSecret,
      SHOPIFY_APP_URL: `https://127.0.0.1:${port}`,
      TOKEN_KEYS: tokenKeys,
      LISTEN_ADDRESS: '127.0.0.1',
      PORT: String(port),
      LOG_LEVEL: 'warn',
      BENCH_SHOPIFY_URL: fake.url,
    },
    join(import.meta.dirname, 'ui-preload.ts'),
  );
  const close = async (): Promise<void> => {
    await app.stop();
    await fake.close();
  };
  try {
    await answers(origin, app);
  } catch (error) {
    await close();
    throw new Error(await app.lastLines(), { cause: error });
  }
  const who = { shop: shop.domain, apiKey, apiSecret, userId: OWNER.id };
  const parts = ['app-bridge.js', 'ui-elements.js'].map((name) =>
    readFile(join(import.meta.dirname, '../fake-shopify/app-bridge', name), 'utf8'),
  );
  const appBridge = (await Promise.all(parts)).join('\n');
  return { app, fake, origin, who, appBridge, merchant: merchant(origin, who), close };
}
