import type { AdminClient } from './admin.server.ts';
import { Rejected, type UserError } from './errors.ts';

const RUN_QUERY = `#graphql
  mutation RunBulkQuery($query: String!) {
    bulkOperationRunQuery(query: $query, groupObjects: false) {
      bulkOperation { id }
      userErrors { field message code }
    }
  }
`;

const RUN_MUTATION = `#graphql
  mutation RunBulkMutation($mutation: String!, $path: String!, $identifier: String!) {
    bulkOperationRunMutation(mutation: $mutation, stagedUploadPath: $path, clientIdentifier: $identifier) {
      bulkOperation { id }
      userErrors { field message code }
    }
  }
`;

const READ = `#graphql
  query BulkOperation($id: ID!) {
    bulkOperation(id: $id) {
      id type status errorCode createdAt query objectCount rootObjectCount url partialDataUrl
    }
  }
`;

const RECENT = `#graphql
  query RecentBulkOperations($filter: String!) {
    bulkOperations(first: 25, query: $filter, sortKey: CREATED_AT, reverse: true) {
      nodes {
        id type status errorCode createdAt query objectCount rootObjectCount url partialDataUrl
      }
    }
  }
`;

const CANCEL = `#graphql
  mutation CancelBulkOperation($id: ID!) {
    bulkOperationCancel(id: $id) {
      bulkOperation { id }
      userErrors { field message }
    }
  }
`;

type BulkStatus = 'CREATED' | 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELING' | 'CANCELED' | 'EXPIRED';

/** A bulk operation as Shopify reports it. */
export type BulkOperation = {
  gid: string;
  type: 'QUERY' | 'MUTATION';
  status: BulkStatus;
  errorCode: 'ACCESS_DENIED' | 'INTERNAL_SERVER_ERROR' | 'TIMEOUT' | null;
  /** epoch milliseconds */
  createdAt: number;
  /** the document it runs, as it was sent: how an operation of ours is recognised */
  document: string;
  /** lines of the file, and those of them that are root objects; so far while it runs */
  objects: number;
  rootObjects: number;
  /** null while it runs, and when there is nothing to fetch */
  url: string | null;
  partialUrl: string | null;
};

/** Started, or not because as many as allowed are running: wait for one to end. */
export type BulkStart = { gid: string } | { busy: true };

type Started = { bulkOperation: { id: string } | null; userErrors: UserError[] } | null;
type Node = {
  id: string;
  type: BulkOperation['type'];
  status: BulkStatus;
  errorCode: BulkOperation['errorCode'];
  createdAt: string;
  query: string;
  objectCount: string;
  rootObjectCount: string;
  url: string | null;
  partialDataUrl: string | null;
};

/** The text of a bulk export for the objects `filter` finds; null means all of them. */
export function bulkDocument(document: string, filter: string | null): string {
  return document.replace('"FILTER"', () => JSON.stringify(filter ?? ''));
}

/** Starts an export. @throws Rejected when Shopify finds fault with the document */
export async function startBulkQuery(admin: AdminClient, document: string): Promise<BulkStart> {
  const answer = await admin.run<{ bulkOperationRunQuery: Started }>(
    RUN_QUERY,
    { query: document },
    { userErrors: 'returned' },
  );
  return started(answer.bulkOperationRunQuery);
}

/**
 * Runs `mutation` once for each line of variables at `path` (staged-upload.server.ts). `identifier` names
 * the run of ours.
 */
export async function startBulkMutation(
  admin: AdminClient,
  mutation: string,
  path: string,
  identifier: string,
): Promise<BulkStart> {
  const answer = await admin.run<{ bulkOperationRunMutation: Started }>(
    RUN_MUTATION,
    { mutation, path, identifier },
    { userErrors: 'returned' },
  );
  return started(answer.bulkOperationRunMutation);
}

/** The operation with this gid, null when Shopify no longer knows it. */
export async function readBulkOperation(admin: AdminClient, gid: string): Promise<BulkOperation | null> {
  const { bulkOperation } = await admin.run<{ bulkOperation: Node | null }>(READ, { id: gid });
  return bulkOperation && fromNode(bulkOperation);
}

/**
 * This app's operations of one type since `since` (epoch milliseconds), newest first, running or ended: where
 * to look for one whose start was not answered.
 */
export async function recentBulkOperations(
  admin: AdminClient,
  type: BulkOperation['type'],
  since: number,
): Promise<BulkOperation[]> {
  const from = new Date(since).toISOString();
  const filter = `operation_type:${type.toLowerCase()} created_at:>='${from}'`;
  const { bulkOperations } = await admin.run<{ bulkOperations: { nodes: Node[] } }>(RECENT, { filter });
  return bulkOperations.nodes.map(fromNode);
}

/** Asks Shopify to stop an operation of ours; one that has ended already stays as it is. */
export async function cancelBulkOperation(admin: AdminClient, gid: string): Promise<void> {
  await admin.run(CANCEL, { id: gid }, { userErrors: 'returned', repeatable: true });
}

function started(payload: Started): BulkStart {
  const errors = payload?.userErrors ?? [];
  const busy = errors.some(({ code }) => code === 'LIMIT_REACHED' || code === 'OPERATION_IN_PROGRESS');
  if (busy) return { busy: true };
  if (errors.length > 0) throw new Rejected(errors);
  if (!payload?.bulkOperation) throw new Rejected([{ field: null, message: 'no operation came back' }]);
  return { gid: payload.bulkOperation.id };
}

function fromNode(node: Node): BulkOperation {
  return {
    gid: node.id,
    type: node.type,
    status: node.status,
    errorCode: node.errorCode,
    createdAt: Date.parse(node.createdAt),
    document: node.query,
    objects: Number(node.objectCount),
    rootObjects: Number(node.rootObjectCount),
    url: node.url,
    partialUrl: node.partialDataUrl,
  };
}
