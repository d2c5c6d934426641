import '@shopify/shopify-app-remix/adapters/node';
import { ApiVersion, AppDistribution, LogSeverity, shopifyApp } from '@shopify/shopify-app-remix/server';
import { tokenSealer } from './admin-for.server.ts';
import { directory } from './db.server.ts';
import { env } from './env.server.ts';
import { importShop } from './jobs/import-shop.server.ts';
import { enqueue } from './jobs/queue.server.ts';
import { logger } from './logger.server.ts';
import { sessionRows } from './models/sessions.server.ts';
import { installShop } from './models/shops.server.ts';
import { sealedSessionStorage } from './shopify/session-storage.server.ts';
import { namesAForeignShop } from './shopify/session-token.ts';

const LEVELS = ['error', 'warn', 'info', 'debug'] as const;

const shopify = shopifyApp({
  apiKey: env.SHOPIFY_API_KEY,
  apiSecretKey: env.SHOPIFY_API_SECRET,
  apiVersion: ApiVersion.October26,
  appUrl: env.SHOPIFY_APP_URL,
  distribution: AppDistribution.AppStore,
  // Pages must know who asks, so the one signed in has a token too. Work goes by the shop's own, offline token.
  useOnlineTokens: true,
  sessionStorage: sealedSessionStorage({
    store: sessionRows,
    sealer: tokenSealer,
    beforeStore: async (domain, scopes) => void (await installShop(domain, scopes)),
  }),
  future: { unstable_newEmbeddedAuthStrategy: true, expiringOfflineAccessTokens: true },
  hooks: {
    // Runs after each token exchange. The import knows what it has already done, so asking again is safe and
    // makes up for a process that died between storing the token and asking.
    afterAuth: async ({ session }) => {
      const shop = await directory.shopByDomain(session.shop);
      if (shop !== null) await enqueue(importShop, { shopId: shop.id, generation: shop.generation });
    },
  },
  // The library's debug lines carry whole session tokens.
  logger: {
    level: LogSeverity.Info,
    log: async (severity, message) => logger[LEVELS[severity] ?? 'info'](message),
  },
});

export const { addDocumentResponseHeaders, login } = shopify;

/** The library's authentication for the admin; a token that names two shops, or none of Shopify's, is a 401. */
export const authenticate: Pick<typeof shopify.authenticate, 'admin'> = {
  async admin(request) {
    if (namesAForeignShop(request)) throw new Response(null, { status: 401 });
    return shopify.authenticate.admin(request);
  },
};
