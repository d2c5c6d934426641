import type { Started } from './bulk-model.ts';
import { bulkMutationWork } from './bulk-mutation.ts';
import type { BulkType, BulkWork } from './bulk-operations.ts';
import { bulkQueryWork, notModelledInBulk } from './bulk-query.ts';
import { bulkQueryFault } from './bulk-validation.ts';
import { prepare, type Prepared } from './execution.ts';
import type { ApiContext } from './model.ts';
import type { AdminSchema } from './schema.ts';

/** bulkOperationRunQuery: checks the query as Shopify does, then starts it. */
export function startBulkQuery(
  admin: AdminSchema,
  query: string,
  groupObjects: boolean,
  api: ApiContext,
): Started {
  const prepared = preparedOrWhy(admin, query);
  if (typeof prepared === 'string') return refused('INVALID', ['query'], prepared);
  const fault = bulkQueryFault(admin, prepared) ?? notModelledInBulk(admin, prepared, api);
  if (fault !== null) return refused('INVALID', ['query'], fault);
  return begin('QUERY', query, bulkQueryWork(admin, prepared, groupObjects, api), api);
}

/** bulkOperationRunMutation: one mutation for every line of a staged upload. */
export function startBulkMutation(
  admin: AdminSchema,
  mutation: string,
  path: string,
  api: ApiContext,
): Started {
  const prepared = preparedOrWhy(admin, mutation);
  if (typeof prepared === 'string') return refused('INVALID_MUTATION', ['mutation'], prepared);
  if (prepared.operation.operation !== 'mutation' || prepared.fields.length !== 1) {
    return refused('INVALID_MUTATION', ['mutation'], 'A bulk mutation is one mutation with one field');
  }
  if (prepared.fields[0]?.startsWith('bulkOperation') === true) {
    return refused('INVALID_MUTATION', ['mutation'], `${prepared.fields[0]} cannot run in bulk`);
  }
  const staged = api.world.files.staged(path);
  if (staged?.content === null || staged?.shop !== api.office.shop.domain) {
    return refused('NO_SUCH_FILE', ['stagedUploadPath'], `The JSONL file could not be found: ${path}`);
  }
  return begin('MUTATION', mutation, bulkMutationWork(admin, prepared, staged.content, api), api);
}

function preparedOrWhy(admin: AdminSchema, source: string): Prepared | string {
  const prepared = prepare(admin, source);
  return 'document' in prepared ? prepared : prepared.map(({ message }) => message).join('; ');
}

function begin(type: BulkType, source: string, work: BulkWork, api: ApiContext): Started {
  const operation = api.office.bulk.start(type, source, api.struck, work);
  if (operation !== 'limit-reached') return { operation };
  return refused(
    'LIMIT_REACHED',
    null,
    `The limit of concurrent bulk ${type.toLowerCase()} operations is reached`,
  );
}

function refused(code: string, field: readonly string[] | null, message: string): Started {
  return { code, field, message };
}
