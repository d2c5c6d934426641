import type { CustomerBatch } from '#app/rfm/batches.ts';
import type { AdminClient } from './admin.server.ts';
import { customerColumns } from './customers-since.server.ts';
import { gid } from './gid.ts';
import type { UnreadNode } from './unread-nodes.ts';

/** Sized to stay below 1,000 points, Shopify's limit for one query. */
export const CUSTOMERS_PER_CALL = 100;

const CUSTOMERS_BY_ID = `#graphql
  query CustomersById($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on Customer {
        id
        createdAt
        updatedAt
        tags
        defaultEmailAddress { marketingState }
        defaultPhoneNumber { smsMarketingConsent { state } }
        companyContactProfiles { company { id } }
      }
    }
  }
`;

/** Up to CUSTOMERS_PER_CALL customers as they are now; `gone` are those that Shopify no longer has. */
export async function readCustomersById(
  admin: AdminClient,
  ids: readonly number[],
): Promise<{ customers: CustomerBatch; unread: UnreadNode[]; gone: number[] }> {
  const variables = { ids: ids.map((id) => gid('Customer', id)) };
  const { nodes } = await admin.run<{ nodes: (object | null)[] }>(CUSTOMERS_BY_ID, variables, {
    denied: 'null',
  });
  const gone = ids.filter((_, i) => nodes[i] === null);
  return { ...customerColumns(nodes.filter((node) => node !== null)), gone };
}
