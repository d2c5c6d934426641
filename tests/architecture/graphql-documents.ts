import { globSync, readFileSync } from 'node:fs';
import {
  getNamedType,
  NoDeprecatedCustomRule,
  parse,
  specifiedRules,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';
import type { SchemaFile } from '#tests/fake-shopify/schema-file.ts';

/** A GraphQL document of the app and the place it stands at. */
export type AppDocument = { readonly place: string; readonly text: string };

/** Writes whose scope depends on what they write to; ours are always customers. */
const WRITES_CUSTOMERS = new Set(['tagsAdd', 'tagsRemove', 'metafieldsSet', 'metafieldsDelete']);

/** Every backtick literal of app/ and extensions/ that begins with `#graphql`. */
export function appDocuments(): AppDocument[] {
  return globSync('{app,extensions}/**/*.{ts,tsx,js,jsx}', {
    exclude: (path) => path.includes('node_modules'),
  })
    .sort()
    .flatMap((file) => {
      const source = readFileSync(file, 'utf8');
      return [...source.matchAll(/`#graphql\n([^`]*)`/g)].map((match) => ({
        place: `${file}:${source.slice(0, match.index).split('\n').length}`,
        text: match[1] ?? '',
      }));
    });
}

/** What is wrong with one document: not valid, deprecated, interpolated, or a mutation without userErrors. */
export function documentProblems({ place, text }: AppDocument, schema: GraphQLSchema): string[] {
  if (text.includes('${')) return [`${place}: a document stands by itself, without interpolation`];
  let document: DocumentNode;
  try {
    document = parse(text);
  } catch (error) {
    return [`${place}: ${String(error)}`];
  }
  const errors = validate(schema, document, [...specifiedRules, NoDeprecatedCustomRule]);
  return [...errors.map((error) => `${place}: ${error.message}`), ...missingUserErrors(document, place)];
}

function missingUserErrors(document: DocumentNode, place: string): string[] {
  return document.definitions.flatMap((definition) => {
    if (definition.kind !== 'OperationDefinition' || definition.operation !== 'mutation') return [];
    return definition.selectionSet.selections.flatMap((field) => {
      const asked = field.kind === 'Field' ? (field.selectionSet?.selections ?? []) : [];
      const selected = asked.some((inner) => inner.kind === 'Field' && inner.name.value === 'userErrors');
      return selected ? [] : [`${place}: a mutation does not select userErrors`];
    });
  });
}

/** Each access the documents need, as the scopes of which any one will do, with the place that needs it. */
export function neededAccess(
  documents: readonly AppDocument[],
  schema: GraphQLSchema,
  access: SchemaFile['access'],
): { readonly place: string; readonly anyOf: readonly string[] }[] {
  return documents.flatMap(({ place, text }) => {
    const info = new TypeInfo(schema);
    const needs: { place: string; anyOf: readonly string[] }[] = [];
    visit(
      parse(text),
      visitWithTypeInfo(info, {
        Field(node) {
          const parent = info.getParentType()?.name ?? '';
          const returned = info.getType();
          if (WRITES_CUSTOMERS.has(node.name.value)) needs.push({ place, anyOf: ['write_customers'] });
          const named = returned ? getNamedType(returned).name : '';
          for (const name of [parent, `${parent}.${node.name.value}`, named]) {
            const required = access[name];
            if (required !== undefined) needs.push({ place: `${place} ${name}`, anyOf: required.scopes });
          }
        },
      }),
    );
    return needs;
  });
}
