import { array, assert, asyncProperty, integer, nat, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { takePages, type Page } from '#app/jobs/take-pages.ts';
import { readCustomersSince } from '#app/shopify/customers-since.server.ts';
import type { ChangeSearch } from '#app/shopify/orders-since.server.ts';
import { addCustomer } from '#tests/fake-shopify/store-customers.ts';
import { connectShop, emptyShop } from '#tests/shopify/connected-shop.ts';

const START = Date.UTC(2026, 5, 1, 12, 0, 0);
const NO_END = { signal: new AbortController().signal, at: Infinity, last: START + 3_600_000 };
const PAGE = 250;
/** Shopify's limit. */
const DEEPEST = 25_000;

type Changed = { id: number; updatedAt: number };

/** A search as Shopify's: whole seconds, pages by cursor, none beyond its limit. */
function searchOf(all: readonly Changed[]) {
  const found = new Map<string, Changed[]>();
  const find = ({ since, withinSecondAfter: after }: ChangeSearch): Changed[] => {
    const second = Math.floor(since / 1000);
    const at = (thing: Changed): number => Math.floor(thing.updatedAt / 1000);
    if (after === null) {
      return all
        .filter((thing) => at(thing) >= second)
        .sort((a, b) => a.updatedAt - b.updatedAt || a.id - b.id);
    }
    return all.filter((thing) => at(thing) === second && thing.id > after).sort((a, b) => a.id - b.id);
  };
  return (search: ChangeSearch, cursor: string | null): { shown: Changed[]; cursor: string | null } => {
    const key = JSON.stringify(search);
    const things = found.get(key) ?? find(search);
    found.set(key, things);
    const start = Number(cursor ?? 0);
    if (start + PAGE > DEEPEST) throw new Error('beyond the limit of paging');
    const shown = things.slice(start, start + PAGE);
    return { shown, cursor: start + PAGE < things.length ? String(start + PAGE) : null };
  };
}

/** Takes everything that changed, and answers with the ids that came. */
async function takeAll(all: readonly Changed[], over = NO_END, since = START) {
  const search = searchOf(all);
  const ids = new Set<number>();
  const marks: number[] = [];
  const ended = await takePages(
    async (asked, cursor): Promise<Page> => {
      const page = search(asked, cursor);
      for (const { id } of page.shown) ids.add(id);
      const upTo = Math.max(...page.shown.map(({ updatedAt }) => updatedAt));
      const lastId = Math.max(...page.shown.map(({ id }) => id));
      return { cursor: page.cursor, read: page.shown.length, upTo, lastId };
    },
    since,
    over,
    async (until) => void marks.push(until),
  );
  return { ids, marks, ended };
}

/** Groups of things that changed in the same second, with ids in no order. */
function changes(groups: readonly { second: number; count: number }[]): Changed[] {
  const all = groups.flatMap(({ second, count }) =>
    Array.from({ length: count }, (_, i) => ({ updatedAt: START + second * 1000 + (i % 1000) })),
  );
  return all.map((thing, i) => ({ ...thing, id: 1 + ((i * 48_271) % 99_991) }));
}

describe('given more changed customers or orders than Shopify pages through', () => {
  it.each([
    ['spread over an hour', Array.from({ length: 3000 }, (_, second) => ({ second, count: 20 }))],
    ['in one second', [{ second: 7, count: 60_000 }]],
    ['in the first second', [{ second: 0, count: 45_000 }]],
    ['in two seconds and around them', [3, 4, 4, 5, 9].map((second) => ({ second, count: 15_000 }))],
  ])('when they changed %s, then every one comes and no search goes beyond the limit', async (_, groups) => {
    const all = changes(groups);
    const { ids, ended } = await takeAll(all);
    expect(ended).toBe(true);
    expect(ids.size).toBe(all.length);
  });

  it('when a turn ends anywhere, then everything before its mark is in', async () => {
    const groups = array(record({ second: nat(20), count: integer({ min: 1, max: 24_000 }) }), {
      minLength: 1,
      maxLength: 4,
    });
    await assert(
      asyncProperty(groups, async (given) => {
        const all = changes(given);
        // A turn that is over as soon as there is a later instant to go on from.
        const { ids, marks, ended } = await takeAll(all, { ...NO_END, at: -Infinity });
        const until = ended ? Infinity : (marks.at(-1) ?? 0);
        expect(until).toBeGreaterThan(START);
        expect(all.filter(({ id, updatedAt }) => updatedAt < until && !ids.has(id))).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });

  it('when 25,500 customers of a shop changed in one second, then each is read', async () => {
    const shop = emptyShop();
    for (let i = 0; i < 25_500; i += 1) addCustomer(shop, { createdAt: START });
    const { admin, shopify, close } = await connectShop(shop, { timeScale: 1000 });
    const ids = new Set<number>();
    const take = async (search: ChangeSearch, cursor: string | null): Promise<Page> => {
      const page = await readCustomersSince(admin, search, cursor);
      const shown = [...page.customers.id.subarray(0, page.customers.length)];
      for (const id of shown) ids.add(id);
      return { cursor: page.cursor, read: shown.length, upTo: START, lastId: Math.max(...shown) };
    };
    expect(await takePages(take, START, NO_END, () => Promise.resolve())).toBe(true);
    expect(ids.size).toBe(25_500);
    expect(shopify.calls.all.length).toBeLessThan(220);
    await close();
  }, 60_000);
});
