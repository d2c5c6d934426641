import type { AdminClient } from './admin.server.ts';
import { AccessDenied } from './errors.ts';
import { gid, parseGid } from './gid.ts';

const NAMES = `#graphql
  query CustomerNames($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on Customer {
        id
        displayName
        defaultEmailAddress { emailAddress }
      }
    }
  }
`;

/** Shopify's limit for a list of ids. */
const IDS_PER_CALL = 250;

/** Name and e-mail address of a customer, null where this app may not see them or there is none. */
export type CustomerName = { name: string | null; email: string | null };

type Answer = {
  nodes: ({
    id?: string | null;
    displayName?: string | null;
    defaultEmailAddress?: { emailAddress: string | null } | null;
  } | null)[];
};

/**
 * Names of up to 250 customers, fetched for the page that shows them and kept nowhere. A customer that is
 * gone, or everyone when the app has no access to names, is missing from the map or has nulls.
 * @throws RangeError above 250 ids
 */
export async function readCustomerNames(
  admin: AdminClient,
  customerIds: number[],
): Promise<Map<number, CustomerName>> {
  if (customerIds.length > IDS_PER_CALL) throw new RangeError('More than 250 customers on one page');
  const names = new Map<number, CustomerName>();
  if (customerIds.length === 0) return names;
  const ids = customerIds.map((id) => gid('Customer', id));
  const answer = await admin.run<Answer>(NAMES, { ids }, { denied: 'null' }).catch((error: unknown) => {
    if (error instanceof AccessDenied) return { nodes: [] };
    throw error;
  });
  for (const node of answer.nodes) {
    if (!node?.id) continue;
    names.set(parseGid('Customer', node.id), {
      name: node.displayName ?? null,
      email: node.defaultEmailAddress?.emailAddress ?? null,
    });
  }
  return names;
}
