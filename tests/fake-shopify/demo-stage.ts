import { adminFramePages } from './admin-frame/admin-frame-pages.ts';
import { startApp, freePort, type AppProcesses } from './demo-children.ts';
import { merchant, type Merchant } from './demo-merchant.ts';
import type { DemoOptions } from './demo-options.ts';
import type { DemoSecrets } from './demo-secrets.ts';
import { answers } from './demo-watch.ts';
import { startFakeShopify, type FakeShopify } from './server.ts';
import { CLERKS, OWNER, type ShopOffice } from './shop-office.ts';
import type { FakeShop } from './store.ts';

/** The stand-in, the app beside it, and somebody who uses it. */
export type Stage = {
  readonly fake: FakeShopify;
  readonly app: AppProcesses;
  readonly merchant: Merchant;
  /** Where the app itself is. */
  readonly appUrl: string;
  /** The admin of the shop. */
  readonly adminUrl: string;
  close(): Promise<void>;
};

/** Starts the stand-in for `shop`, then web and worker of the app against it. */
export async function setStage(
  options: DemoOptions,
  shop: FakeShop,
  secrets: DemoSecrets,
  databaseUrl: string,
  attend: (office: ShopOffice) => void,
): Promise<Stage> {
  const { apiKey, apiSecret, tokenKeys } = secrets;
  const appPort = await freePort();
  const appUrl = `http://127.0.0.1:${appPort}`;
  const fake: FakeShopify = await startFakeShopify({
    shops: [shop],
    staff: [OWNER, ...CLERKS],
    apiKey,
    apiSecret,
    timeScale: options.timeScale,
    appUrl,
    port: options.port,
    extraRoutes: adminFramePages({
      apiKey,
      apiSecret,
      appUrl,
      appName: 'Rekindle',
      office: (domain) => (domain === shop.domain ? fake.shop(domain) : null),
    }),
  });
  attend(fake.shop(shop.domain));
  const app = startApp({
    // Production refuses the demo's switches.
    NODE_ENV: 'test',
    DATABASE_URL: databaseUrl,
    SHOPIFY_API_KEY: apiKey,
    SHOPIFY_API_SECRET: apiSecret,
    SHOPIFY_APP_URL: appUrl,
    TOKEN_KEYS: tokenKeys,
    LISTEN_ADDRESS: '127.0.0.1',
    PORT: String(appPort),
    LOG_LEVEL: 'warn',
    APP_BRIDGE_URL: `${fake.url}/app-bridge/app-bridge.js`,
    FAKE_SHOPIFY_URL: fake.url,
    ...(options.asOf === null ? {} : { AS_OF_DAY: options.asOf }),
  });
  const close = async (): Promise<void> => {
    await app.stop();
    await fake.close();
  };
  try {
    await answers(appUrl, app);
  } catch (error) {
    await close();
    const what = error instanceof Error ? error.message : String(error);
    throw new Error(`${what}\n${await app.lastLines()}`, { cause: error });
  }
  return {
    fake,
    app,
    appUrl,
    merchant: merchant(appUrl, { shop: shop.domain, apiKey, apiSecret, userId: OWNER.id }),
    adminUrl: `${fake.url}/store/${shop.domain.replace('.myshopify.com', '')}`,
    close,
  };
}
