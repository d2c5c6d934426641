import { json } from '@remix-run/node';
import { directory, type ShopRow } from '#app/db.server.ts';
import { seeStaff, type Role } from '#app/models/staff.server.ts';
import { authenticate } from '#app/shopify.server.ts';
import { LOST_SHOP, lostItsShop } from '#app/shopify/lost-shop.ts';

/** Who asks, inside which shop. */
export type SignedIn = {
  shop: ShopRow;
  user: {
    /** Shopify's numeric staff user id */
    id: number;
    role: Role;
    accountOwner: boolean;
    /** May change settings and what is written, launch and export: the account owner and managers. */
    manages: boolean;
  };
};

/**
 * The shop whose admin asks and the person who does, from the verified session token and nothing else of the request.
 * `needs` is the least role that may have what is asked for; an account owner may have everything.
 * @throws Response 401 or a redirect without a valid token, 403 to somebody whose role is not enough, LOST_SHOP
 * where only App Bridge knows the shop
 */
export async function signedIn(request: Request, needs: Role): Promise<SignedIn> {
  if (lostItsShop(request)) throw new Response(LOST_SHOP);
  const { session } = await authenticate.admin(request);
  const shop = await directory.shopByDomain(session.shop);
  // Token exchange makes the row; without it the shop was erased while this page was open.
  if (shop === null) throw new Response(null, { status: 404 });
  const person = session.onlineAccessInfo?.associated_user;
  if (person === undefined) throw new Response(null, { status: 401 });
  const { role, accountOwner } = await seeStaff(shop.id, person.id, person.account_owner);
  const manages = accountOwner || role === 'manager';
  if (needs === 'manager' && !manages) throw json({ needs }, { status: 403 });
  return { shop, user: { id: person.id, role, accountOwner, manages } };
}
