import { type CodeCreation, type CodeResult } from './code-creations.ts';
import { connection } from './connection.ts';
import { mostInputs, nodeOf } from './discount-model.ts';
import { gid, parseGid } from './gid.ts';
import { dateTime, typeModel, type ApiContext, type Args } from './model.ts';
import type { ShopOffice } from './shop-office.ts';
import type { FakeCode } from './store-discounts.ts';
import { struckBy } from './trouble.ts';

export const redeemCode = typeModel<FakeCode>({
  id: ({ id }) => gid('DiscountRedeemCode', id),
  code: ({ code }) => code,
  asyncUsageCount: ({ uses }) => uses,
});

export const bulkCreation = typeModel<CodeCreation>({
  id: ({ id }) => gid('DiscountRedeemCodeBulkCreation', id),
  createdAt: ({ createdAt }) => dateTime(createdAt),
  done: ({ done }) => done,
  codesCount: ({ codes }) => codes.length,
  importedCount: ({ results }) => results.filter(({ added }) => added !== null).length,
  failedCount: ({ results }) => results.filter(({ fault }) => fault !== null).length,
  discountCode: ({ discountId }, _args, { office }) => nodeOf(office.shop.discounts.get(discountId)),
  codes: ({ codes, results }, args) =>
    connection(
      args,
      () =>
        results.length > 0
          ? results.map(told)
          : codes.map((code) => told({ code, added: null, fault: null })),
      ({ place }) => [0, place],
    ),
});

/** The creation with a number, or null. */
export function creationOf(office: ShopOffice, id: number): CodeCreation | null {
  return office.codeCreations.find(id);
}

/** discountRedeemCodeBulkAdd: what comes of the codes is asked for later. */
export function codesAdd(args: Args, api: ApiContext): unknown {
  const parsed = parseGid(args.discountId);
  const inputs = args.codes as readonly { readonly code: string }[];
  mostInputs(inputs);
  const discount = parsed?.type === 'DiscountCodeNode' ? api.office.shop.discounts.get(parsed.id) : undefined;
  if (discount === undefined) {
    return {
      bulkCreation: null,
      userErrors: [fault('discountId', 'INVALID', 'Code discount does not exist.')],
    };
  }
  if (inputs.length === 0) {
    return { bulkCreation: null, userErrors: [fault('codes', 'BLANK', "Codes can't be blank")] };
  }
  const failing = struckBy(api.struck, 'failCodes');
  const creation = api.office.codeCreations.ask(
    discount.id,
    inputs.map(({ code }) => code),
    (index) =>
      failing === undefined || (index + 1) % failing.every !== 0
        ? null
        : { code: failing.code ?? 'INTERNAL_ERROR', message: 'Something went wrong, please try again.' },
    struckBy(api.struck, 'neverAdd') !== undefined,
  );
  return { bulkCreation: creation, userErrors: [] };
}

function told({ code, added, fault: why }: CodeResult, place = 0) {
  const errors = why === null ? [] : [{ field: ['code'], extraInfo: null, ...why }];
  return { code, discountRedeemCode: added, errors, place };
}

function fault(field: string, code: string, message: string): object {
  return { field: [field], code, message, extraInfo: null };
}
