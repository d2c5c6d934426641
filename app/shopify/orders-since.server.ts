import { orderBatch } from '#app/rfm/batches.ts';
import type { AdminClient } from './admin.server.ts';
import { readShape } from './line-reader.ts';
import { LineValues } from './line-values.ts';
import {
  DETAILS_LINE,
  detailBatches,
  LINE_ITEM_LINE,
  takeDetails,
  takeLineItem,
} from './order-details-export.server.ts';
import { ORDER_LINE, takeOrder } from './order-export.server.ts';

/** Sized to stay below 1,000 points, Shopify's limit for one query. */
const CHANGED_ORDERS = `#graphql
  query ChangedOrders($filter: String!, $after: String) {
    orders(first: 50, after: $after, query: $filter, sortKey: UPDATED_AT) {
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

const MORE_LINE_ITEMS = `#graphql
  query MoreLineItems($id: ID!, $after: String) {
    order(id: $id) {
      lineItems(first: 250, after: $after) {
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
`;

type PageInfo = { hasNextPage: boolean; endCursor: string | null };
type LineItems = { nodes: object[]; pageInfo: PageInfo };
type OrderNode = { id: string; lineItems: LineItems };
type Page = { orders: { nodes: OrderNode[]; pageInfo: PageInfo } };

/** A page of orders as they are now, in the columns of the two exports. */
export type ChangedOrders = ReturnType<typeof detailBatches> & {
  orders: ReturnType<typeof orderBatch>;
  /** where the next page begins, null after the last */
  cursor: string | null;
};

/**
 * Orders that changed at or after `since` (epoch milliseconds), oldest change first, one page a call. An
 * order that changes while pages are read comes again at the end. Without a cursor to go on from, going on
 * from the last order's `updatedAt` misses nothing.
 */
export async function readOrdersSince(
  admin: AdminClient,
  since: number,
  cursor: string | null,
): Promise<ChangedOrders> {
  const filter = changedSince(since);
  const { orders } = await admin.run<Page>(CHANGED_ORDERS, { filter, after: cursor });
  const nodes = orders.nodes;
  const items = await Promise.all(nodes.map((node) => allLineItems(admin, node)));
  const page: ChangedOrders = {
    orders: orderBatch(Math.max(1, nodes.length)),
    ...detailBatches(),
    cursor: orders.pageInfo.hasNextPage ? orders.pageInfo.endCursor : null,
  };
  const readers = {
    order: reader(ORDER_LINE, (values) => takeOrder(values, page.orders)),
    details: reader(DETAILS_LINE, (values) => takeDetails(values, page)),
    lineItem: reader(LINE_ITEM_LINE, (values) => takeLineItem(values, page)),
  };
  for (const [i, node] of nodes.entries()) {
    readers.order(node);
    readers.details(node);
    for (const item of items[i]!) readers.lineItem({ ...item, __parentId: node.id });
  }
  return page;
}

/** The search filter for what changed at or after an instant, in epoch milliseconds. */
export function changedSince(since: number): string {
  // Shopify's updated_at has whole seconds.
  return `updated_at:>='${new Date(Math.floor(since / 1000) * 1000).toISOString().replace('.000Z', 'Z')}'`;
}

async function allLineItems(admin: AdminClient, order: OrderNode): Promise<object[]> {
  const items = [...order.lineItems.nodes];
  let { hasNextPage, endCursor } = order.lineItems.pageInfo;
  while (hasNextPage) {
    const answer = await admin.run<{ order: { lineItems: LineItems } | null }>(MORE_LINE_ITEMS, {
      id: order.id,
      after: endCursor,
    });
    if (answer.order === null) break;
    items.push(...answer.order.lineItems.nodes);
    ({ hasNextPage, endCursor } = answer.order.lineItems.pageInfo);
  }
  return items;
}

const NO_BYTES = Buffer.alloc(0);

function reader(template: typeof ORDER_LINE, take: (values: LineValues) => void): (node: object) => void {
  const values = new LineValues(template);
  return (node) => {
    values.reset(NO_BYTES);
    readShape(template.root, node, values);
    take(values);
  };
}
