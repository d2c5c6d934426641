import { adminFor } from './admin-for.server.ts';
import type { ShopRow } from './db.server.ts';
import { shopLogger } from './logger.server.ts';
import { logAccess } from './models/access-log.server.ts';
import { readCustomerNames } from './shopify/customers.server.ts';

/** Who looks, and in which shop. */
type Viewer = { shop: ShopRow; user: { id: number } };

/**
 * The names of these customers as Shopify knows them now, by id; of them nothing is stored, but that `user` saw them.
 * Empty when the app may not see names or Shopify cannot be asked: the page is of use without them.
 */
export async function liveNames({ shop, user }: Viewer, ids: number[]): Promise<Record<number, string>> {
  if (ids.length === 0 || shop.parkedReason !== null) return {};
  try {
    const names = await readCustomerNames(adminFor(shop), ids);
    const shown = [...names].flatMap(([id, { name, email }]) => {
      const text = name ?? email;
      return text === null ? [] : [[id, text] as const];
    });
    // Before anybody sees one: without the entry there are no names.
    await logAccess(
      shop.id,
      user.id,
      'names',
      shown.map(([id]) => id),
    );
    return Object.fromEntries(shown);
  } catch (error) {
    shopLogger(shop.domain).warn({ err: error }, 'names could not be fetched');
    return {};
  }
}
