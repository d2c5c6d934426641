import {
  getArgumentValues,
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  isObjectType,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type SelectionSetNode,
} from 'graphql';
import { fieldModel, typeNameOf } from './admin-model.ts';
import { BulkFailure } from './bulk-operations.ts';
import type { Connection } from './connection.ts';
import type { Prepared } from './execution.ts';
import { notModelled, type ApiContext } from './model.ts';
import type { AdminSchema } from './schema.ts';

/** Writes the line of a node, and then those of its children, each with `__parentId`. */
type NodeWriter = (node: object, parentId: string | null, lines: string[]) => void;

export type BulkQuery = {
  /** The nodes of the root connection, in order. */
  readonly roots: () => readonly unknown[];
  readonly write: NodeWriter;
  /** Whether nodes have children with lines of their own. */
  readonly nested: boolean;
};

type Shape = {
  readonly values: readonly { readonly prefix: string; readonly write: (source: object) => string }[];
  readonly children: readonly { readonly list: (source: object) => Connection; readonly write: NodeWriter }[];
};

/**
 * Compiles a bulk query into functions that write JSONL from the models directly, as Shopify does: slashes
 * escaped, connections as lines of their own. A million rows are too many for graphql-js.
 * @throws BulkFailure ACCESS_DENIED when a selected field may not be read
 */
export function compileBulkQuery(admin: AdminSchema, prepared: Prepared, api: ApiContext): BulkQuery {
  const { schema } = admin;
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const one of prepared.document.definitions) {
    if (one.kind === Kind.FRAGMENT_DEFINITION) fragments.set(one.name.value, one);
  }
  let nested = false;

  const reader = (type: GraphQLObjectType, node: FieldNode): ((source: object) => unknown) => {
    const field = type.getFields()[node.name.value];
    const model = fieldModel(type.name, node.name.value);
    if (field === undefined || model === undefined) throw notModelled(`${type.name}.${node.name.value}`);
    if (api.access.denied(type.name, node.name.value) !== null) throw new BulkFailure('ACCESS_DENIED');
    const args = getArgumentValues(field, node, {});
    return (source) => model(source as never, args, api);
  };

  const shape = (type: GraphQLObjectType, set: SelectionSetNode): Shape => {
    const values: Shape['values'][number][] = [];
    const children: Shape['children'][number][] = [];
    for (const node of fieldsFor(type, set)) {
      const name = node.name.value;
      const prefix = `${JSON.stringify(node.alias?.value ?? name)}:`;
      if (name === '__typename') {
        values.push({ prefix, write: () => quote(type.name) });
        continue;
      }
      const read = reader(type, node);
      const returned = type.getFields()[name]?.type as GraphQLOutputType;
      if (getNamedType(returned).name.endsWith('Connection')) {
        children.push({ list: read as (source: object) => Connection, write: nodeWriter(returned, node) });
      } else {
        const write = valueWriter(returned, node.selectionSet);
        values.push({ prefix, write: (source) => write(read(source)) });
      }
    }
    return { values, children };
  };

  const valueWriter = (
    type: GraphQLOutputType,
    set: SelectionSetNode | undefined,
  ): ((value: unknown) => string) => {
    const inner = getNullableType(type) as GraphQLOutputType;
    if (isListType(inner)) {
      const write = valueWriter(inner.ofType as GraphQLOutputType, set);
      return (value) => (value === null ? 'null' : `[${(value as unknown[]).map(write).join(',')}]`);
    }
    if (!isCompositeType(inner) || set === undefined) return leafWriter(getNamedType(inner).name);
    const shapes = new Map<string, Shape>();
    const shapeOf = (name: string): Shape => {
      let known = shapes.get(name);
      if (known === undefined)
        shapes.set(name, (known = shape(schema.getType(name) as GraphQLObjectType, set)));
      if (known.children.length > 0) throw notModelled('a connection below something that is not a node');
      return known;
    };
    // Known before the first row, so that a missing scope fails the operation even when there are no rows.
    const fixed = isObjectType(inner) ? shapeOf(inner.name) : null;
    return (value) =>
      value === null ? 'null' : `${body(fixed ?? shapeOf(typeNameOf(value as object)), value as object)}}`;
  };

  const nodeWriter = (connection: GraphQLOutputType, field: FieldNode): NodeWriter => {
    const set = nodeSelection(field);
    const type = getNamedType(connection) as GraphQLObjectType;
    const node = getNamedType(
      (type.getFields().nodes?.type ?? connection) as GraphQLOutputType,
    ) as GraphQLObjectType;
    const { values, children } = shape(node, set);
    nested ||= children.length > 0;
    const readId = fieldModel(node.name, 'id');
    return (source, parentId, lines) => {
      const line = body({ values, children }, source);
      lines.push(parentId === null ? `${line}}` : `${line},"__parentId":${parentId}}`);
      if (children.length === 0 || readId === undefined) return;
      const id = quote(String(readId(source as never, {}, api)));
      for (const child of children) {
        for (const one of child.list(source).all()) child.write(one as object, id, lines);
      }
    };
  };

  /** The fields a selection means for a concrete type. */
  const fieldsFor = (type: GraphQLObjectType, set: SelectionSetNode): FieldNode[] =>
    set.selections.flatMap((one) => {
      if (one.kind === Kind.FIELD) return [one];
      const inner = one.kind === Kind.INLINE_FRAGMENT ? one : fragments.get(one.name.value);
      const on = inner?.typeCondition?.name.value;
      const applies =
        on === undefined || on === type.name || type.getInterfaces().some(({ name }) => name === on);
      return inner !== undefined && applies ? fieldsFor(type, inner.selectionSet) : [];
    });

  const root = schema.getQueryType() as GraphQLObjectType;
  const [top] = fieldsFor(root, prepared.operation.selectionSet);
  if (top === undefined) throw notModelled('a bulk query without a field');
  const list = reader(root, top)({}) as Connection;
  const write = nodeWriter(root.getFields()[top.name.value]?.type as GraphQLOutputType, top);
  return { roots: list.all, write, nested };
}

/** An object up to, but without, its closing brace. */
function body({ values }: Shape, source: object): string {
  let text = '{';
  for (const { prefix, write } of values) {
    if (text.length > 1) text += ',';
    text += prefix + write(source);
  }
  return text;
}

function nodeSelection(connection: FieldNode): SelectionSetNode {
  for (const one of connection.selectionSet?.selections ?? []) {
    if (one.kind !== Kind.FIELD || one.selectionSet === undefined) continue;
    if (one.name.value === 'nodes') return one.selectionSet;
    if (one.name.value === 'edges') {
      const node = one.selectionSet.selections.find(
        (inner) => inner.kind === Kind.FIELD && inner.name.value === 'node',
      );
      if (node?.kind === Kind.FIELD && node.selectionSet !== undefined) return node.selectionSet;
    }
  }
  throw notModelled(`${connection.name.value} without nodes in a bulk query`);
}

function leafWriter(type: string): (value: unknown) => string {
  if (type === 'Int' || type === 'Float' || type === 'Boolean') return String;
  if (type === 'JSON') return (value) => JSON.stringify(value).replaceAll('/', '\\/');
  return (value) => (value === null ? 'null' : quote(String(value)));
}

/** Text that needs no escape but for its slashes. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

/** A JSON string as Shopify's bulk files have it: slashes escaped. */
export function quote(text: string): string {
  const quoted = PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
  return quoted.includes('/') ? quoted.replaceAll('/', '\\/') : quoted;
}
