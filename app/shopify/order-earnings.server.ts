import { minorUnitDigits, parseMinorUnits } from '#app/rfm/money.ts';
import type { AdminClient } from './admin.server.ts';
import { gid, parseGid } from './gid.ts';

/** Orders that are asked for at a time: each with its line items costs up to 40 points of the 1,000 a query may. */
export const EARNINGS_PER_CALL = 20;

const ORDER_EARNINGS = `#graphql
  query OrderEarnings($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on Order {
        id
        updatedAt
        taxesIncluded
        totalPriceSet { shopMoney { amount currencyCode } }
        subtotalPriceSet { shopMoney { amount currencyCode } }
        totalTaxSet { shopMoney { amount currencyCode } }
        totalShippingPriceSet { shopMoney { amount currencyCode } }
        totalDiscountsSet { shopMoney { amount currencyCode } }
        lineItems(first: 30) {
          nodes {
            currentQuantity
            variant { inventoryItem { unitCost { amount currencyCode } } }
          }
          pageInfo { hasNextPage }
        }
      }
    }
  }
`;

/** What is needed to say what an order earned, before returns; minor units of the order's currency. */
export type OrderEarnings = {
  orderId: number;
  /** version of the order, epoch milliseconds */
  updatedAt: number;
  /** price of the goods after discounts, without tax */
  goods: number;
  /** what a discount took off the shipping, without tax */
  givenShipping: number;
  /** what discounts took off in all, without tax */
  discount: number;
  /** what the products that were kept cost; null where one's is not known, or there are more lines than were read */
  cost: number | null;
};

type MoneyNode = { amount: string; currencyCode: string };
type Bag = { shopMoney: MoneyNode } | null;
/** An order as Shopify answers. */
export type EarningsNode = {
  id: string;
  updatedAt: string;
  taxesIncluded: boolean;
  totalPriceSet: Bag;
  subtotalPriceSet: Bag;
  totalTaxSet: Bag;
  totalShippingPriceSet: Bag;
  totalDiscountsSet: Bag;
  lineItems: { nodes: Line[]; pageInfo: { hasNextPage: boolean } };
};
type Line = {
  currentQuantity: number;
  variant: { inventoryItem: { unitCost: MoneyNode | null } } | null;
};

/** Reads up to EARNINGS_PER_CALL orders; those that Shopify no longer has are not among the answer. */
export async function readEarnings(admin: AdminClient, ids: readonly number[]): Promise<OrderEarnings[]> {
  const { nodes } = await admin.run<{ nodes: (EarningsNode | null)[] }>(ORDER_EARNINGS, {
    ids: ids.map((id) => gid('Order', id)),
  });
  return nodes.filter((node) => node !== null && 'id' in node).map((node) => earningsOf(node!));
}

/**
 * Tax and shipping are passed on. Where prices hold the tax, so do the goods', what was taken off them and the shipping
 * that was given, each the same share. What was charged for shipping is what the total holds beside goods and tax, and
 * the rest of the shipping's price was given. Of an order that came to nothing no tax is known, and none is taken off.
 */
export function earningsOf(node: EarningsNode): OrderEarnings {
  const [total, tax] = [minor(node.totalPriceSet), minor(node.totalTaxSet)];
  const subtotal = node.subtotalPriceSet === null ? total : minor(node.subtotalPriceSet);
  const untaxed = (price: number): number =>
    node.taxesIncluded && total > 0 ? price - Math.round((tax * price) / total) : price;
  const charged = total - subtotal - (node.taxesIncluded ? 0 : tax);
  return {
    orderId: parseGid('Order', node.id),
    updatedAt: Date.parse(node.updatedAt),
    goods: untaxed(subtotal),
    givenShipping: untaxed(Math.max(0, minor(node.totalShippingPriceSet) - Math.max(0, charged))),
    discount: untaxed(minor(node.totalDiscountsSet)),
    cost: node.lineItems.pageInfo.hasNextPage
      ? null
      : costOf(node.lineItems.nodes, node.totalPriceSet?.shopMoney.currencyCode),
  };
}

/** What the products that were kept cost, if that of each is known in the order's currency. */
function costOf(lines: readonly Line[], currency: string | undefined): number | null {
  let sum = 0;
  for (const { currentQuantity, variant } of lines) {
    if (currentQuantity === 0) continue;
    const unit = variant?.inventoryItem.unitCost ?? null;
    if (unit === null || unit.currencyCode !== currency) return null;
    sum += currentQuantity * Number(unit.amount) * 10 ** minorUnitDigits(unit.currencyCode);
  }
  return lines.length === 0 ? null : Math.round(sum);
}

function minor(bag: Bag): number {
  return bag === null ? 0 : parseMinorUnits(bag.shopMoney.amount, bag.shopMoney.currencyCode);
}
