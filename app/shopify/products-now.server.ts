import type { AdminClient } from './admin.server.ts';
import { gid, parseGid } from './gid.ts';

const PRODUCTS = `#graphql
  query ProductsById($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on Product { id title status onlineStoreUrl }
    }
  }
`;

const AT_ONCE = 250;

/** A product that can be bought in the online store at this moment. */
export type ProductNow = { title: string; url: string };

type Node = { id?: string; title: string; status: string; onlineStoreUrl: string | null } | null;

/** Those of the products that are for sale in the online store, by their ids. */
export async function readProductsNow(
  admin: AdminClient,
  productIds: readonly number[],
): Promise<Map<number, ProductNow>> {
  const products = new Map<number, ProductNow>();
  for (let from = 0; from < productIds.length; from += AT_ONCE) {
    const ids = productIds.slice(from, from + AT_ONCE).map((id) => gid('Product', id));
    const { nodes } = await admin.run<{ nodes: Node[] }>(PRODUCTS, { ids });
    for (const node of nodes) {
      if (!node?.id || node.status !== 'ACTIVE' || node.onlineStoreUrl === null) continue;
      products.set(parseGid('Product', node.id), { title: node.title, url: node.onlineStoreUrl });
    }
  }
  return products;
}
