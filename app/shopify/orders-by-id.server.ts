import type { AdminClient } from './admin.server.ts';
import { gid, parseGid } from './gid.ts';
import { readOrderNodes, type OrderNode, type OrdersNow } from './order-nodes.server.ts';

/** An order with its line items costs 45 points, and Shopify takes no query of more than 1,000. */
export const ORDERS_PER_CALL = 20;

const ORDERS_BY_ID = `#graphql
  query OrdersById($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on Order {
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
    }
  }
`;

const EXISTING = `#graphql
  query Existing($ids: [ID!]!) {
    nodes(ids: $ids) { id }
  }
`;

/** Shopify's limit for a list of ids. */
export const IDS_PER_CALL = 250;

/**
 * Up to ORDERS_PER_CALL orders as they are now. `gone` are those that Shopify no longer has; without
 * read_all_orders that includes the ones it only no longer shows.
 */
export async function readOrdersById(
  admin: AdminClient,
  ids: readonly number[],
): Promise<OrdersNow & { gone: number[] }> {
  const { nodes } = await admin.run<{ nodes: (OrderNode | null)[] }>(ORDERS_BY_ID, {
    ids: ids.map((id) => gid('Order', id)),
  });
  const found = nodes.filter((node) => node !== null);
  const known = new Set(found.map((node) => parseGid('Order', node.id)));
  return { ...(await readOrderNodes(admin, found)), gone: ids.filter((id) => !known.has(id)) };
}

/** Those of the orders or customers that Shopify still has and shows to this app. */
export async function stillThere(
  admin: AdminClient,
  kind: 'Order' | 'Customer',
  ids: readonly number[],
): Promise<Set<number>> {
  const there = new Set<number>();
  for (let from = 0; from < ids.length; from += IDS_PER_CALL) {
    const asked = ids.slice(from, from + IDS_PER_CALL).map((id) => gid(kind, id));
    const { nodes } = await admin.run<{ nodes: ({ id: string } | null)[] }>(EXISTING, { ids: asked });
    for (const node of nodes) if (node !== null) there.add(parseGid(kind, node.id));
  }
  return there;
}
