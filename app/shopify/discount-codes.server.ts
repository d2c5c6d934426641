import type { AdminClient } from './admin.server.ts';
import { Rejected, type UserError } from './errors.ts';

/** Codes one call adds; Shopify's limit. */
export const CODES_PER_CALL = 250;
/** Calls whose codes one question asks after. */
export const CREATIONS_PER_CALL = 100;

const ADD_CODES = `#graphql
  mutation AddCodes($id: ID!, $codes: [DiscountRedeemCodeInput!]!) {
    discountRedeemCodeBulkAdd(discountId: $id, codes: $codes) {
      bulkCreation { id }
      userErrors { field message code }
    }
  }
`;

const CREATIONS = `#graphql
  query CodeCreations($ids: [ID!]!) {
    nodes(ids: $ids) {
      id
      ... on DiscountRedeemCodeBulkCreation { done failedCount }
    }
  }
`;

const RESULTS = `#graphql
  query CodeResults($id: ID!) {
    discountRedeemCodeBulkCreation(id: $id) {
      codes(first: 250) { nodes { code errors { code message } } }
    }
  }
`;

const OWNERS = `#graphql
  query CodeOwners(
    $a: String!, $b: String!, $c: String!, $d: String!, $e: String!
    $f: String!, $g: String!, $h: String!, $i: String!, $j: String!
  ) {
    a: codeDiscountNodeByCode(code: $a) { id }
    b: codeDiscountNodeByCode(code: $b) { id }
    c: codeDiscountNodeByCode(code: $c) { id }
    d: codeDiscountNodeByCode(code: $d) { id }
    e: codeDiscountNodeByCode(code: $e) { id }
    f: codeDiscountNodeByCode(code: $f) { id }
    g: codeDiscountNodeByCode(code: $g) { id }
    h: codeDiscountNodeByCode(code: $h) { id }
    i: codeDiscountNodeByCode(code: $i) { id }
    j: codeDiscountNodeByCode(code: $j) { id }
  }
`;
const NAMES = [...'abcdefghij'];

/** Asked for, with Shopify's global id of the call; or refused as a whole. */
export type AskedCodes = { asked: true; gid: string } | { asked: false; reason: string };

/**
 * Asks for up to CODES_PER_CALL codes of a discount; they come later, each for itself. When the answer is lost the same
 * codes can be asked for again: those that came are then taken, by us.
 */
export async function askForCodes(
  admin: AdminClient,
  discountGid: string,
  codes: readonly string[],
): Promise<AskedCodes> {
  if (codes.length > CODES_PER_CALL) throw new RangeError('More than 250 codes in one call');
  try {
    const answer = await admin.run<{ discountRedeemCodeBulkAdd: { bulkCreation: { id: string } } }>(
      ADD_CODES,
      {
        id: discountGid,
        codes: codes.map((code) => ({ code })),
      },
    );
    return { asked: true, gid: answer.discountRedeemCodeBulkAdd.bulkCreation.id };
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    return { asked: false, reason: error.userErrors.map(({ message }) => message).join('; ') };
  }
}

/** Of up to CREATIONS_PER_CALL calls how many codes failed, null while they go on; calls nobody knows are left out. */
export async function codeCreations(
  admin: AdminClient,
  gids: readonly string[],
): Promise<Map<string, number | null>> {
  const { nodes } = await admin.run<{ nodes: ({ id: string; done: boolean; failedCount: number } | null)[] }>(
    CREATIONS,
    { ids: [...gids] },
  );
  return new Map(
    nodes.flatMap((node) => (node === null ? [] : [[node.id, node.done ? node.failedCount : null]])),
  );
}

/** A code that was not added, and whether somebody has it already. */
export type FailedCode = { code: string; taken: boolean; lasting: boolean; reason: string };

/** The codes of a call that failed; `lasting` says that they would again. */
export async function failedCodes(admin: AdminClient, creationGid: string): Promise<FailedCode[]> {
  type Result = { code: string; errors: UserError[] };
  const answer = await admin.run<{
    discountRedeemCodeBulkCreation: { codes: { nodes: Result[] } } | null;
  }>(RESULTS, { id: creationGid });
  const results = answer.discountRedeemCodeBulkCreation?.codes.nodes ?? [];
  return results
    .filter(({ errors }) => errors.length > 0)
    .map(({ code, errors }) => ({
      code,
      taken: errors.some((error) => error.code === 'TAKEN' || error.code === 'DUPLICATE'),
      lasting: errors.some((error) => LASTING.has(error.code ?? '')),
      reason: errors.map(({ message }) => message).join('; '),
    }));
}

const LASTING = new Set(['TOO_LONG', 'TOO_SHORT', 'BLANK', 'INVALID', 'EXCEEDED_MAX', 'INCLUSION']);

/** Of each code the global id of the discount that has it, null when nobody has it; ten a call. */
export async function ownersOf(
  admin: AdminClient,
  codes: readonly string[],
): Promise<Map<string, string | null>> {
  const owners = new Map<string, string | null>();
  for (let from = 0; from < codes.length; from += NAMES.length) {
    const asked = codes.slice(from, from + NAMES.length);
    // The last call repeats its first code, so that the document stays the same.
    const variables = Object.fromEntries(NAMES.map((name, i) => [name, asked[i] ?? asked[0]]));
    const answer = await admin.run<Record<string, { id: string } | null>>(OWNERS, variables);
    for (const [i, code] of asked.entries()) owners.set(code, answer[NAMES[i] as string]?.id ?? null);
  }
  return owners;
}
