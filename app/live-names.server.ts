import { adminFor } from './admin-for.server.ts';
import type { ShopRow } from './db.server.ts';
import { shopLogger } from './logger.server.ts';
import { logAccess } from './models/access-log.server.ts';
import { readCustomerNames, readCustomerNow, type CustomerName } from './shopify/customers.server.ts';

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
    return await handedOver({ shop, user }, [...names]);
  } catch (error) {
    shopLogger(shop.domain).warn({ err: error }, 'names could not be fetched');
    return {};
  }
}

/** A customer as Shopify shows it: the name as in `liveNames`, and the group of Shopify's own it is in. */
export type LiveCustomer = {
  names: Record<number, string>;
  /** false when Shopify could not be asked */
  known: boolean;
  /** CustomerRfmGroup, null when Shopify tells none */
  group: string | null;
};

/** One customer as Shopify knows it now; as of `liveNames` nothing is stored, but that `user` saw the name. */
export async function liveCustomer({ shop, user }: Viewer, id: number): Promise<LiveCustomer> {
  const unknown: LiveCustomer = { names: {}, known: false, group: null };
  if (shop.parkedReason !== null) return unknown;
  try {
    const customer = await readCustomerNow(adminFor(shop), id);
    if (customer === null) return unknown;
    return {
      names: await handedOver({ shop, user }, [[id, customer]]),
      known: true,
      group: customer.group,
    };
  } catch (error) {
    shopLogger(shop.domain).warn({ err: error }, 'a customer could not be fetched');
    return unknown;
  }
}

async function handedOver(
  { shop, user }: Viewer,
  names: readonly (readonly [number, CustomerName])[],
): Promise<Record<number, string>> {
  const shown = names.flatMap(([id, { name, email }]) => {
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
}
