import { connection, type Connection } from './connection.ts';
import { parseGid, gid } from './gid.ts';
import type { BulkOperation } from './bulk-operations.ts';
import { dateTime, notModelled, onlyArgs, typeModel, type ApiContext, type Args } from './model.ts';
import { searchTest } from './search-query.ts';

export const bulkOperation = typeModel<BulkOperation>({
  id: ({ id }) => gid('BulkOperation', id),
  type: ({ type }) => type,
  query: ({ query }) => query,
  status: (source, _args, { world }) => (linkEnded(source, world.clock.now()) ? 'EXPIRED' : source.status),
  errorCode: ({ errorCode }) => errorCode,
  createdAt: ({ createdAt }) => dateTime(createdAt),
  completedAt: ({ completedAt }) => (completedAt === null ? null : dateTime(completedAt)),
  objectCount: ({ objectCount }) => String(objectCount),
  rootObjectCount: ({ rootObjectCount }) => String(rootObjectCount),
  fileSize: ({ file }) => (file === null ? null : String(file.size)),
  url: (source, _args, { world }) =>
    source.file === null || source.expiresAt === null || linkEnded(source, world.clock.now())
      ? null
      : world.files.link(source.file, source.linkEndsAt ?? source.expiresAt),
  partialDataUrl: ({ partial, expiresAt }, _args, { world }) =>
    partial === null || expiresAt === null ? null : world.files.link(partial, expiresAt),
});

function linkEnded({ status, expiresAt }: BulkOperation, now: number): boolean {
  return status === 'COMPLETED' && expiresAt !== null && now >= expiresAt;
}

/** `bulkOperations(…)`: searched by status, operation_type and created_at. */
export function bulkOperationConnection(args: Args, { office }: ApiContext): Connection {
  onlyArgs(args, 'bulkOperations', 'first', 'after', 'reverse', 'query', 'sortKey');
  if (args.sortKey !== 'CREATED_AT') throw notModelled(`bulk operations sorted by ${String(args.sortKey)}`);
  const test = searchTest<BulkOperation>(args.query, {
    status: ({ status }) => status,
    operation_type: ({ type }) => type,
    created_at: ({ createdAt }) => createdAt,
  });
  return connection(
    args,
    () => office.bulk.all.filter(test),
    ({ createdAt, id }) => [createdAt, id],
  );
}

export function runQuery(args: Args, api: ApiContext): unknown {
  return started(api.world.startBulkQuery(String(args.query), args.groupObjects === true, api));
}

export function runMutation(args: Args, api: ApiContext): unknown {
  return started(api.world.startBulkMutation(String(args.mutation), String(args.stagedUploadPath), api));
}

/** An operation that was started, or why it was not. */
export type Started =
  | { readonly operation: BulkOperation }
  | { readonly code: string; readonly field: readonly string[] | null; readonly message: string };

function started(outcome: Started): unknown {
  return 'operation' in outcome
    ? { bulkOperation: outcome.operation, userErrors: [] }
    : { bulkOperation: null, userErrors: [outcome] };
}

export function bulkOperationCancel(args: Args, { office }: ApiContext): unknown {
  const parsed = parseGid(args.id);
  const operation = parsed?.type === 'BulkOperation' ? office.bulk.find(parsed.id) : null;
  if (operation === null) {
    return { bulkOperation: null, userErrors: [{ field: ['id'], message: 'Bulk operation does not exist' }] };
  }
  if (operation.completedAt !== null) {
    const message = 'A bulk operation cannot be canceled when it is completed';
    return { bulkOperation: operation, userErrors: [{ field: null, message }] };
  }
  office.bulk.cancel(operation);
  return { bulkOperation: operation, userErrors: [] };
}
