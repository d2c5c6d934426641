import { env } from '#app/env.server.ts';
import { lostItsShop, namedShop } from '#app/shopify/lost-shop.ts';

const APP_BRIDGE = 'https://cdn.shopify.com/shopifycloud/app-bridge.js';

/** Address of app-bridge.js: Shopify's, or the one the demo set. */
export function appBridgeUrl(): string {
  return env.APP_BRIDGE_URL ?? APP_BRIDGE;
}

/**
 * Sets on `headers` what every HTML document of the app carries: who may frame it (this shop's admin, any shop's
 * for the page that finds out the shop and shows nothing, otherwise nobody), no caching, no sniffing, no referrer. With `nonce`, also which
 * scripts may run: our own files, inline ones with the nonce, and App Bridge.
 */
export function setDocumentHeaders(request: Request, headers: Headers, nonce?: string): void {
  const shop = lostItsShop(request) ? '*.myshopify.com' : namedShop(request);
  // The demo's admin has another origin than admin.shopify.com; only the demo sets APP_BRIDGE_URL.
  const demoAdmin = env.APP_BRIDGE_URL === undefined ? '' : ` ${new URL(env.APP_BRIDGE_URL).origin}`;
  const framedBy = shop === null ? "'none'" : `https://${shop} https://admin.shopify.com${demoAdmin}`;
  const policy = [`frame-ancestors ${framedBy}`];
  if (nonce !== undefined) {
    const bridge = new URL(appBridgeUrl()).origin;
    policy.push(`script-src 'self' 'nonce-${nonce}' ${bridge}`, "object-src 'none'", "base-uri 'none'");
  }
  headers.set('Content-Security-Policy', policy.join('; '));
  // The library preloads Shopify's address, whichever is used.
  if (headers.has('Link')) headers.set('Link', `<${appBridgeUrl()}>; rel="preload"; as="script"`);
  headers.set('Cache-Control', 'no-store');
  headers.set('X-Content-Type-Options', 'nosniff');
  headers.set('Referrer-Policy', 'no-referrer');
}
