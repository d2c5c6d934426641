import { TAKEN } from './code-creations.ts';
import { nodeOf } from './discount-model.ts';
import { readTerms, type TermFault } from './discount-input.ts';
import { parseGid } from './gid.ts';
import type { ApiContext, Args } from './model.ts';
import {
  addDiscount,
  changeDiscount,
  deleteDiscount,
  type DiscountTerms,
  type FakeDiscount,
} from './store-discounts.ts';

type Input = Readonly<Record<string, unknown>>;

export function basicCreate(args: Args, api: ApiContext): unknown {
  return create('basicCodeDiscount', args, api);
}

export function shippingCreate(args: Args, api: ApiContext): unknown {
  return create('freeShippingCodeDiscount', args, api);
}

export function basicUpdate(args: Args, api: ApiContext): unknown {
  return update('basicCodeDiscount', args, api);
}

export function shippingUpdate(args: Args, api: ApiContext): unknown {
  return update('freeShippingCodeDiscount', args, api);
}

/** discountCodeDeactivate: it ends now. */
export function deactivate(args: Args, api: ApiContext): unknown {
  const discount = discountOf(args.id, api);
  if (discount === null) return { codeDiscountNode: null, userErrors: [GONE] };
  if (discount.keptOn != null) {
    const error = { field: ['id'], code: null, message: discount.keptOn, extraInfo: null };
    return { codeDiscountNode: null, userErrors: [error] };
  }
  const now = api.world.clock.now();
  if (discount.endsAt === null || discount.endsAt > now) {
    changeDiscount(api.office.shop, discount.id, { endsAt: now }, now);
  }
  return { codeDiscountNode: nodeOf(discount), userErrors: [] };
}

/** discountCodeDelete */
export function remove(args: Args, api: ApiContext): unknown {
  const discount = discountOf(args.id, api);
  if (discount === null) return { deletedCodeDiscountId: null, userErrors: [GONE] };
  deleteDiscount(api.office.shop, discount.id, api.world.clock.now());
  return { deletedCodeDiscountId: args.id, userErrors: [] };
}

const GONE = { field: ['id'], code: 'INVALID', message: 'Code discount does not exist.', extraInfo: null };

function create(name: string, args: Args, api: ApiContext): unknown {
  const input = args[name] as Input;
  const { shop } = api.office;
  const read = readTerms(name, input, null, api);
  const faults: TermFault[] = [...read.faults];
  const code = typeof input.code === 'string' ? input.code.trim() : '';
  if (code === '') faults.push({ at: ['code'], code: 'BLANK', message: "Code can't be blank" });
  else if (shop.codes.has(code.toUpperCase())) faults.push({ at: ['code'], ...TAKEN });
  if (read.terms === null || faults.length > 0) return refused(name, faults);
  const discount = addDiscount(shop, read.terms, code, api.world.clock.now());
  return { codeDiscountNode: nodeOf(discount), userErrors: [] };
}

function update(name: string, args: Args, api: ApiContext): unknown {
  const discount = discountOf(args.id, api);
  if (discount === null) return { codeDiscountNode: null, userErrors: [GONE] };
  const { faults, terms } = readTerms(name, args[name] as Input, discount, api);
  if (terms === null || faults.length > 0) return refused(name, faults);
  const changed: DiscountTerms = terms;
  changeDiscount(api.office.shop, discount.id, changed, api.world.clock.now());
  return { codeDiscountNode: nodeOf(discount), userErrors: [] };
}

function refused(name: string, faults: readonly TermFault[]): unknown {
  const userErrors = faults.map(({ at, code, message }) => ({
    field: [name, ...at],
    code,
    message,
    extraInfo: null,
  }));
  return { codeDiscountNode: null, userErrors };
}

function discountOf(id: unknown, { office }: ApiContext): FakeDiscount | null {
  const parsed = parseGid(id);
  return parsed?.type === 'DiscountCodeNode' ? (office.shop.discounts.get(parsed.id) ?? null) : null;
}
