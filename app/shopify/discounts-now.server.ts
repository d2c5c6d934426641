import type { AdminClient } from './admin.server.ts';

/** A discount with its terms costs up to 40 points, and Shopify takes no query of more than 1,000. */
export const DISCOUNTS_PER_CALL = 20;

const DISCOUNTS = `#graphql
  query Discounts($ids: [ID!]!) {
    nodes(ids: $ids) {
      id
      ... on DiscountCodeNode {
        codeDiscount {
          __typename
          ... on DiscountCodeBasic {
            startsAt
            endsAt
            usageLimit
            appliesOncePerCustomer
            combinesWith { orderDiscounts productDiscounts shippingDiscounts }
            minimumRequirement {
              ... on DiscountMinimumSubtotal { greaterThanOrEqualToSubtotal { amount } }
              ... on DiscountMinimumQuantity { greaterThanOrEqualToQuantity }
            }
            customerGets {
              value {
                __typename
                ... on DiscountPercentage { percentage }
                ... on DiscountAmount { amount { amount } appliesOnEachItem }
              }
              items {
                ... on AllDiscountItems { allItems }
                ... on DiscountProducts { products(first: 100) { nodes { id } } }
                ... on DiscountCollections { collections(first: 100) { nodes { id } } }
              }
            }
          }
          ... on DiscountCodeFreeShipping {
            startsAt
            endsAt
            usageLimit
            appliesOncePerCustomer
            combinesWith { orderDiscounts productDiscounts shippingDiscounts }
            minimumRequirement {
              ... on DiscountMinimumSubtotal { greaterThanOrEqualToSubtotal { amount } }
              ... on DiscountMinimumQuantity { greaterThanOrEqualToQuantity }
            }
            maximumShippingPrice { amount }
          }
        }
      }
    }
  }
`;

/**
 * The terms of up to DISCOUNTS_PER_CALL discounts by their global ids, as a text that is another as soon as one of them
 * is: when they hold, for what, how often, beside which others. Not who may use them, which we change ourselves, nor
 * what they are called. Discounts that are gone are left out.
 */
export async function discountsNow(
  admin: AdminClient,
  gids: readonly string[],
): Promise<Map<string, string>> {
  const { nodes } = await admin.run<{ nodes: ({ id: string; codeDiscount: object } | null)[] }>(DISCOUNTS, {
    ids: [...gids],
  });
  return new Map(nodes.flatMap((node) => (node === null ? [] : [[node.id, textOf(node.codeDiscount)]])));
}

/** The order of products and collections is nobody's wish. */
function textOf(discount: object): string {
  return JSON.stringify(discount, (key, value: unknown) =>
    key === 'nodes' && Array.isArray(value) ? value.map((node: { id: string }) => node.id).sort() : value,
  );
}
