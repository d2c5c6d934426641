import {
  getNamedType,
  isCompositeType,
  isObjectType,
  isInterfaceType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** What a query costs before it runs, and after, once the sizes of its answer are known. */
export type CostModel = {
  requested(): number;
  /** Never more than requested. */
  actual(data: unknown): number;
};

const MUTATION = 10;
/** Pages larger than this are refused; the size counts no further. */
const LARGEST_PAGE = 1_000;

type Variables = { readonly [name: string]: unknown };

/**
 * Shopify's points: a scalar 0, an object 1, a mutation 10 flat, and a connection
 * `2 + cost of a node × floor(2·ln(max(2, size)))`, where pageInfo and edges cost nothing themselves; the
 * formula is a forum post of Shopify's that real answers confirm. `nodes(ids:)` counts each id as one object.
 */
export function costOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
): CostModel {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }

  /** Fields of the type itself add up; of several possible concrete types the dearest counts. */
  const selection = (set: SelectionSetNode | undefined, type: GraphQLCompositeType, data: Data): number => {
    let shared = 0;
    const perType = new Map<string, number>();
    const walk = (within: SelectionSetNode, on: GraphQLCompositeType): void => {
      for (const node of within.selections) {
        if (node.kind === Kind.FIELD) {
          const cost = field(node, on, data);
          if (on === type) shared += cost;
          else perType.set(on.name, (perType.get(on.name) ?? 0) + cost);
        } else if (node.kind === Kind.INLINE_FRAGMENT) {
          walk(node.selectionSet, composite(node.typeCondition?.name.value) ?? on);
        } else {
          const fragment = fragments.get(node.name.value);
          if (fragment) walk(fragment.selectionSet, composite(fragment.typeCondition.name.value) ?? on);
        }
      }
    };
    if (set !== undefined) walk(set, type);
    return shared + Math.max(0, ...perType.values());
  };

  const field = (node: FieldNode, on: GraphQLCompositeType, parent: Data): number => {
    if (!isObjectType(on) && !isInterfaceType(on)) return 0;
    const definition = on.getFields()[node.name.value];
    if (definition === undefined || node.name.value === 'pageInfo') return 0;
    if (on === schema.getMutationType()) return MUTATION;
    const type = getNamedType(definition.type);
    if (!isCompositeType(type)) return 0;
    const data = below(parent, node.alias?.value ?? node.name.value);
    if (data === null) return 0;
    if (type.name.endsWith('Connection')) return connection(node, type, data);
    if (type.name.endsWith('Edge') || node.name.value === 'nodes') {
      const dearest = each(data).map((one) => {
        return type.name.endsWith('Edge')
          ? selection(node.selectionSet, type, one)
          : 1 + selection(node.selectionSet, type, one);
      });
      const ids = on === schema.getQueryType() ? sizeOf(argument(node, 'ids')) : 1;
      return Math.max(0, ...dearest) * (data === undefined ? ids : Math.min(ids, each(data).length));
    }
    return 1 + Math.max(0, ...each(data).map((one) => selection(node.selectionSet, type, one)));
  };

  const connection = (node: FieldNode, type: GraphQLCompositeType, data: Data): number => {
    const asked = Number(argument(node, 'first') ?? argument(node, 'last') ?? 1);
    const got = data === undefined ? asked : rows(data);
    const size = Math.min(LARGEST_PAGE, asked, got);
    const times = size === 0 ? 0 : Math.floor(2 * Math.log(Math.max(2, size)));
    return 2 + selection(node.selectionSet, type, data) * times;
  };

  const argument = (node: FieldNode, name: string): unknown => {
    const given = node.arguments?.find((one) => one.name.value === name)?.value;
    if (given === undefined || given.kind === Kind.NULL) return undefined;
    if (given.kind === Kind.VARIABLE) return variables[given.name.value] ?? undefined;
    if (given.kind === Kind.LIST) return given.values;
    return 'value' in given ? given.value : undefined;
  };

  const composite = (name: string | undefined): GraphQLCompositeType | undefined => {
    const type = name === undefined ? undefined : schema.getType(name);
    return type !== undefined && isCompositeType(type) ? type : undefined;
  };

  const root = schema.getRootType(operation.operation);
  const total = (data: Data): number => (root ? selection(operation.selectionSet, root, data) : 0);
  const requested = total(undefined);
  return { requested: () => requested, actual: (data) => Math.min(requested, total(object(data))) };
}

/** undefined: before execution, everything counts in full. null: the answer has nothing here. */
type Data = { readonly [key: string]: unknown } | readonly unknown[] | null | undefined;

function object(value: unknown): Data {
  return typeof value === 'object' && value !== null ? (value as Data) : null;
}

function below(parent: Data, key: string): Data {
  if (parent === undefined) return undefined;
  return parent === null || Array.isArray(parent) ? null : object((parent as Record<string, unknown>)[key]);
}

function each(data: Data): Data[] {
  return Array.isArray(data) ? data.map(object) : [data];
}

function rows(connection: Data): number {
  const lists = [below(connection, 'nodes'), below(connection, 'edges')];
  return Math.max(0, ...lists.map((list) => (Array.isArray(list) ? list.length : 0)));
}

function sizeOf(list: unknown): number {
  return Array.isArray(list) ? list.length : 1;
}
