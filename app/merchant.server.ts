import { directory } from '#app/db.server.ts';
import { authenticate } from '#app/shopify.server.ts';
import { LOST_SHOP, lostItsShop } from '#app/shopify/lost-shop.ts';

/**
 * The shop whose admin asks, from the verified session token and nothing else of the request.
 * @throws Response 401 or a redirect without a valid token; LOST_SHOP where only App Bridge knows the shop
 */
export async function signedInShop(request: Request) {
  if (lostItsShop(request)) throw new Response(LOST_SHOP);
  const { session } = await authenticate.admin(request);
  const shop = await directory.shopByDomain(session.shop);
  // Token exchange makes the row; without it the shop was erased while this page was open.
  if (shop === null) throw new Response(null, { status: 404 });
  return shop;
}
