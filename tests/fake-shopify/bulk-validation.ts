import {
  getNamedType,
  isListType,
  isObjectType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  getNullableType,
  type FieldNode,
} from 'graphql';
import type { Prepared } from './execution.ts';
import type { AdminSchema } from './schema.ts';

const MOST_CONNECTIONS = 5;
/** The connection at the root and two levels below it. */
const DEEPEST = 3;

/** Why Shopify would refuse a query as a bulk query, or null. The words are our own. */
export function bulkQueryFault(
  { schema }: AdminSchema,
  { document, operation, fields }: Prepared,
): string | null {
  if (operation.operation !== 'query') return 'Bulk queries must be queries';
  if (fields.length !== 1) return 'Bulk queries must have exactly one top-level field';
  if (fields[0] === 'node' || fields[0] === 'nodes')
    return `Bulk queries cannot use ${fields[0]} at the top level`;
  const faults: string[] = [];
  const open: ('connection' | 'list' | 'other')[] = [];
  let connections = 0;
  const types = new TypeInfo(schema);
  const enter = (field: FieldNode): void => {
    const type = types.getType();
    const named = type ? getNamedType(type).name : '';
    const isConnection = named.endsWith('Connection');
    const list = type !== undefined && type !== null && isListType(getNullableType(type));
    const wrapper = named.endsWith('Edge') || (field.name.value === 'nodes' && open.at(-1) === 'connection');
    if (isConnection) {
      connections++;
      if (open.includes('list')) faults.push(`Connection ${field.name.value} is within a list`);
      if (open.filter((one) => one === 'connection').length >= DEEPEST) {
        faults.push(`Connections are nested deeper than ${DEEPEST - 1} levels`);
      }
      const node = getNamedType(nodeType(schema.getType(named)));
      if (node === null || !isObjectType(node) || !node.getInterfaces().some(({ name }) => name === 'Node')) {
        faults.push(`The nodes of ${field.name.value} do not implement Node`);
      }
    }
    if (selectsConnection(field, types) && !selects(field, 'id')) {
      faults.push(`The parent of a nested connection must select id, ${field.name.value} does not`);
    }
    open.push(isConnection ? 'connection' : list && !wrapper ? 'list' : 'other');
  };
  visit(
    document,
    visitWithTypeInfo(types, {
      Field: {
        enter,
        leave: () => {
          open.pop();
        },
      },
    }),
  );
  if (connections === 0) faults.push('Bulk queries must contain at least one connection');
  if (connections > MOST_CONNECTIONS)
    faults.push(`Bulk queries cannot contain more than ${MOST_CONNECTIONS} connections`);
  return faults[0] ?? null;
}

function nodeType(type: unknown): Parameters<typeof getNamedType>[0] {
  const nodes = isObjectType(type) ? type.getFields().nodes : undefined;
  return nodes?.type ?? null;
}

/** Whether one of the fields directly selected is a connection; only for nodes, not for what wraps them. */
function selectsConnection(field: FieldNode, types: TypeInfo): boolean {
  const type = types.getType();
  const named = type ? getNamedType(type) : null;
  if (!isObjectType(named) || /(Connection|Edge)$/.test(named.name)) return false;
  const own = named.getFields();
  return (field.selectionSet?.selections ?? []).some((one) => {
    const found = one.kind === Kind.FIELD ? own[one.name.value] : undefined;
    return found !== undefined && getNamedType(found.type).name.endsWith('Connection');
  });
}

function selects(field: FieldNode, name: string): boolean {
  return (field.selectionSet?.selections ?? []).some(
    (one) => one.kind === Kind.FIELD && one.name.value === name && one.alias === undefined,
  );
}
