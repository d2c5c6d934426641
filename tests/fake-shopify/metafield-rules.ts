import { metafieldDigest, type FakeMetafield } from './store-customers.ts';
import type { FakeShop } from './store.ts';

/** The namespace that Shopify reserves for this app and that documents call `$app`. */
export const APP_NAMESPACE = 'app--198233088001';

/** An input of metafieldsSet with its namespace resolved. */
export type WantedMetafield = {
  readonly namespace: string;
  readonly key: string;
  readonly type: string;
  readonly value: string;
};

export type MetafieldFault = { readonly field: string; readonly code: string; readonly message: string };

/**
 * A namespace as stored: "$app" (or none) is the app's own, "$app:x" a part of it, both reserved for it.
 */
export function ownNamespace(namespace: unknown): string {
  if (namespace === null || namespace === undefined || namespace === '$app') return APP_NAMESPACE;
  const text = String(namespace);
  return text.startsWith('$app:') ? `${APP_NAMESPACE}--${text.slice(5)}` : text;
}

/** The type of an input: its own, or that of the definition. */
export function wantedType(shop: FakeShop, name: string, type: unknown): string | null {
  return typeof type === 'string' ? type : (shop.metafieldDefinitions.get(name)?.type ?? null);
}

const TYPE_CHECKS: Readonly<Record<string, (value: string) => boolean>> = {
  single_line_text_field: (value) => !/[\r\n]/.test(value),
  multi_line_text_field: () => true,
  number_integer: (value) => /^-?\d{1,15}$/.test(value),
  number_decimal: (value) => /^-?\d+(\.\d{1,9})?$/.test(value),
  boolean: (value) => value === 'true' || value === 'false',
  date: (value) => /^\d{4}-\d\d-\d\d$/.test(value),
  json: (value) => {
    try {
      JSON.parse(value);
      return true;
    } catch {
      return false;
    }
  },
};

/** What is wrong with a metafield to set, or null. `before` is what the owner has. */
export function faultOf(
  wanted: Omit<WantedMetafield, 'type'> & { readonly type: string | null; readonly digest: unknown },
  before: FakeMetafield | undefined,
  shop: FakeShop,
): MetafieldFault | null {
  const { namespace, key, type, value, digest } = wanted;
  if (namespace.startsWith('app--') && !`${namespace}--`.startsWith(`${APP_NAMESPACE}--`)) {
    return {
      field: 'namespace',
      code: 'APP_NOT_AUTHORIZED',
      message: 'Access to this namespace and key is not allowed.',
    };
  }
  if (namespace.length < 3)
    return { field: 'namespace', code: 'TOO_SHORT', message: 'is too short (minimum is 3 characters)' };
  if (key.length < 2)
    return { field: 'key', code: 'TOO_SHORT', message: 'is too short (minimum is 2 characters)' };
  if (namespace.length > 255)
    return { field: 'namespace', code: 'TOO_LONG', message: 'is too long (maximum is 255 characters)' };
  if (key.length > 64)
    return { field: 'key', code: 'TOO_LONG', message: 'is too long (maximum is 64 characters)' };
  if (type === null) return { field: 'type', code: 'BLANK', message: "can't be blank" };
  if (value === '') return { field: 'value', code: 'BLANK', message: "can't be blank" };
  const check = TYPE_CHECKS[type];
  if (check === undefined)
    return { field: 'type', code: 'INCLUSION', message: `Type ${type} is not one the stand-in models` };
  const definition = shop.metafieldDefinitions.get(`${namespace}.${key}`);
  if (definition !== undefined && definition.type !== type) {
    return { field: 'type', code: 'INVALID_TYPE', message: `Type must be ${definition.type}` };
  }
  if (!check(value))
    return { field: 'value', code: 'INVALID_VALUE', message: `Value is invalid for ${type}` };
  if (digest === undefined) return null;
  if (digest !== null && !/^[0-9a-f]{64}$/.test(String(digest))) {
    return {
      field: 'compareDigest',
      code: 'INVALID_COMPARE_DIGEST',
      message: 'The compareDigest is invalid.',
    };
  }
  const has = before === undefined ? null : metafieldDigest(before);
  if (has === digest) return null;
  return {
    field: 'compareDigest',
    code: 'STALE_OBJECT',
    message: 'The resource has been updated since it was loaded.',
  };
}
