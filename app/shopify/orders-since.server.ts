import type { AdminClient } from './admin.server.ts';
import { readOrderNodes, type OrderNode, type OrdersNow, type PageInfo } from './order-nodes.server.ts';

/** Sized to stay below 1,000 points, Shopify's limit for one query. */
const CHANGED_ORDERS = `#graphql
  query ChangedOrders($filter: String!, $sortKey: OrderSortKeys!, $after: String) {
    orders(first: 50, after: $after, query: $filter, sortKey: $sortKey) {
      nodes {
        id
        createdAt
        updatedAt
        processedAt
        cancelledAt
        test
        displayFinancialStatus
        totalPriceSet { shopMoney { amount currencyCode } }
        totalRefundedSet { shopMoney { amount currencyCode } }
        customer { id }
        sourceName
        attribution { handle }
        customerJourneySummary { firstVisit { source } lastVisit { source } }
        purchasingEntity { ... on PurchasingCompany { company { id } } }
        discountCodes
        refunds { id createdAt totalRefundedSet { shopMoney { amount currencyCode } } }
        lineItems(first: 50) {
          nodes {
            id
            quantity
            discountedTotalSet { shopMoney { amount currencyCode } }
            product { id title productType vendor }
          }
          pageInfo { hasNextPage endCursor }
        }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`;

type Page = { orders: { nodes: OrderNode[]; pageInfo: PageInfo } };

/** A page of orders as they are now, and where the next one begins (null after the last). */
export type ChangedOrders = OrdersNow & { cursor: string | null };

/**
 * What changed at or after `since` (epoch milliseconds), oldest change first; with `withinSecondAfter` only what
 * changed within the second of `since` and has a larger id, in the order of ids.
 */
export type ChangeSearch = { since: number; withinSecondAfter: number | null };

/**
 * Orders that changed, one page a call. An order that changes while pages are read comes again at the end. Without
 * a cursor to go on from, going on from the last order's `updatedAt` misses nothing.
 */
export async function readOrdersSince(
  admin: AdminClient,
  search: ChangeSearch,
  cursor: string | null,
): Promise<ChangedOrders> {
  const { orders } = await admin.run<Page>(CHANGED_ORDERS, { ...searchVariables(search), after: cursor });
  const { hasNextPage, endCursor } = orders.pageInfo;
  return { ...(await readOrderNodes(admin, orders.nodes)), cursor: hasNextPage ? endCursor : null };
}

/** The variables of a search for what changed. */
export function searchVariables({ since, withinSecondAfter: after }: ChangeSearch) {
  if (after === null) return { filter: changedSince(since), sortKey: 'UPDATED_AT' };
  const second = Math.floor(since / 1000);
  const filter = `${changedSince(since)} updated_at:<'${textOf(second + 1)}' id:>${after}`;
  return { filter, sortKey: 'ID' };
}

/** The search filter for what changed at or after an instant, in epoch milliseconds. */
export function changedSince(since: number): string {
  // Shopify's updated_at has whole seconds.
  return `updated_at:>='${textOf(Math.floor(since / 1000))}'`;
}

function textOf(second: number): string {
  return new Date(second * 1000).toISOString().replace('.000Z', 'Z');
}
