import { buildClientSchema, getNamedType, isObjectType, type GraphQLSchema } from 'graphql';
import { readSchemaFile, type RequiredAccess } from './schema-file.ts';

/** The Admin API this app speaks. */
export const API_VERSION = '2026-10';

export type AdminSchema = {
  readonly schema: GraphQLSchema;
  /** What a type ("Order") or field ("Mutation.segmentCreate") needs, for those that need something. */
  readonly access: Readonly<Record<string, RequiredAccess>>;
};

let loaded: Promise<AdminSchema> | undefined;

/**
 * Shopify's Admin schema of API_VERSION and the access its types and fields need; loaded once per process.
 * @throws Error when it is not cached and the npm registry cannot be reached
 */
export function adminSchema(): Promise<AdminSchema> {
  loaded ??= readSchemaFile().then(({ introspection, access }) => ({
    schema: buildClientSchema(introspection, { assumeValid: true }),
    access,
  }));
  return loaded;
}

/**
 * The access needed to read `typeName.fieldName`: the field's own, or that of what it returns, where a
 * connection stands for its nodes; null when anyone may.
 */
export function requiredAccess(
  { schema, access }: AdminSchema,
  typeName: string,
  fieldName: string,
): RequiredAccess | null {
  const own = access[`${typeName}.${fieldName}`];
  if (own !== undefined) return own;
  const type = schema.getType(typeName);
  const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
  if (field === undefined) return null;
  const returned = getNamedType(field.type).name;
  return access[returned.replace(/Connection$/, '')] ?? null;
}
