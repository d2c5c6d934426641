import { orderBatch, type OrderBatch } from '#app/rfm/batches.ts';
import type { AdminClient } from './admin.server.ts';
import { gid, parseGid } from './gid.ts';
import { readShape } from './line-reader.ts';
import { LineValues } from './line-values.ts';
import { ORDER_LINE, takeOrder } from './order-export.server.ts';
import { changedSince } from './orders-since.server.ts';
import { tryToRead, type UnreadNode } from './unread-nodes.ts';

/** A list of ids costs what its objects cost: 6 points an order, so 600 of the 1,000 a query may cost. */
const BY_ID_AT_ONCE = 100;
/** A search costs a page, however many orders are on it: from so many orders on it is cheaper than their ids. */
const SEARCH_FROM = 12;
/** Orders that changed earlier are asked for by id, milliseconds: a search would page through everything since. */
const RECENT_MS = 120_000;

const ORDERS_NOW = `#graphql
  query OrdersNow($ids: [ID!]!) {
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
      }
    }
  }
`;

const LATEST_ORDERS = `#graphql
  query LatestOrders($filter: String!) {
    orders(first: 250, query: $filter, sortKey: UPDATED_AT) {
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
      }
    }
  }
`;

type Node = { id: string; updatedAt: string };

/** What scoring needs of orders as they are now. */
export type OrdersAsTheyAre = {
  orders: OrderBatch;
  unread: UnreadNode[];
  /** ids that Shopify has no order of, or without read_all_orders does not show */
  gone: number[];
};

/**
 * Orders as they are now.
 * @param told the orders that changed, each with the instant of the version that was told (epoch milliseconds) or
 *   null. Where many are recent one search finds them; what it does not show yet in that version is asked for by id
 * @param at the present instant, epoch milliseconds
 */
export async function readOrdersNow(
  admin: AdminClient,
  told: ReadonlyMap<number, number | null>,
  at: number,
): Promise<OrdersAsTheyAre> {
  const found = await searched(admin, told, at);
  const missing = [...told.keys()].filter((id) => !found.has(id));
  const gone: number[] = [];
  for (let from = 0; from < missing.length; from += BY_ID_AT_ONCE) {
    const ids = missing.slice(from, from + BY_ID_AT_ONCE);
    const { nodes } = await admin.run<{ nodes: (Node | null)[] }>(ORDERS_NOW, {
      ids: ids.map((id) => gid('Order', id)),
    });
    for (const [i, node] of nodes.entries()) {
      if (node === null) gone.push(ids[i] as number);
      else found.set(ids[i] as number, node);
    }
  }
  return { ...columns([...found.values()]), gone };
}

async function searched(
  admin: AdminClient,
  told: ReadonlyMap<number, number | null>,
  at: number,
): Promise<Map<number, Node>> {
  const recent = [...told].filter(
    (one): one is [number, number] => one[1] !== null && at - one[1] < RECENT_MS,
  );
  const found = new Map<number, Node>();
  if (recent.length < SEARCH_FROM) return found;
  const filter = changedSince(Math.min(...recent.map(([, version]) => version)));
  const { orders } = await admin.run<{ orders: { nodes: Node[] } }>(LATEST_ORDERS, { filter });
  for (const node of orders.nodes) {
    const id = parseGid('Order', node.id);
    const version = told.get(id);
    // The search shows a change a little later than the webhook tells it.
    if (version !== undefined && Date.parse(node.updatedAt) >= (version ?? Infinity)) found.set(id, node);
  }
  return found;
}

function columns(nodes: readonly Node[]): { orders: OrderBatch; unread: UnreadNode[] } {
  const orders = orderBatch(Math.max(1, nodes.length));
  const values = new LineValues(ORDER_LINE);
  const unread: UnreadNode[] = [];
  for (const node of nodes) {
    const failed = tryToRead('Order', node, () => {
      values.reset(Buffer.alloc(0));
      readShape(ORDER_LINE.root, node, values);
      takeOrder(values, orders);
    });
    if (failed !== null) unread.push(failed);
  }
  return { orders, unread };
}
