import type { AdminClient } from './admin.server.ts';
import { AccessDenied } from './errors.ts';
import { parseGid } from './gid.ts';

const SEARCH = `#graphql
  query CustomerSearch($words: String!, $first: Int!) {
    customers(first: $first, query: $words) {
      nodes {
        id
      }
      pageInfo {
        hasNextPage
      }
    }
  }
`;

/** Who Shopify found: their numbers, and whether there were more than these. */
export type FoundCustomers = { ids: number[]; more: boolean };

type Answer = { customers: { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean } } | null };

/**
 * Asks Shopify for the customers whose name, e-mail address or phone number fits some words; the words are kept
 * nowhere. Null when the app has no access to that.
 * @param first how many at most, up to 250
 */
export async function searchCustomers(
  admin: AdminClient,
  words: string,
  first: number,
): Promise<FoundCustomers | null> {
  const answer = await admin
    .run<Answer>(SEARCH, { words, first }, { denied: 'null' })
    .catch((error: unknown): Answer => {
      if (error instanceof AccessDenied) return { customers: null };
      throw error;
    });
  if (answer.customers === null) return null;
  const { nodes, pageInfo } = answer.customers;
  return { ids: nodes.map(({ id }) => parseGid('Customer', id)), more: pageInfo.hasNextPage };
}
