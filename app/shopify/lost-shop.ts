const SHOP = /^[a-z0-9][a-z0-9-]*\.myshopify\.com$/;

/** What a page that lost its shop throws instead of answering: the browser then comes back with the shop. */
export const LOST_SHOP = 'lost-shop';

/** The shop the address of a request names, null when it names none; not proof of anything. */
export function namedShop(request: Request): string | null {
  const shop = new URL(request.url).searchParams.get('shop') ?? '';
  return SHOP.test(shop) ? shop : null;
}

/**
 * True for a page that is loaded into a frame without Shopify's parameters: the app's own frame after it moved on
 * inside the app and was loaded again. Only App Bridge in the browser knows the shop then. Browsers say in
 * `Sec-Fetch-Dest` what a document is for, and scripts cannot.
 */
export function lostItsShop(request: Request): boolean {
  const { pathname, searchParams } = new URL(request.url);
  const framed = request.method === 'GET' && request.headers.get('sec-fetch-dest') === 'iframe';
  if (!framed || !/^\/app(\/|$)/.test(pathname)) return false;
  return namedShop(request) === null || !searchParams.get('host');
}
