import type { StandInClock } from './stand-in-clock.ts';
import type { BulkPace } from './stand-in-world.ts';
import { addCodes, type FakeCode } from './store-discounts.ts';
import { takeId, type FakeShop } from './store.ts';

export type CodeFault = { readonly code: string | null; readonly message: string };

/** What became of one code. */
export type CodeResult = {
  readonly code: string;
  readonly added: FakeCode | null;
  readonly fault: CodeFault | null;
};

/** One call that adds codes to a discount; it is carried out a while after it was asked for. */
export type CodeCreation = {
  readonly id: number;
  readonly discountId: number;
  readonly createdAt: number;
  readonly codes: readonly string[];
  results: readonly CodeResult[];
  done: boolean;
};

export type CodeCreations = {
  find(id: number): CodeCreation | null;
  /**
   * Asks for codes.
   * @param failing the fault with which a code fails although nothing is wrong with it, null = it does not
   */
  ask(
    discountId: number,
    codes: readonly string[],
    failing: (index: number) => CodeFault | null,
    never: boolean,
  ): CodeCreation;
};

/** Letters a code may have; Shopify's limit. */
const LONGEST = 255;

/** The codes of a shop that are on their way. */
export function createCodeCreations(shop: FakeShop, clock: StandInClock, pace: BulkPace): CodeCreations {
  const all = new Map<number, CodeCreation>();
  return {
    find: (id) => all.get(id) ?? null,
    ask: (discountId, codes, failing, never) => {
      const createdAt = clock.now();
      const creation: CodeCreation = {
        id: takeId(shop),
        discountId,
        createdAt,
        codes,
        results: [],
        done: false,
      };
      all.set(creation.id, creation);
      if (never) return creation;
      void clock.wait((codes.length / pace.codesPerSecond) * 1000).then(
        () => carryOut(shop, creation, failing, clock.now()),
        () => undefined,
      );
      return creation;
    },
  };
}

function carryOut(
  shop: FakeShop,
  creation: CodeCreation,
  failing: (index: number) => CodeFault | null,
  at: number,
): void {
  const discount = shop.discounts.get(creation.discountId);
  const seen = new Set<string>();
  const faults = creation.codes.map((code, index): CodeFault | null => {
    if (discount === undefined) return { code: 'INVALID', message: 'Discount does not exist' };
    const key = code.toUpperCase();
    if (code.trim() === '') return { code: 'BLANK', message: "Code can't be blank" };
    if ([...code].length > LONGEST) {
      return { code: 'TOO_LONG', message: `Code is too long (maximum is ${LONGEST} characters)` };
    }
    if (shop.codes.has(key) || seen.has(key)) return TAKEN;
    const fault = failing(index);
    if (fault === null) seen.add(key);
    return fault;
  });
  const good = creation.codes.filter((_, index) => faults[index] === null);
  const added = good.length === 0 ? [] : addCodes(shop, creation.discountId, good, at);
  let next = 0;
  creation.results = creation.codes.map((code, index) => {
    const fault = faults[index] ?? null;
    return { code, fault, added: fault === null ? (added[next++] ?? null) : null };
  });
  creation.done = true;
}

/** What Shopify says of a code that is there already, whosever it is. */
export const TAKEN: CodeFault = {
  code: 'TAKEN',
  message: 'Code must be unique. Please try a different code.',
};
