import { afterAll, describe, expect, it } from 'vitest';
import { sqlInShop } from '#app/db.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import type { LeftOut } from '#app/models/campaigns.server.ts';
import { planOf } from '#tests/campaigns/plans.ts';
import { storeScores } from '#tests/routes/built-pages.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';
import { launched, members, move, passDays, turn } from './campaign-shop.ts';

testDatabase();
afterAll(() => closeQueue(1));

const CUSTOMERS = 60;

/** A shop whose first campaign took part in by everybody, so many days ago; what was offered was handed over at once. */
async function afterAnother(days: number, plan: Parameters<typeof planOf>[0] = {}) {
  const { id: shop } = await testShop();
  await storeScores(shop, 1000, CUSTOMERS);
  const first = await launched(shop, planOf({ holdOut: 0.3, ...plan }, { quietDays: 1 }));
  const sql = (text: string) => sqlInShop(shop, (client) => client.query(text, [shop]));
  // Scores of yesterday: nobody ordered today.
  await turn(shop);
  await sql(`update offers set state = 'given', sent_at = clock_timestamp(), given_at = clock_timestamp()
    where shop_id = $1`);
  await sql(`update campaigns set look_at = clock_timestamp() where shop_id = $1`);
  await turn(shop);
  await passDays(shop, days);
  return { shop, first };
}

async function sidesOf(shop: number, first: number, second: number) {
  const held = new Map((await members(shop, first)).map(({ id, heldOut }) => [id, heldOut]));
  const again = await members(shop, second);
  return [true, false].map((side) => again.filter(({ id }) => held.get(id) === side).length);
}

const leftOut = (of: Partial<Record<LeftOut, number>>) => ({ leftOut: of });

describe('a campaign after another', () => {
  it.each(['running', 'paused', 'stopped'] as const)(
    'given customers of a %s campaign whose orders are still compared, then both of its sides are left out alike',
    async (state) => {
      const { shop, first } = await afterAnother(7);
      const sides = await members(shop, first.id);
      expect(sides).toHaveLength(first.audience!.treated + first.audience!.heldOut);
      expect(first.audience!.heldOut).toBeGreaterThan(10);
      if (state !== 'running') await move(shop, first.id, state === 'paused' ? 'pause' : 'stop');
      await turn(shop);
      const second = await launched(shop, planOf({}, { quietDays: 1 }));
      expect(second.audience).toMatchObject(leftOut({ 'in-campaign': sides.length }));
      expect(await sidesOf(shop, first.id, second.id)).toEqual([0, 0]);
    },
  );

  it('given that the comparison is over, then both sides rest alike from the step that reached one of them, and then both come', async () => {
    const { shop, first } = await afterAnother(31);
    await turn(shop);
    const all = first.audience!.treated + first.audience!.heldOut;
    const resting = await launched(shop, planOf({}, { quietDays: 1, restDays: 60 }));
    expect(resting.audience).toMatchObject(leftOut({ contacted: all, 'in-campaign': 0 }));
    const rested = await launched(shop, planOf({}, { quietDays: 1, restDays: 30 }));
    expect(await sidesOf(shop, first.id, rested.id)).toEqual([
      first.audience!.heldOut,
      first.audience!.treated,
    ]);
  });
});
