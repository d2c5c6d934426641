import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { sqlInShop } from '#app/db.server.ts';
import { audiencePage, audienceSql, countAudience, profileAudience } from '#app/models/audience.server.ts';
import { exportedMembers } from '#app/models/members-export.server.ts';
import { boughtIsDue, gatherBought, noteBought } from '#app/models/bought.server.ts';
import { EVERYBODY, type Tree } from '#app/rfm/conditions.ts';
import { holds, type Person } from '#app/rfm/holds.ts';
import { DEFAULT_RULES, type CountingRules } from '#app/rfm/order.ts';
import { cycleDays } from '#app/rfm/purchase-cycle.ts';
import { anyQuestion } from '#tests/rfm/any-question.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';
import {
  anyPeople,
  anyRules,
  AS_OF,
  boughtBy,
  CURRENCY,
  storePeople,
  ZONE,
  type AnyPerson,
} from './generated-people.ts';

testDatabase();
let shop: number;
/** A shop whose customers no answer may hold. */
let other: number;
const rulesOf = (rules: CountingRules, runId = 1) => ({
  runId,
  asOf: AS_OF,
  timeZone: ZONE,
  currency: CURRENCY,
  rules,
});
const gather = (rules: CountingRules, runId = 1) =>
  sqlInShop(shop, (client) => gatherBought(client, shop, rulesOf(rules, runId)));

beforeAll(async () => {
  [shop, other] = [(await testShop()).id, (await testShop()).id];
  const [person] = fc.sample(anyPeople, { numRuns: 1, seed: 7 });
  await sqlInShop(other, (client) => storePeople(client, other, person!));
});

const personOf = (one: AnyPerson, rules: CountingRules): Person => ({ ...one, bought: boughtBy(one, rules) });
const inMonths = fc.record({ length: fc.integer({ min: 1, max: 4 }), unit: fc.constant('months' as const) });
const anyCycle = fc.option(
  fc.oneof(
    fc.record({ length: fc.integer({ min: 1, max: 90 }), unit: fc.constant('days' as const) }),
    inMonths,
  ),
);
/** A usual gap may be halves of days, and the window may leave orders out, or all of them. */
const anyDue = fc.option(
  fc.record({
    shopGap: fc.oneof(
      fc.record({
        length: fc.integer({ min: 1, max: 120 }).map((halves) => halves / 2),
        unit: fc.constant('days' as const),
      }),
      inMonths,
    ),
    windowBegins: fc.option(fc.integer({ min: AS_OF - 70, max: AS_OF })),
  }),
  { freq: 5 },
);

describe('a question about customers', () => {
  it('given any shop and any questions, then the database finds exactly those whom it is true of, one by one', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyPeople,
        anyRules,
        anyCycle,
        anyDue,
        fc.array(anyQuestion(AS_OF), { minLength: 8, maxLength: 12 }),
        async (people, rules, cycle, due, questions) => {
          await sqlInShop(shop, (client) => storePeople(client, shop, people));
          await gather(rules);
          const asked = { asOf: AS_OF, cycle: cycle && cycleDays(cycle, AS_OF), due };
          for (const tree of questions) {
            const expected = people.filter((one) => holds(tree, personOf(one, rules), asked));
            const ids = expected.map(({ id }) => id);
            const audience = { trees: [tree], ids: null, asked };
            const found: number[] = [];
            for await (const portion of exportedMembers(shop, audienceSql(shop, audience)))
              found.push(...portion.map(({ customerId }) => customerId));
            expect([tree, found]).toEqual([tree, ids]);
            expect(await countAudience(shop, audience)).toEqual({
              customers: ids.length,
              monetary: expected.reduce((sum, { monetary }) => sum + monetary, 0),
            });
            const { customers, tiers, orders, reach } = await profileAudience(shop, audience);
            expect(customers).toBe(ids.length);
            expect(tiers.high + tiers.medium + tiers.low).toBe(expected.filter(({ r }) => r > 0).length);
            expect(orders).toBe(expected.reduce((sum, { frequency }) => sum + frequency, 0));
            expect(reach.email.agreed).toBe(
              expected.filter(({ customer }) => customer?.email === 'SUBSCRIBED').length,
            );
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('pages of an audience', () => {
  const asked = { asOf: AS_OF, cycle: null, due: null };
  it('given any sort and size, then walking there and back shows everybody once; numbers make it fewer', async () => {
    const people = fc.sample(anyPeople, { numRuns: 30, seed: 3 }).find((some) => some.length === 10)!;
    await sqlInShop(shop, (client) => storePeople(client, shop, people));
    const tree: Tree = { match: 'any', parts: [{ what: 'orders', from: 0, to: null }] };
    const read = async (ids: number[] | null, limit: number) => {
      const there: number[][] = [];
      for (let cursor: string | null = null; ;) {
        const page = await audiencePage(shop, { trees: [tree], ids, asked }, 'last-order', cursor, limit);
        there.push(page.members.map(({ customerId }) => customerId));
        if (page.next === null) return there;
        cursor = page.next;
      }
    };
    const all = (await read(null, 100))[0]!;
    expect(all.toSorted()).toEqual(people.map(({ id }) => id));
    expect((await read(null, 3)).flat()).toEqual(all);
    expect((await read([103, 101, 999], 1)).flat().toSorted()).toEqual([101, 103]);
    expect(
      (await audiencePage(shop, { trees: [EVERYBODY], ids: [], asked }, 'monetary', null, 5)).members,
    ).toEqual([]);
  });
});

describe('what customers bought', () => {
  const store = async (people: AnyPerson[]) => sqlInShop(shop, (client) => storePeople(client, shop, people));
  const bought = async (id: number) =>
    sqlInShop(shop, async (client) => {
      const { rows } = await client.query<{ products: number[] }>(
        'select products from bought where shop_id = $1 and customer_id = $2',
        [shop, id],
      );
      return rows[0]?.products;
    });

  it('given an order that changes after it was gathered, then it is due again, and another run gathers everybody', async () => {
    const people = fc
      .sample(anyPeople, { numRuns: 100, seed: 11 })
      .flat()
      .filter((one) => one.lastOrderDay !== null && boughtBy(one)!.products.length > 1)
      .slice(0, 2)
      .map((one, i) => ({
        ...one,
        id: 101 + i,
        orders: one.orders.map((each, j) => ({ ...each, id: 10 * i + j + 1 })),
      }));
    expect(people).toHaveLength(2);
    await store(people);
    expect(await boughtIsDue(shop, 1)).toBe(true);
    expect(await gather(DEFAULT_RULES)).toBe(2);
    expect(await boughtIsDue(shop, 1)).toBe(false);
    expect(await gather(DEFAULT_RULES)).toBe(0);
    const [first] = people as [AnyPerson];
    expect(await bought(first.id)).toEqual(boughtBy(first)!.products.toSorted());
    await sqlInShop(shop, async (client) => {
      await client.query(`update orders set test = true where shop_id = $1 and customer_id = $2`, [
        shop,
        first.id,
      ]);
      await noteBought(client, shop, [first.id]);
    });
    expect(await boughtIsDue(shop, 1)).toBe(true);
    expect(await gather(DEFAULT_RULES)).toBe(1);
    expect(await bought(first.id)).toEqual([]);
    expect(await gather({ ...DEFAULT_RULES, countTest: true }, 2)).toBe(2);
    expect(await bought(first.id)).toEqual(boughtBy(first)!.products.toSorted());
  });
});
