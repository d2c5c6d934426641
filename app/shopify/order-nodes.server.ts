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
import { tryToRead, type UnreadNode } from './unread-nodes.ts';

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

export type PageInfo = { hasNextPage: boolean; endCursor: string | null };
type LineItems = { nodes: object[]; pageInfo: PageInfo };

/** An order with the fields of both exports and the first of its line items. */
export type OrderNode = { id: string; refunds?: object[] | null; lineItems: LineItems };

/** Orders as they are now, in the columns of the two exports. */
export type OrdersNow = ReturnType<typeof detailBatches> & {
  orders: ReturnType<typeof orderBatch>;
  /** orders that could not be read; nothing of them is in the columns */
  unread: UnreadNode[];
};

/** Reads orders and the line items that are still missing into columns that hold them all. */
export async function readOrderNodes(admin: AdminClient, nodes: readonly OrderNode[]): Promise<OrdersNow> {
  const items = await Promise.all(nodes.map((node) => allLineItems(admin, node)));
  const sum = (counts: number[]): number =>
    Math.max(
      1,
      counts.reduce((all, count) => all + count, 0),
    );
  const rows = {
    orders: Math.max(1, nodes.length),
    refunds: sum(nodes.map(({ refunds }) => refunds?.length ?? 0)),
    lineItems: sum(items.map(({ length }) => length)),
  };
  const now: OrdersNow = { orders: orderBatch(rows.orders), ...detailBatches(rows), unread: [] };
  const { orders, details, refunds, lineItems, unread } = now;
  const order = reader(ORDER_LINE, (values) => takeOrder(values, orders));
  const detail = reader(DETAILS_LINE, (values) => takeDetails(values, now));
  const lineItem = reader(LINE_ITEM_LINE, (values) => takeLineItem(values, now));
  for (const [i, node] of nodes.entries()) {
    const before = [orders.length, details.length, refunds.length, lineItems.length] as const;
    const failed = tryToRead('Order', node, () => {
      order(node);
      detail(node);
      for (const item of items[i]!) lineItem({ ...item, __parentId: node.id });
    });
    if (failed === null) continue;
    // An order is taken whole or not at all.
    [orders.length, details.length, refunds.length, lineItems.length] = before;
    unread.push(failed);
  }
  return now;
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
