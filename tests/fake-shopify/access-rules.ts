import { GraphQLError } from 'graphql';
import type { ProtectedData, ShopOffice } from './shop-office.ts';
import { requiredAccess, type AdminSchema } from './schema.ts';

/** Who may read what: one answer per field for a set of scopes and a level of protected data. */
export type AccessRules = {
  /** The error a field answers with, or null when it may be read. */
  denied(typeName: string, fieldName: string): GraphQLError | null;
  /** @throws GraphQLError when the app has none of the scopes */
  require(field: string, ...scopes: readonly string[]): void;
  /** Whether orders older than 60 days are visible. */
  readonly wholeHistory: boolean;
};

/** Level 2 of protected customer data, as far as the stand-in models the fields. */
const LEVEL_2 = new Set(
  ['firstName', 'lastName', 'displayName', 'defaultEmailAddress', 'defaultPhoneNumber', 'defaultAddress'].map(
    (field) => `Customer.${field}`,
  ),
);
/** Types that are protected customer data as a whole. */
const LEVEL_1 = /^(Customer|CustomerSegmentMember|Order)(Connection)?$/;

/** Scopes with what they include: write access includes read access. */
export function withImplied(scopes: Iterable<string>): Set<string> {
  const all = new Set(scopes);
  for (const scope of scopes) if (scope.startsWith('write_')) all.add(scope.replace('write_', 'read_'));
  return all;
}

const rules = new WeakMap<ReadonlySet<string>, Map<ProtectedData, AccessRules>>();

/** The rules for what a shop granted; kept per set of scopes, which is replaced when it changes. */
export function accessRules(admin: AdminSchema, office: ShopOffice): AccessRules {
  const known = rules.get(office.scopes) ?? new Map<ProtectedData, AccessRules>();
  const ready = known.get(office.protectedData) ?? build(admin, office.scopes, office.protectedData);
  known.set(office.protectedData, ready);
  rules.set(office.scopes, known);
  return ready;
}

function build(admin: AdminSchema, scopes: ReadonlySet<string>, level: ProtectedData): AccessRules {
  const granted = withImplied(scopes);
  const answers = new Map<string, GraphQLError | null>();
  const decide = (typeName: string, fieldName: string): GraphQLError | null => {
    const needed = requiredAccess(admin, typeName, fieldName);
    if (needed !== null && !needed.scopes.some((scope) => granted.has(scope))) {
      return accessDenied(fieldName, needed.words);
    }
    if (level !== 'level-2' && LEVEL_2.has(`${typeName}.${fieldName}`))
      return notApproved('use', fieldName, 'field');
    const returned = returnedName(admin, typeName, fieldName);
    if (level !== 'none' || !LEVEL_1.test(returned)) return null;
    return notApproved('access', returned.replace('Connection', ''), 'object');
  };
  return {
    wholeHistory: granted.has('read_all_orders'),
    denied: (typeName, fieldName) => {
      const name = `${typeName}.${fieldName}`;
      let answer = answers.get(name);
      if (answer === undefined) answers.set(name, (answer = decide(typeName, fieldName)));
      return answer;
    },
    require: (field, ...wanted) => {
      if (!wanted.some((scope) => granted.has(scope))) {
        throw accessDenied(field, `${wanted.map((scope) => `\`${scope}\``).join(' or ')} access scope.`);
      }
    },
  };
}

/** What Shopify answers when a scope is missing; the words are from memory. */
export function accessDenied(field: string, needed: string): GraphQLError {
  return new GraphQLError(`Access denied for ${field} field. Required access: ${needed}`, {
    extensions: {
      code: 'ACCESS_DENIED',
      documentation: 'https://shopify.dev/api/usage/access-scopes',
      requiredAccess: needed,
    },
  });
}

function notApproved(verb: string, name: string, kind: 'field' | 'object'): GraphQLError {
  const documentation = 'https://shopify.dev/docs/apps/launch/protected-customer-data';
  const subject = kind === 'field' ? `the ${name} field` : `the ${name} object`;
  return new GraphQLError(
    `This app is not approved to ${verb} ${subject}. See ${documentation} for more details.`,
    {
      extensions: { code: 'ACCESS_DENIED', documentation },
    },
  );
}

function returnedName({ schema }: AdminSchema, typeName: string, fieldName: string): string {
  const type = schema.getType(typeName);
  if (type === undefined || !('getFields' in type)) return '';
  const field = type.getFields()[fieldName];
  return field === undefined ? '' : String(field.type).replace(/[[\]!]/g, '');
}
