import type { AdminClient } from './admin.server.ts';
import type { MetafieldKey } from './customer-metafields.server.ts';
import { gid } from './gid.ts';

/** Customers one query asks for: each costs 3 points, and a query at most 1,000. */
const AT_ONCE = 250;

const METAFIELDS_BY_ID = `#graphql
  query CustomerMetafieldsById($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on Customer {
        id
        segment: metafield(namespace: "$app", key: "rfm_segment") { value compareDigest }
        profile: metafield(namespace: "$app", key: "rfm_profile") { value compareDigest }
      }
    }
  }
`;

/** A metafield as it is now; `digest` tells Shopify which value was seen. */
type SeenMetafield = { value: string; digest: string };
/** Our metafields of scores of a customer, null where there is none. */
export type SeenMetafields = Record<Extract<MetafieldKey, `rfm_${string}`>, SeenMetafield | null>;

type Field = { value: string; compareDigest: string } | null;
type Node = { segment: Field; profile: Field } | null;

/** Reads our metafields of customers as they are now; customers Shopify no longer has are left out. */
export async function readMetafieldsNow(
  admin: AdminClient,
  customerIds: readonly number[],
): Promise<Map<number, SeenMetafields>> {
  const seen = new Map<number, SeenMetafields>();
  for (let from = 0; from < customerIds.length; from += AT_ONCE) {
    const part = customerIds.slice(from, from + AT_ONCE);
    const { nodes } = await admin.run<{ nodes: Node[] }>(METAFIELDS_BY_ID, {
      ids: part.map((id) => gid('Customer', id)),
    });
    for (const [place, id] of part.entries()) {
      const node = nodes[place] ?? null;
      if (node === null) continue;
      seen.set(id, { rfm_segment: seenOf(node.segment), rfm_profile: seenOf(node.profile) });
    }
  }
  return seen;
}

function seenOf(field: Field): SeenMetafield | null {
  return field && { value: field.value, digest: field.compareDigest };
}
