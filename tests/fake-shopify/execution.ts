import {
  execute,
  getNamedType,
  getOperationAST,
  GraphQLError,
  isAbstractType,
  parse,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type ExecutionResult,
  type OperationDefinitionNode,
} from 'graphql';
import { fieldModel, readField, typeNameOf } from './admin-model.ts';
import { notModelled, type ApiContext, type Args } from './model.ts';
import type { AdminSchema } from './schema.ts';

/** A document that is valid against Shopify's schema and uses only what the stand-in models. */
export type Prepared = {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** Names of the root fields, without aliases. */
  readonly fields: readonly string[];
};

const prepared = new Map<string, Prepared | readonly GraphQLError[]>();
/** Documents are few; whoever builds them by interpolation must not fill the memory. */
const MOST_DOCUMENTS = 500;

/** Parses and checks a document; the errors when Shopify, or the stand-in, would refuse it. */
export function prepare(
  admin: AdminSchema,
  source: string,
  operationName?: string,
): Prepared | readonly GraphQLError[] {
  const key = `${operationName ?? ''}\0${source}`;
  const known = prepared.get(key);
  if (known !== undefined) return known;
  const result = check(admin, source, operationName);
  if (prepared.size >= MOST_DOCUMENTS) prepared.clear();
  prepared.set(key, result);
  return result;
}

function check(
  admin: AdminSchema,
  source: string,
  operationName?: string,
): Prepared | readonly GraphQLError[] {
  let document: DocumentNode;
  try {
    document = parse(source);
  } catch (error) {
    return [error instanceof GraphQLError ? error : new GraphQLError(String(error))];
  }
  const invalid = validate(admin.schema, document);
  if (invalid.length > 0) return invalid;
  const missing = unmodelled(admin, document);
  if (missing.length > 0) return missing;
  const operation = getOperationAST(document, operationName);
  if (!operation) return [new GraphQLError('An operation name is required')];
  const fields = operation.selectionSet.selections.flatMap((one) =>
    one.kind === 'Field' ? one.name.value : [],
  );
  return { document, operation, fields };
}

/** An error for each selected field that has no model, so that it fails also where the answer is empty. */
function unmodelled(admin: AdminSchema, document: DocumentNode): GraphQLError[] {
  const errors: GraphQLError[] = [];
  const types = new TypeInfo(admin.schema);
  visit(
    document,
    visitWithTypeInfo(types, {
      Field: (node) => {
        const parent = types.getParentType();
        const name = node.name.value;
        if (!parent || name.startsWith('__') || isAbstractType(getNamedType(parent))) return;
        if (fieldModel(parent.name, name) === undefined) errors.push(notModelled(`${parent.name}.${name}`));
      },
    }),
  );
  return errors;
}

/** Runs a prepared operation through the models. */
export function run(
  admin: AdminSchema,
  { document, operation }: Prepared,
  variables: Args,
  api: ApiContext,
): ExecutionResult {
  const result = execute({
    schema: admin.schema,
    document,
    operationName: operation.name?.value,
    variableValues: variables,
    contextValue: api,
    fieldResolver: (source: unknown, args: Args, context: ApiContext, info) =>
      readField(info.parentType.name, info.fieldName, source, args, context),
    typeResolver: (source: unknown) => typeNameOf(source as object),
  });
  // Every model is synchronous, so the execution is.
  return result as ExecutionResult;
}
