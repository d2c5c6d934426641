import type { OrderWithCodes } from '#app/campaigns/code-use.ts';
import { parseMinorUnits } from '#app/rfm/money.ts';
import type { AdminClient } from './admin.server.ts';
import { gid, parseGid } from './gid.ts';

/** An order with its discounts costs 12 points. */
export const ORDERS_WITH_CODES = 25;

const DISCOUNTS_OF_ORDERS = `#graphql
  query DiscountsOfOrders($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on Order {
        id
        customer { id }
        totalDiscountsSet { shopMoney { amount currencyCode } }
        discountApplications(first: 20) { nodes { __typename } }
      }
    }
  }
`;

type Node = {
  id: string;
  customer: { id: string } | null;
  totalDiscountsSet: { shopMoney: { amount: string; currencyCode: string } } | null;
  discountApplications: { nodes: { __typename: string }[] };
};

/** An order's buyer, how many discounts it has, and what they took off in minor units of the shop's currency. */
export type DiscountedOrder = OrderWithCodes & { discounted: number; currency: string };

/** Up to ORDERS_WITH_CODES orders with their discounts, those by themselves and off shipping too; gone ones are left out. */
export async function ordersWithCodes(
  admin: AdminClient,
  ids: readonly number[],
): Promise<Map<number, DiscountedOrder>> {
  const { nodes } = await admin.run<{ nodes: (Node | null)[] }>(DISCOUNTS_OF_ORDERS, {
    ids: ids.map((id) => gid('Order', id)),
  });
  return new Map(
    nodes.flatMap((node) => {
      if (node === null) return [];
      const { amount, currencyCode } = node.totalDiscountsSet?.shopMoney ?? {
        amount: '0',
        currencyCode: 'USD',
      };
      const order: DiscountedOrder = {
        buyer: node.customer === null ? null : parseGid('Customer', node.customer.id),
        // What staff take off by hand is their own wish.
        discounts: node.discountApplications.nodes.filter(
          ({ __typename: kind }) => kind !== 'ManualDiscountApplication',
        ).length,
        discounted: parseMinorUnits(amount, currencyCode),
        currency: currencyCode,
      };
      return [[parseGid('Order', node.id), order] as const];
    }),
  );
}
