import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AudiencePlan } from '#app/campaigns/plan.ts';
import { sqlInShop } from '#app/db.server.ts';
import { askedSql, countCampaignAudience } from '#app/models/campaign-audience.server.ts';
import { gatherBought } from '#app/models/bought.server.ts';
import { LEFT_OUT, type LeftOut } from '#app/models/campaigns.server.ts';
import { addSegment } from '#app/models/saved-segments.server.ts';
import { holds, type Person } from '#app/rfm/holds.ts';
import { DEFAULT_RULES } from '#app/rfm/order.ts';
import { planOf } from '#tests/campaigns/plans.ts';
import { storeScores } from '#tests/routes/built-pages.ts';
import { anyQuestion } from '#tests/rfm/any-question.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';
import {
  anyPeople,
  AS_OF,
  boughtBy,
  CURRENCY,
  storePeople,
  ZONE,
  type AnyPerson,
} from './generated-people.ts';

testDatabase();
let shop: number;
beforeAll(async () => {
  shop = (await testShop()).id;
});

const agreed = ({ customer }: AnyPerson, consent: AudiencePlan['consent']): boolean => {
  const [email, sms] = [customer?.email === 'SUBSCRIBED', customer?.sms === 'SUBSCRIBED'];
  return { email, sms, either: email || sms, any: true }[consent];
};

describe('the audience of a campaign', () => {
  it('given any customers and any plan, then each who is asked for takes part or is left out for the first reason', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyPeople,
        fc.array(anyQuestion(AS_OF), { minLength: 1, maxLength: 3 }),
        fc.record({
          consent: fc.constantFrom('email' as const, 'sms' as const, 'either' as const, 'any' as const),
          quietDays: fc.integer({ min: 1, max: 60 }),
          restDays: fc.constantFrom(0, 20),
          overdueOnly: fc.boolean(),
        }),
        fc.option(fc.integer({ min: 1, max: 40 }), { freq: 4 }),
        fc.func(fc.constantFrom(...LOTS)),
        async (people, [source, ...leaveOut], rest, gap, lotOf) => {
          const lots = new Map(people.map(({ id }) => [id, lotOf(id)]));
          const due =
            gap === null ? null : { shopGap: { length: gap, unit: 'days' as const }, windowBegins: null };
          const asked = { asOf: AS_OF, cycle: null, due };
          await sqlInShop(shop, async (client) => {
            await storePeople(client, shop, people);
            await storeLots(client, lots);
            await gatherBought(client, shop, {
              runId: 1,
              asOf: AS_OF,
              timeZone: ZONE,
              currency: CURRENCY,
              rules: DEFAULT_RULES,
            });
          });
          const plan = planOf({}, rest).audience;
          const expected = people.flatMap((one): [number, LeftOut | null][] => {
            const person: Person = { ...one, bought: boughtBy(one) };
            if (!holds(source!, person, asked)) return [];
            const lot = lots.get(one.id);
            const dueIn = { match: 'all' as const, parts: [{ what: 'due-in' as const, from: 0, to: null }] };
            const reasons: Record<LeftOut, boolean> = {
              excluded: leaveOut.some((tree) => holds(tree, person, asked)),
              'no-consent': !agreed(one, plan.consent),
              'within-gap': plan.overdueOnly && holds(dueIn, person, asked),
              ordered: one.lastOrderDay !== null && one.lastOrderDay > AS_OF - plan.quietDays,
              contacted: plan.restDays > 0 && (lot === 'given' || lot === 'passed-by'),
              'in-campaign': lot === 'elsewhere' || lot === 'compared',
            };
            return [[one.id, LEFT_OUT.find((reason) => reasons[reason]) ?? null]];
          });
          const { text, values } = askedSql(shop, { plan, source: source!, leaveOut, asked }, 7);
          const { rows } = await sqlInShop(shop, (client) =>
            client.query<{ customer_id: number; why: LeftOut | null }>(`${text} order by 1`, values),
          );
          expect(rows.map((row) => [row.customer_id, row.why])).toEqual(expected);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('given a saved segment that was deleted, or no scores yet, then it is told why nobody can be counted', async () => {
    const { id } = await testShop();
    const plan = planOf({}, { source: { kind: 'saved', id: 99 } }).audience;
    expect(await countCampaignAudience(id, plan)).toBe('not-scored');
    await storeScores(id, 1, 40);
    expect(await countCampaignAudience(id, plan)).toBe('segment-gone');
    const tree = { match: 'all' as const, parts: [{ what: 'orders' as const, from: 2, to: null }] };
    const saved = await addSegment(id, 1, 'Twice', tree);
    const source = { kind: 'saved' as const, id: saved.ok ? saved.id : 0 };
    const size = await countCampaignAudience(id, planOf({}, { source, quietDays: 2 }).audience);
    expect(size).toMatchObject({ asked: 30, members: 29, leftOut: { ordered: 1, excluded: 0 } });
    if (typeof size === 'string') throw new Error(size);
    expect(size.strata.reduce((sum, { customers }) => sum + customers, 0)).toBe(29);
    const without = await countCampaignAudience(id, planOf({}, { source, leaveOut: [source.id] }).audience);
    expect(without).toMatchObject({
      asked: 30,
      members: 0,
      leftOut: { ordered: 0, excluded: 30 },
      strata: [],
    });
  });
});

type Client = Parameters<Parameters<typeof sqlInShop>[1]>[0];

/**
 * What other campaigns have to do with a customer: given something, or passed by at a step since it is held out; going
 * on elsewhere, held out of one that still compares, out of one whose comparison is over, or the campaign's own.
 */
const LOTS = [
  'nothing',
  'given',
  'given-long-ago',
  'passed-by',
  'passed-by-long-ago',
  'elsewhere',
  'compared',
  'was-elsewhere',
  'own',
] as const;
/** Campaign, days since the customer came in, its state and days since it came to a step. */
const PARTS: Partial<Record<string, [number, number, string, number | null]>> = {
  'passed-by': [9, 40, 'ended', 19],
  'passed-by-long-ago': [9, 40, 'ended', 21],
  elsewhere: [8, 40, 'active', null],
  compared: [9, 29, 'ended', null],
  'was-elsewhere': [9, 31, 'ended', null],
  own: [7, 5, 'active', null],
};

/** Stores it. Campaign 7 is the one that is asked about; 8 is paused, 9 ended; both compare for 30 days. */
async function storeLots(client: Client, lots: Map<number, string>): Promise<void> {
  for (const table of ['offers', 'campaign_members', 'campaign_versions', 'campaigns'])
    await client.query(`delete from ${table} where shop_id = $1`, [shop]);
  for (const [id, state] of [
    [7, 'running'],
    [8, 'paused'],
    [9, 'finished'],
  ]) {
    await client.query(
      `insert into campaigns (shop_id, id, slug, name, state, secret, operation, created_by, launched_at)
       values ($1, $2, $3, $3, $4, '', $3, 1, now())`,
      [shop, id, `c-${id}`, state],
    );
    await client.query(
      `insert into campaign_versions (shop_id, campaign_id, version, plan, created_by) values ($1, $2, 1, $3, 1)`,
      [shop, id, JSON.stringify(planOf({ observeDays: 30 }))],
    );
  }
  for (const [customer, lot] of lots) {
    const part = PARTS[lot];
    if (part !== undefined)
      await client.query(
        `insert into campaign_members (shop_id, campaign_id, customer_id, stratum, held_out, entered_at, entry_at, state, reached_at)
         values ($1, $2, $3, 'x', $5 = 'ended', now() - make_interval(days => $4), now(), $5, now() - make_interval(days => $6))`,
        [shop, part[0], customer, ...part.slice(1)],
      );
    if (!lot.startsWith('given')) continue;
    await client.query(
      `insert into offers (shop_id, campaign_id, customer_id, entry, step, branch, arm, version, needs_code, state, sent_at)
       values ($1, 9, $2, 1, 0, 0, 0, 1, false, 'given', now() - make_interval(days => $3))`,
      [shop, customer, lot === 'given' ? 19 : 21],
    );
  }
}
