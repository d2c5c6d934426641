import type { AdminClient } from './admin.server.ts';
import type { UserError } from './errors.ts';
import { gid } from './gid.ts';

/** Also run in bulk, up to 25 metafields a line. */
export const SET_METAFIELDS = `#graphql
  mutation SetMetafields($metafields: [MetafieldsSetInput!]!) {
    metafieldsSet(metafields: $metafields) {
      userErrors { field message code elementIndex }
    }
  }
`;

export const DELETE_METAFIELDS = `#graphql
  mutation DeleteMetafields($metafields: [MetafieldIdentifierInput!]!) {
    metafieldsDelete(metafields: $metafields) {
      userErrors { field message }
    }
  }
`;

/** What one call carries; it is written whole or not at all. */
const METAFIELDS_PER_CALL = 25;

/** Our metafields as shopify.app.toml declares them. */
const TYPES = {
  rfm_segment: 'single_line_text_field',
  rfm_profile: 'json',
  winback_code: 'single_line_text_field',
  winback_offer: 'json',
  winback_mail: 'json',
} as const;
export type MetafieldKey = keyof typeof TYPES;

export type MetafieldSet = {
  customerId: number;
  key: MetafieldKey;
  value: string;
  /** which value must still be there, null = none; any when it is not told */
  digest?: string | null;
};
export type MetafieldDelete = { customerId: number; key: MetafieldKey };

/** Entries that were written, and those Shopify refuses, each with its words. */
type MetafieldOutcome<T> = { written: T[]; refused: Refused<T>[] };
/** `stale` when the value that must still be there no longer was. */
type Refused<T> = { entry: T; reason: string; stale: boolean };

type Payload = { userErrors: UserError[] } | null;

/** The variables of one call, or of one line of a bulk mutation. @throws RangeError above 25 entries */
export function setVariables(entries: MetafieldSet[]) {
  return {
    metafields: atMost25(entries).map(({ customerId, key, value, digest }) => ({
      ownerId: gid('Customer', customerId),
      namespace: '$app',
      key,
      type: TYPES[key],
      value,
      ...(digest === undefined ? {} : { compareDigest: digest }),
    })),
  };
}

/** As `setVariables`, for deleting. */
export function deleteVariables(entries: MetafieldDelete[]) {
  return {
    metafields: atMost25(entries).map(({ customerId, key }) => ({
      ownerId: gid('Customer', customerId),
      namespace: '$app',
      key,
    })),
  };
}

/** Sets up to 25 metafields; entries Shopify refuses are left out and the others written. */
export function setMetafields(
  admin: AdminClient,
  entries: MetafieldSet[],
): Promise<MetafieldOutcome<MetafieldSet>> {
  return writeAround(entries, async (part) => {
    const answer = await admin.run<{ metafieldsSet: Payload }>(SET_METAFIELDS, setVariables(part), {
      userErrors: 'returned',
      repeatable: true,
    });
    return answer.metafieldsSet?.userErrors ?? [];
  });
}

/** Deletes up to 25 metafields; one that is not there is no error. */
export function deleteMetafields(
  admin: AdminClient,
  entries: MetafieldDelete[],
): Promise<MetafieldOutcome<MetafieldDelete>> {
  return writeAround(entries, async (part) => {
    const answer = await admin.run<{ metafieldsDelete: Payload }>(DELETE_METAFIELDS, deleteVariables(part), {
      userErrors: 'returned',
      repeatable: true,
    });
    return answer.metafieldsDelete?.userErrors ?? [];
  });
}

/**
 * A call is all or nothing. Where Shopify names the bad entries they are taken out and the rest sent again;
 * where it does not, halves are tried until the bad one stands alone.
 */
async function writeAround<T>(
  entries: T[],
  send: (part: T[]) => Promise<UserError[]>,
): Promise<MetafieldOutcome<T>> {
  if (entries.length === 0) return { written: [], refused: [] };
  const errors = await send(entries);
  if (errors.length === 0) return { written: entries, refused: [] };
  const reason = errors.map(({ message }) => message).join('; ');
  const isStale = ({ code }: UserError): boolean => code === 'STALE_OBJECT';
  if (entries.length === 1) {
    return { written: [], refused: [{ entry: entries[0]!, reason, stale: errors.some(isStale) }] };
  }
  const blamed = new Map<number, UserError>();
  for (const error of errors) {
    const index = indexOf(error);
    if (index !== null && index < entries.length) blamed.set(index, error);
  }
  if (blamed.size > 0) {
    const refused = [...blamed].map(([index, error]) => ({
      entry: entries[index]!,
      reason: error.message,
      stale: isStale(error),
    }));
    const rest = await writeAround(
      entries.filter((_, index) => !blamed.has(index)),
      send,
    );
    return { written: rest.written, refused: [...refused, ...rest.refused] };
  }
  const middle = entries.length >> 1;
  const first = await writeAround(entries.slice(0, middle), send);
  const second = await writeAround(entries.slice(middle), send);
  return {
    written: [...first.written, ...second.written],
    refused: [...first.refused, ...second.refused],
  };
}

/** The entry an error is about: `elementIndex`, or the number in a path like metafields.3.ownerId. */
function indexOf({ elementIndex, field }: UserError): number | null {
  if (typeof elementIndex === 'number') return elementIndex;
  const position = field?.[0] === 'metafields' ? field[1] : undefined;
  return position !== undefined && /^\d+$/.test(position) ? Number(position) : null;
}

function atMost25<T>(entries: T[]): T[] {
  if (entries.length > METAFIELDS_PER_CALL) throw new RangeError('More than 25 metafields in one call');
  return entries;
}
