import { customerBatch, type CustomerBatch } from '#app/rfm/batches.ts';
import type { AdminClient } from './admin.server.ts';
import { CUSTOMER_LINE, takeCustomer } from './customer-export.server.ts';
import { readShape } from './line-reader.ts';
import { LineValues } from './line-values.ts';
import { searchVariables, type ChangeSearch } from './orders-since.server.ts';
import { tryToRead, type UnreadNode } from './unread-nodes.ts';

const CHANGED_CUSTOMERS = `#graphql
  query ChangedCustomers($filter: String!, $sortKey: CustomerSortKeys!, $after: String) {
    customers(first: 250, after: $after, query: $filter, sortKey: $sortKey) {
      nodes {
        id
        createdAt
        updatedAt
        tags
        defaultEmailAddress { marketingState }
        defaultPhoneNumber { smsMarketingConsent { state } }
        companyContactProfiles { company { id } }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`;

type Page = {
  customers: { nodes: object[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
};

/** A page of customers as they are now, and where the next one begins (null after the last). */
export type ChangedCustomers = { customers: CustomerBatch; unread: UnreadNode[]; cursor: string | null };

/** Customers that changed, one page a call. */
export async function readCustomersSince(
  admin: AdminClient,
  search: ChangeSearch,
  cursor: string | null,
): Promise<ChangedCustomers> {
  const variables = { ...searchVariables(search), after: cursor };
  const { customers } = await admin.run<Page>(CHANGED_CUSTOMERS, variables, { denied: 'null' });
  const { hasNextPage, endCursor } = customers.pageInfo;
  return { ...customerColumns(customers.nodes), cursor: hasNextPage ? endCursor : null };
}

/** Customers of an answer in columns; those that could not be read are apart. */
export function customerColumns(nodes: readonly object[]): Pick<ChangedCustomers, 'customers' | 'unread'> {
  const customers = customerBatch(Math.max(1, nodes.length));
  const values = new LineValues(CUSTOMER_LINE);
  const unread: UnreadNode[] = [];
  for (const node of nodes) {
    const failed = tryToRead('Customer', node, () => {
      values.reset(Buffer.alloc(0));
      readShape(CUSTOMER_LINE.root, node, values);
      takeCustomer(values, customers);
    });
    if (failed !== null) unread.push(failed);
  }
  return { customers, unread };
}
