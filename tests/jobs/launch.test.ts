import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { ratioIsSound } from '#app/campaigns/hold-out.ts';
import { directory, sqlInShop } from '#app/db.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { onStep } from '#app/jobs/step.server.ts';
import { campaignEvents } from '#app/models/campaign-events.server.ts';
import { campaign, changeCampaign } from '#app/models/campaigns.server.ts';
import { planOf } from '#tests/campaigns/plans.ts';
import { storeScores } from '#tests/routes/built-pages.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';
import { drafted, launched, members, move, passDays, turn } from './campaign-shop.ts';
import { bearDeath, diesAfterEach } from './deaths.ts';

testDatabase();
afterEach(() => onStep(undefined));
afterAll(() => closeQueue(1));

const DAY = 86_400_000;

/** A shop with so many customers from 1000 on; each ordered last a day before the one in front of it, the first yesterday. */
async function shopOf(customers: number): Promise<number> {
  const { id } = await testShop();
  await storeScores(id, 1000, customers);
  await sql(id, 'update scores set last_order_day = last_order_day - 1 where shop_id = $1');
  return id;
}

const sql = (shop: number, statement: string) => sqlInShop(shop, (client) => client.query(statement, [shop]));
const heldOut = async (shop: number, id: number) =>
  (await members(shop, id)).filter(({ heldOut: held }) => held).map((member) => member.id);

describe('the launch of a campaign', () => {
  it('given a launch, then everybody in the audience takes part, the share of each segment is held out, and the counts add up', async () => {
    const shop = await shopOf(400);
    const { id, audience, launchedAt, endsAt } = await launched(
      shop,
      planOf({ holdOut: 0.2 }, { quietDays: 11 }),
    );
    const all = await members(shop, id);
    expect(audience).toMatchObject({ asked: 400, leftOut: { ordered: 10, excluded: 0 } });
    expect(audience!.treated + audience!.heldOut).toBe(390);
    expect(all).toHaveLength(390);
    for (const [, of] of Map.groupBy(all, ({ stratum }) => stratum)) {
      const held = of.filter((member) => member.heldOut).length;
      expect(Math.abs(held - of.length * 0.2)).toBeLessThan(1);
    }
    expect(all.filter(({ heldOut: held }) => held)).toHaveLength(audience!.heldOut);
    expect(ratioIsSound(audience!.treated, audience!.heldOut, 0.2)).toBe(true);
    expect(all.every(({ enteredAt }) => enteredAt === launchedAt)).toBe(true);
    expect(endsAt).toBe(launchedAt! + 30 * DAY);
    expect((await campaignEvents(shop, id, 10)).map(({ what }) => what)).toEqual(['drawn', 'launch', 'made']);
  });

  it('X15: given a hundred more looks, new scores and a new version, then nobody is drawn anew', async () => {
    const shop = await shopOf(200);
    const { id } = await launched(shop, planOf({ holdOut: 0.3, joinDays: 30 }));
    const first = await heldOut(shop, id);
    expect(first.length).toBeGreaterThan(40);
    for (let look = 0; look < 100; look += 1) {
      await sql(shop, 'update campaigns set look_at = clock_timestamp() where shop_id = $1');
      if (look % 25 === 0) {
        await sql(shop, `update scores set segment = 'champions' where shop_id = $1`);
        const { revision, plan } = (await campaign(shop, id))!;
        await changeCampaign(shop, 71, {
          id,
          revision,
          name: `Look ${look}`,
          plan: { ...plan, holdOut: 0.05 },
        });
        await sql(shop, 'update campaigns set joined_on = joined_on - 1 where shop_id = $1');
      }
      await turn(shop);
    }
    expect(await heldOut(shop, id)).toEqual(first);
    expect(await members(shop, id)).toHaveLength(200);
    expect((await campaign(shop, id))!.plan.holdOut).toBe(0.3);
  });

  it('X14: given a death after any step of a launch, then it is drawn once and whole', async () => {
    const steps = new Set<string>();
    onStep((name) => void steps.add(name));
    await launched(await shopOf(50), planOf());
    onStep(undefined);
    expect([...steps]).toEqual(expect.arrayContaining(['campaign.draw', 'campaign.looked']));
    await diesAfterEach([...steps], 2, async (hook) => {
      const shop = await shopOf(50);
      const id = await drafted(shop, planOf());
      await move(shop, id, 'launch');
      onStep(hook);
      for (let turns = 0; turns < steps.size + 3; turns += 1) {
        await turn(shop).catch(bearDeath);
        await sql(shop, `update leases set held_until = now() where shop_id = $1`);
        await sql(shop, 'update campaigns set look_at = clock_timestamp() where shop_id = $1');
      }
      onStep(undefined);
      const { audience } = (await campaign(shop, id))!;
      expect(audience).toMatchObject({ asked: 50, leftOut: { ordered: 0 } });
      expect(await members(shop, id)).toHaveLength(50);
      expect(await heldOut(shop, id)).toHaveLength(audience!.heldOut);
      expect((await campaignEvents(shop, id, 10)).filter(({ what }) => what === 'drawn')).toHaveLength(1);
    });
  });

  it('given a start in the future, then nothing happens before, and the worker is called when it comes', async () => {
    const shop = await shopOf(20);
    const id = await drafted(shop, planOf());
    await move(shop, id, 'schedule', Date.now() + 2 * DAY);
    await turn(shop);
    expect((await campaign(shop, id))!.state).toBe('scheduled');
    const called = async () => (await directory.shopsWithCampaigns()).some((one) => one.id === shop);
    expect(await called()).toBe(false);
    await sql(
      shop,
      `update campaigns set start_at = clock_timestamp(), look_at = clock_timestamp() where shop_id = $1`,
    );
    expect(await called()).toBe(true);
    await turn(shop);
    expect(await campaign(shop, id)).toMatchObject({ state: 'running', audience: { asked: 20 } });
  });

  it('given a saved segment that is gone, then it pauses and says so', async () => {
    const shop = await shopOf(20);
    const gone = await launched(shop, planOf({}, { source: { kind: 'saved', id: 5 } }));
    expect(gone).toMatchObject({ state: 'paused', pauseReason: 'segment-gone', launchedAt: null });
  });
});

describe('who comes into the audience of a running campaign', () => {
  it('given days on which to join, then newcomers join once a day, each drawn by its own hash, until those are over', async () => {
    const shop = await shopOf(100);
    const { id, endsAt } = await launched(shop, planOf({ holdOut: 0.5, joinDays: 10 }, { quietDays: 41 }));
    expect(await members(shop, id)).toHaveLength(60);
    await passDays(shop, 5);
    const days = (n: number) =>
      sql(shop, `update scores set last_order_day = last_order_day - ${n} where shop_id = $1`);
    await days(20);
    await turn(shop);
    const after = await members(shop, id);
    expect(after).toHaveLength(80);
    const late = after.filter(({ enteredAt }) => enteredAt > Date.now() - DAY);
    expect(late.map((member) => member.id)).toEqual(Array.from({ length: 20 }, (_, i) => 1020 + i));
    const held = late.filter((member) => member.heldOut).length;
    expect(held).toBeGreaterThan(0);
    expect(held).toBeLessThan(20);
    expect((await campaign(shop, id))!.endsAt).toBeGreaterThanOrEqual(endsAt! - 5 * DAY);
    await passDays(shop, 6);
    await days(20);
    await turn(shop);
    expect(await members(shop, id)).toHaveLength(80);
  });

  it.each([
    { again: { kind: 'never' as const }, back: [1, 1, 1] },
    { again: { kind: 'after' as const, days: 4 }, back: [2, 2, 1] },
    { again: { kind: 'each-time' as const }, back: [2, 1, 1] },
  ])(
    'given $again.kind, then those whose part ended take part again as it says, held out as ever',
    async ({ again, back }) => {
      const shop = await shopOf(10);
      const { id } = await launched(shop, planOf({ holdOut: 0.5, joinDays: 30, again }));
      const before = await heldOut(shop, id);
      await passDays(shop, 5);
      await sql(
        shop,
        `update campaign_members set step = 0, due_at = null, state = case customer_id when 1000 then 'left'
         when 1001 then 'ended' when 1002 then 'skipped' else 'active' end where shop_id = $1`,
      );
      await turn(shop);
      const all = await members(shop, id);
      expect(all.slice(0, 3).map(({ entry }) => entry)).toEqual(back);
      expect(all.slice(3).every(({ entry }) => entry === 1)).toBe(true);
      expect(await heldOut(shop, id)).toEqual(before);
    },
  );
});
