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

const DAY = 86_400_000;
const days = new Map<number, string>();

/** An instant as Shopify writes it: UTC, whole seconds. Exports write millions, on few days. */
export function dateTime(epochMs: number): string {
  const day = Math.floor(epochMs / DAY);
  let date = days.get(day);
  if (date === undefined) days.set(day, (date = new Date(day * DAY).toISOString().slice(0, 10)));
  const second = Math.floor((epochMs - day * DAY) / 1000);
  const [hours, minutes] = [Math.floor(second / 3600), Math.floor(second / 60) % 60];
  return `${date}T${two(hours)}:${two(minutes)}:${two(second % 60)}Z`;
}

function two(number: number): string {
  return number < 10 ? `0${number}` : String(number);
}
