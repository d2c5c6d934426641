import type { AdminClient } from './admin.server.ts';
import { customerColumns, readCustomersSince, type ChangedCustomers } from './customers-since.server.ts';
import { gid } from './gid.ts';
import type { ChangeSearch } from './orders-since.server.ts';

/** Pages walked through at most: beyond so many changes ids cost less. */
const MOST_PAGES = 20;
/** A list of ids costs what its objects cost: sized to stay below 1,000 points, Shopify's limit for one query. */
const BY_ID_AT_ONCE = 100;
/** A search costs a page, however many customers are on it: from so many on it is cheaper than their ids. */
const SEARCH_FROM = 12;

const CUSTOMERS_BY_ID = `#graphql
  query CustomersById($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on Customer {
        id
        createdAt
        updatedAt
        tags
        defaultEmailAddress { marketingState }
        defaultPhoneNumber { smsMarketingConsent { state } }
        companyContactProfiles { company { id } }
      }
    }
  }
`;

/**
 * Reads customers as they are now. Where many have changed searches find them, and others that changed since; those
 * that are not shown yet in the version that was told are asked for by id.
 * @param told up to a few hundred customers, each with that version (epoch milliseconds) or null; where there are more,
 *   those with the oldest version, those of one version by their ids: as the searches come upon them
 * @param store takes what was read, portion by portion
 * @returns ids of those that Shopify no longer has
 */
export async function readCustomersNow(
  admin: AdminClient,
  told: ReadonlyMap<number, number | null>,
  store: (read: Pick<ChangedCustomers, 'customers' | 'unread'>) => Promise<void>,
): Promise<number[]> {
  const missing = new Set(told.keys());
  let pages = 0;
  for (const search of searchesFor(told)) {
    // A few ids cost less than a page.
    let cursor: string | null | undefined = missing.size < SEARCH_FROM ? null : undefined;
    for (; cursor !== null && missing.size > 0 && pages < MOST_PAGES; pages += 1) {
      const page: ChangedCustomers = await readCustomersSince(admin, search, cursor ?? null);
      cursor = page.cursor;
      await store(page);
      const { customers } = page;
      for (let i = 0; i < customers.length; i += 1) {
        const id = customers.id[i] as number;
        if ((customers.updatedAt[i] as number) >= (told.get(id) ?? Infinity)) missing.delete(id);
      }
    }
  }
  const rest = [...missing];
  const gone: number[] = [];
  for (let from = 0; from < rest.length; from += BY_ID_AT_ONCE) {
    const ids = rest.slice(from, from + BY_ID_AT_ONCE);
    const variables = { ids: ids.map((id) => gid('Customer', id)) };
    const { nodes } = await admin.run<{ nodes: (object | null)[] }>(CUSTOMERS_BY_ID, variables, {
      denied: 'null',
    });
    gone.push(...ids.filter((_, i) => nodes[i] === null));
    await store(customerColumns(nodes.filter((node) => node !== null)));
  }
  return gone;
}

/**
 * Searches for the oldest second, of which earlier readers had the first ids, and for what came after it: a write-back
 * in bulk changes thousands within a second. None where no version was told.
 */
function searchesFor(told: ReadonlyMap<number, number | null>): ChangeSearch[] {
  const known = [...told].filter((one): one is [number, number] => one[1] !== null);
  if (known.length === 0) return [];
  const second = Math.floor(Math.min(...known.map(([, version]) => version)) / 1000);
  const first = known.filter(([, version]) => version < (second + 1) * 1000).map(([id]) => id);
  return [
    { since: second * 1000, withinSecondAfter: Math.min(...first) - 1 },
    { since: (second + 1) * 1000, withinSecondAfter: null },
  ];
}
