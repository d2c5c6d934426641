import { GraphQLError } from 'graphql';
import type { AccessRules } from './access-rules.ts';
import type { ShopOffice } from './shop-office.ts';
import type { World } from './stand-in-world.ts';
import type { Mischief } from './trouble.ts';

/** What a field may know of the request it is part of. */
export type ApiContext = {
  readonly world: World;
  readonly office: ShopOffice;
  readonly access: AccessRules;
  /** What goes wrong in this request. */
  readonly struck: readonly Mischief[];
};

export type Args = Readonly<Record<string, unknown>>;

/** What a field of the schema answers for a source; synchronous, so that bulk queries can share it. */
export type FieldModel<Source> = (source: Source, args: Args, api: ApiContext) => unknown;

/** The fields of one type that the stand-in models; the rest of the type is an error. */
export type TypeModel = ReadonlyMap<string, FieldModel<never>>;

/** The modelled fields of a type whose values are computed from a `Source`. */
export function typeModel<Source>(fields: Readonly<Record<string, FieldModel<Source>>>): TypeModel {
  return new Map(Object.entries(fields));
}

/** A type whose sources carry these fields as properties. */
export function plainModel(...fields: readonly string[]): TypeModel {
  const read =
    (name: string): FieldModel<Readonly<Record<string, unknown>>> =>
    (source) => {
      if (!(name in source)) throw notModelled(`the value of ${name}`);
      return source[name];
    };
  return new Map(fields.map((name) => [name, read(name)]));
}

/** An error nobody can take for an answer of Shopify's. */
export function notModelled(what: string): GraphQLError {
  return new GraphQLError(`fake-shopify: not modelled: ${what}`, { extensions: { code: 'NOT_MODELLED' } });
}

/**
 * Refuses arguments that the stand-in would have to ignore.
 * @throws GraphQLError naming the argument
 */
export function onlyArgs(args: Args, where: string, ...known: readonly string[]): void {
  for (const [name, value] of Object.entries(args)) {
    if (!known.includes(name) && value !== null && value !== undefined && value !== false) {
      throw notModelled(`argument ${name} of ${where}`);
    }
  }
}

/** An instant as Shopify writes it: UTC, whole seconds. */
export function dateTime(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}
