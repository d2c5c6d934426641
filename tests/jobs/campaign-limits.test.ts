import { afterAll, describe, expect, it } from 'vitest';
import type { CampaignPlan } from '#app/campaigns/plan.ts';
import { sqlInShop } from '#app/db.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { budgetLeft } from '#app/models/campaign-budget.server.ts';
import { campaign, changeCampaign } from '#app/models/campaigns.server.ts';
import { noteOrderedMembers } from '#app/models/orders-since.server.ts';
import { addSegment } from '#app/models/saved-segments.server.ts';
import { message, planOf } from '#tests/campaigns/plans.ts';
import { testDatabase } from '#tests/support/database.ts';
import { launched, look, members, offersOf, passDays, STAFF } from './campaign-shop.ts';
import { drain, installed, runPipeline, smallShop, type Pipeline } from './pipeline.ts';

testDatabase();
afterAll(() => closeQueue(1));

const DAY = 86_400_000;
const FIVE = { kind: 'amount' as const, amount: 500, minimum: null, on: { kind: 'all' as const } };
const NOBODY = { match: 'all' as const, parts: [{ what: 'orders' as const, from: 999, to: null }] };
const EVERYBODY = { match: 'all' as const, parts: [{ what: 'orders' as const, from: 1, to: null }] };
const quiet: typeof planOf = (plan, audience) =>
  planOf({ holdOut: 0.3, ...plan }, { quietDays: 90, ...audience });

async function shopOf(): Promise<Pipeline> {
  const pipeline = await installed(smallShop({ customers: 60 }));
  await runPipeline(pipeline);
  return pipeline;
}

async function begun(pipeline: Pipeline, plan: CampaignPlan): Promise<number> {
  const { id } = await launched(pipeline.shop.id, plan);
  await drain();
  await look(pipeline);
  return id;
}

const sql = ({ shop }: Pipeline, text: string, ...values: unknown[]) =>
  sqlInShop(shop.id, (client) => client.query(text, [shop.id, ...values]));

/** An order of each of these customers, stored as it just came in. */
async function order(pipeline: Pipeline, customers: readonly number[], at = Date.now()): Promise<void> {
  await sql(
    pipeline,
    `insert into orders (shop_id, id, customer_id, created_at, processed_at, updated_at, test, financial_status, currency,
       total, refunded)
     select $1, 9e12 + c.id, c.id, t.at, t.at, t.at, false, 'PENDING', 'EUR', 5000, 0
     from unnest($2::int8[]) c (id), (select to_timestamp($3::float8 / 1000) as at) t`,
    customers,
    at,
  );
}

const statesOf = async ({ shop }: Pipeline, id: number) => [
  ...new Set((await members(shop.id, id)).map(({ state }) => state)),
];
const offerStates = async ({ shop }: Pipeline, id: number) =>
  (await offersOf(shop.id, id)).map(({ state, reason }) => `${state} ${reason}`);

describe('whoever orders', () => {
  it('given an order that came after the scores and before the draw, then neither side comes to a step', async () => {
    const pipeline = await shopOf();
    await order(pipeline, [...pipeline.fake.customers.keys()], Date.now() - 3_600_000);
    const id = await begun(pipeline, quiet());
    expect(await statesOf(pipeline, id)).toEqual(['ordered']);
    expect(await offersOf(pipeline.shop.id, id)).toEqual([]);
    await pipeline.close();
  });

  it('given offers that wait for staff or for their code, then they come to nothing with the order', async () => {
    const pipeline = await shopOf();
    const id = await begun(pipeline, quiet({ mode: 'manual' }));
    const offers = await offersOf(pipeline.shop.id, id);
    expect(new Set(await offerStates(pipeline, id))).toEqual(new Set(['review null']));
    const [buyer, other, ...rest] = offers.map((offer) => offer.id);
    await sql(
      pipeline,
      `update offers set state = 'approved' where shop_id = $1 and customer_id = $2`,
      other,
    );
    await order(pipeline, [buyer!, other!]);
    await sqlInShop(pipeline.shop.id, (client) =>
      noteOrderedMembers(client, pipeline.shop.id, [buyer!, other!]),
    );
    expect((await offerStates(pipeline, id)).toSorted()).toEqual([
      'dropped ordered',
      'dropped ordered',
      ...rest.map(() => 'review null'),
    ]);
    await pipeline.close();
  });
});

describe('whoever is left out meanwhile', () => {
  it('given a first step that is waited for, then both sides are compared from its day, and it is asked anew who is left out', async () => {
    const pipeline = await shopOf();
    const { shop } = pipeline;
    const out = await addSegment(shop.id, STAFF, 'Out', NOBODY);
    const leaveOut = [out.ok ? out.id : 0];
    const ladder = [message({ kind: 'none' }, 2), message({ kind: 'none' }, 3)];
    const { id, launchedAt, endsAt } = await launched(shop.id, quiet({ ladder }, { leaveOut }));
    const all = await members(shop.id, id);
    expect(new Set(all.map(({ heldOut }) => heldOut)).size).toBe(2);
    expect(new Set(all.map(({ enteredAt }) => enteredAt - launchedAt!))).toEqual(new Set([2 * DAY]));
    expect(endsAt! - launchedAt!).toBe(32 * DAY);
    await passDays(shop.id, 2);
    await sql(
      pipeline,
      `update saved_segments set conditions = $2 where shop_id = $1`,
      JSON.stringify(EVERYBODY),
    );
    await look(pipeline);
    expect(await statesOf(pipeline, id)).toEqual(['left']);
    expect(await offersOf(shop.id, id)).toEqual([]);
    await pipeline.close();
  });

  it('given a later step, or an offer that waited for staff, then it is asked anew as well', async () => {
    for (const mode of ['live', 'manual'] as const) {
      const pipeline = await shopOf();
      const { shop } = pipeline;
      const out = await addSegment(shop.id, STAFF, 'Out', NOBODY);
      const ladder = [message({ kind: 'none' }), message({ kind: 'none' }, 3)];
      const id = await begun(pipeline, quiet({ ladder, mode }, { leaveOut: [out.ok ? out.id : 0] }));
      const offers = await offersOf(shop.id, id);
      expect(offers.length).toBeGreaterThan(3);
      await sql(
        pipeline,
        `update saved_segments set conditions = $2 where shop_id = $1`,
        JSON.stringify(EVERYBODY),
      );
      if (mode === 'live') await passDays(shop.id, 3);
      else await sql(pipeline, `update offers set state = 'ready' where shop_id = $1`);
      await look(pipeline);
      await look(pipeline);
      const end = mode === 'live' ? 'given null' : 'dropped left-audience';
      expect(await offerStates(pipeline, id)).toEqual(offers.map(() => end));
      const treated = (await members(shop.id, id)).filter(({ heldOut }) => !heldOut);
      expect(new Set(treated.map(({ state }) => state))).toEqual(new Set(['left']));
      await pipeline.close();
    }
  });

  it('given a shop in which somebody orders all the time, then a launch that asks for orders begins all the same', async () => {
    const pipeline = await shopOf();
    await sql(
      pipeline,
      `update bought set run_id = null where shop_id = $1 and customer_id <> (select min(customer_id) from bought
        where shop_id = $1 and run_id is not null)`,
    );
    const { launchedAt, audience } = await launched(pipeline.shop.id, quiet({}, { overdueOnly: true }));
    expect(launchedAt).not.toBeNull();
    expect(audience!.asked).toBeGreaterThan(10);
    await pipeline.close();
  });
});

describe('the budget of a campaign', () => {
  it('given a budget that is cut while offers wait, then no more are handed over than it allows, and redeemed ones count as they were', async () => {
    const pipeline = await shopOf();
    const { shop } = pipeline;
    const guards = { budget: 1_000_000, codesPerYear: 4, leastMargin: null };
    const id = await begun(pipeline, quiet({ mode: 'manual', ladder: [message(FIVE)], guards }));
    const offers = await offersOf(shop.id, id);
    expect(offers.length).toBeGreaterThan(4);
    const { revision, name, plan } = (await campaign(shop.id, id))!;
    await changeCampaign(shop.id, STAFF, {
      id,
      revision,
      name,
      plan: { ...plan, guards: { ...guards, budget: 1_200 } },
    });
    await sql(pipeline, `update offers set state = 'approved' where shop_id = $1`);
    for (let n = 0; n < 3; n += 1) await look(pipeline);
    const states = await offerStates(pipeline, id);
    expect(states.filter((one) => one === 'given null')).toHaveLength(2);
    expect(states.filter((one) => one === 'dropped budget')).toHaveLength(offers.length - 2);
    const left = () => sqlInShop(shop.id, (client) => budgetLeft(client, shop.id, id, 1_200));
    expect(await left()).toBe(200);
    // One is redeemed: first as it was reckoned, then as it was.
    await sql(
      pipeline,
      `with r as (update offers set redeemed_at = clock_timestamp(), redeemed_order = 5 where ctid = (select ctid from offers
         where shop_id = $1 and state = 'given' limit 1) returning campaign_id)
       insert into campaign_orders (shop_id, order_id, campaign_id) select $1, 5, campaign_id from r`,
    );
    expect(await left()).toBe(200);
    await sql(pipeline, 'update campaign_orders set discounted = 320 where shop_id = $1');
    expect(await left()).toBe(380);
    await pipeline.close();
  });
});
