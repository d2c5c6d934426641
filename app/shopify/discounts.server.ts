import type { DiscountTerms } from '#app/campaigns/discount.ts';
import type { AdminClient } from './admin.server.ts';
import { buyersInput, createInput, type Buyers } from './discount-input.ts';
import { Rejected, type UserError } from './errors.ts';
import { parseMinorUnits } from '#app/rfm/money.ts';
import { gid } from './gid.ts';

const CREATE_BASIC = `#graphql
  mutation CreateDiscount($discount: DiscountCodeBasicInput!) {
    discountCodeBasicCreate(basicCodeDiscount: $discount) {
      codeDiscountNode { id }
      userErrors { field message code }
    }
  }
`;

const CREATE_FREE_SHIPPING = `#graphql
  mutation CreateFreeShipping($discount: DiscountCodeFreeShippingInput!) {
    discountCodeFreeShippingCreate(freeShippingCodeDiscount: $discount) {
      codeDiscountNode { id }
      userErrors { field message code }
    }
  }
`;

const CHANGE_BASIC = `#graphql
  mutation ChangeDiscount($id: ID!, $discount: DiscountCodeBasicInput!) {
    discountCodeBasicUpdate(id: $id, basicCodeDiscount: $discount) {
      userErrors { field message code }
    }
  }
`;

const CHANGE_FREE_SHIPPING = `#graphql
  mutation ChangeFreeShipping($id: ID!, $discount: DiscountCodeFreeShippingInput!) {
    discountCodeFreeShippingUpdate(id: $id, freeShippingCodeDiscount: $discount) {
      userErrors { field message code }
    }
  }
`;

const DEACTIVATE = `#graphql
  mutation EndDiscount($id: ID!) {
    discountCodeDeactivate(id: $id) {
      userErrors { field message code }
    }
  }
`;

const BY_CODE = `#graphql
  query DiscountByCode($code: String!) {
    codeDiscountNodeByCode(code: $code) { id }
  }
`;

const DISCOUNT_STATUS = `#graphql
  query DiscountStatus($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on DiscountCodeNode {
        codeDiscount {
          ... on DiscountCodeBasic { status }
          ... on DiscountCodeFreeShipping { status }
        }
      }
    }
  }
`;

const PRODUCT_PRICE = `#graphql
  query ProductPrice($id: ID!) {
    product(id: $id) {
      priceRangeV2 {
        minVariantPrice { amount currencyCode }
        maxVariantPrice { amount currencyCode }
      }
    }
  }
`;

/** Done, or refused with Shopify's words. */
export type DiscountOutcome = { done: true } | { done: false; reason: string };
/** The discount's global id, or why there is none. */
export type MadeDiscount = { made: true; gid: string } | { made: false; reason: string };

type Created = { codeDiscountNode: { id: string } | null; userErrors: UserError[] };
type Kind = DiscountTerms['gives']['kind'];

/**
 * Makes a discount. Its first code is nobody else's and always the same, so that a discount that may have been made by
 * a call whose answer was lost is found by it and taken over, and none is made twice.
 */
export async function makeDiscount(
  admin: AdminClient,
  terms: DiscountTerms,
  code: string,
  buyers: Buyers,
): Promise<MadeDiscount> {
  const document = terms.gives.kind === 'free-shipping' ? CREATE_FREE_SHIPPING : CREATE_BASIC;
  const variables = { discount: createInput(terms, code, buyers) };
  const options = { userErrors: 'returned', repeatable: true } as const;
  const answer = await admin.run<Record<string, Created | null>>(document, variables, options);
  const created = Object.values(answer)[0] ?? null;
  if (created?.codeDiscountNode) return { made: true, gid: created.codeDiscountNode.id };
  const errors = created?.userErrors ?? [];
  if (errors.some((error) => error.code === 'TAKEN' || error.code === 'DUPLICATE')) {
    const there = await discountOfCode(admin, code);
    if (there !== null) return { made: true, gid: there };
  }
  return { made: false, reason: errors.map(({ message }) => message).join('; ') || 'no answer' };
}

/** The global id of the discount a code belongs to, null when nobody has it. */
export async function discountOfCode(admin: AdminClient, code: string): Promise<string | null> {
  const answer = await admin.run<{ codeDiscountNodeByCode: { id: string } | null }>(BY_CODE, { code });
  return answer.codeDiscountNodeByCode?.id ?? null;
}

/** Lets up to 250 more customers use a discount that is bound to some, or everybody. */
export function letUse(
  admin: AdminClient,
  discount: { gid: string; kind: Kind },
  buyers: Buyers,
): Promise<DiscountOutcome> {
  const document = discount.kind === 'free-shipping' ? CHANGE_FREE_SHIPPING : CHANGE_BASIC;
  return attempt(admin, document, { id: discount.gid, discount: buyersInput(buyers) });
}

/** Ends a discount: none of its codes can be used any more. */
export function endDiscount(admin: AdminClient, discountGid: string): Promise<DiscountOutcome> {
  return attempt(admin, DEACTIVATE, { id: discountGid });
}

/** Whether a discount is gone, or ended. */
export async function discountIsOver(admin: AdminClient, discountGid: string): Promise<boolean> {
  type Node = { codeDiscount?: { status?: string } } | null;
  const { nodes } = await admin.run<{ nodes: Node[] }>(DISCOUNT_STATUS, { ids: [discountGid] });
  return nodes[0] == null || nodes[0].codeDiscount?.status === 'EXPIRED';
}

type Price = { amount: string; currencyCode: string };

/**
 * What one piece of a product costs, in minor units: `several` when that depends on the variant, null when there is no
 * such product.
 */
export async function priceOfPiece(
  admin: AdminClient,
  productId: number,
): Promise<number | 'several' | null> {
  const { product } = await admin.run<{
    product: { priceRangeV2: { minVariantPrice: Price; maxVariantPrice: Price } } | null;
  }>(PRODUCT_PRICE, { id: gid('Product', productId) });
  if (product === null) return null;
  const [least, most] = [product.priceRangeV2.minVariantPrice, product.priceRangeV2.maxVariantPrice].map(
    ({ amount, currencyCode }) => parseMinorUnits(amount, currencyCode),
  );
  return least === most ? least! : 'several';
}

/** Each of these changes leaves the same when it is made twice. */
async function attempt(admin: AdminClient, document: string, variables: object): Promise<DiscountOutcome> {
  try {
    await admin.run(document, variables as Record<string, unknown>, { repeatable: true });
    return { done: true };
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    return { done: false, reason: error.userErrors.map(({ message }) => message).join('; ') };
  }
}
