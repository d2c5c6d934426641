import '@shopify/shopify-api/adapters/node';
import { env } from './env.server.ts';
import { shopLogger } from './logger.server.ts';
import type { ShopRow } from './db.server.ts';
import { stillHeld } from './lease-fence.server.ts';
import { sessionRows } from './models/sessions.server.ts';
import { adminClient, type AdminClient } from './shopify/admin.server.ts';
import { sealer } from './shopify/sealed-tokens.ts';
import { tokenBroker } from './shopify/token-broker.server.ts';

/** Seals what the database may hold of a token. */
export const tokenSealer = sealer(env.TOKEN_KEYS);

const broker = tokenBroker({
  store: sessionRows,
  sealer: tokenSealer,
  apiKey: env.SHOPIFY_API_KEY,
  apiSecret: env.SHOPIFY_API_SECRET,
});

/**
 * The Admin API of a shop, through the token broker. Apart from shopify.server.ts because the worker needs
 * nothing of the library's request handling, and jobs must not import what enqueues them.
 */
export function adminFor(shop: Pick<ShopRow, 'id' | 'domain' | 'restoreRate' | 'bucketSize'>): AdminClient {
  const { restoreRate, bucketSize } = shop;
  const log = shopLogger(shop.domain);
  return adminClient({
    shop: { id: shop.id, domain: shop.domain },
    broker,
    pace: restoreRate === null || bucketSize === null ? null : { restoreRate, bucketSize },
    mayCall: () => stillHeld(shop.id),
    warn: (signal) => log.warn(signal, 'Shopify answers with another API version'),
  });
}
