import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kind, parse, type FieldNode, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';
import { describe, expect, it } from 'vitest';

const FOLDER = join(import.meta.dirname, '../../app/shopify');
/** What asks for names, e-mail addresses, phone numbers or addresses: level 2 of protected data. */
const LEVEL_2 = new Set([
  'displayName',
  'firstName',
  'lastName',
  'emailAddress',
  'phoneNumber',
  'email',
  'phone',
  'addresses',
  'defaultAddress',
]);

/** Where names are asked for, to show them or to send messages, and kept nowhere. */
const SHOWS_OR_SENDS = new Set(['customers.server.ts', 'customer-mail.server.ts']);

const operations = readdirSync(FOLDER).flatMap((file) =>
  [...readFileSync(join(FOLDER, file), 'utf8').matchAll(/`(#graphql[\s\S]*?)`/g)].map((match) => {
    const { definitions } = parse(match[1]!);
    const [operation] = definitions as readonly OperationDefinitionNode[];
    return { name: operation!.name!.value, source: match[1]!, operation: operation!, file };
  }),
);

describe('the documents of the Admin API', () => {
  it.each(operations)('$name is named, stands alone and has nothing put into it', ({ source, operation }) => {
    expect(operation.kind).toBe(Kind.OPERATION_DEFINITION);
    expect(source).not.toContain('${');
  });

  it.each(operations.filter(({ operation }) => operation.operation === 'mutation'))(
    'X6: $name asks for the userErrors of everything it changes',
    ({ operation }) => {
      for (const field of fieldsOf(operation.selectionSet)) {
        const asked = fieldsOf(field.selectionSet).find(({ name }) => name.value === 'userErrors');
        expect(fieldsOf(asked?.selectionSet).map(({ name }) => name.value)).toContain('message');
      }
    },
  );

  it.each(operations.filter(({ file }) => !SHOWS_OR_SENDS.has(file)))(
    '$name asks for no name or address of a person',
    ({ operation }) => {
      const asked = allFields(operation.selectionSet).map(({ name }) => name.value);
      expect(asked.filter((name) => LEVEL_2.has(name))).toEqual([]);
    },
  );
});

function fieldsOf(set: SelectionSetNode | undefined): FieldNode[] {
  return (set?.selections ?? []).filter((selection) => selection.kind === Kind.FIELD);
}

function allFields(set: SelectionSetNode | undefined): FieldNode[] {
  return (set?.selections ?? []).flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection, ...allFields(selection.selectionSet)];
    return selection.kind === Kind.INLINE_FRAGMENT ? allFields(selection.selectionSet) : [];
  });
}
