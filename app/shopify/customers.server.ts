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

// Where the app may not see names, an answer without them would be no answer: the group is asked for apart.
const CUSTOMER = `#graphql
  query CustomerNow($ids: [ID!]!) {
    named: nodes(ids: $ids) {
      ... on Customer {
        displayName
        defaultEmailAddress { emailAddress }
      }
    }
    grouped: nodes(ids: $ids) {
      ... on Customer {
        id
        statistics { rfmGroup }
      }
    }
  }
`;

/** Shopify's limit for a list of ids. */
const IDS_PER_CALL = 250;

/** Name and e-mail address of a customer, null where this app may not see them or there is none. */
export type CustomerName = { name: string | null; email: string | null };

type NameNode = {
  id?: string | null;
  displayName?: string | null;
  defaultEmailAddress?: { emailAddress: string | null } | null;
} | null;

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
  const answer = await admin
    .run<{ nodes: NameNode[] }>(NAMES, { ids }, { denied: 'null' })
    .catch((error: unknown) => {
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

/** A customer as Shopify itself shows it: by name, and in a group of Shopify's own. */
export type CustomerNow = CustomerName & {
  /** CustomerRfmGroup, null when Shopify tells none */
  group: string | null;
};

/** One customer for the page that shows it, kept nowhere; null when Shopify does not have it. */
export async function readCustomerNow(admin: AdminClient, customerId: number): Promise<CustomerNow | null> {
  type Answer = {
    named: NameNode[];
    grouped: ({ id?: string; statistics?: { rfmGroup: string | null } | null } | null)[];
  };
  const variables = { ids: [gid('Customer', customerId)] };
  const { named, grouped } = await admin.run<Answer>(CUSTOMER, variables, { denied: 'null' });
  if (!grouped[0]?.id) return null;
  return {
    name: named[0]?.displayName ?? null,
    email: named[0]?.defaultEmailAddress?.emailAddress ?? null,
    group: grouped[0].statistics?.rfmGroup ?? null,
  };
}
