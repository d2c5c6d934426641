import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { CampaignPlan } from '#app/campaigns/plan.ts';
import { sqlInShop } from '#app/db.server.ts';
import { closeQueue, enqueue } from '#app/jobs/queue.server.ts';
import { readSegments } from '#app/jobs/read-segments.server.ts';
import { runCampaigns } from '#app/jobs/run-campaigns.server.ts';
import { onStep } from '#app/jobs/step.server.ts';
import { countCampaignAudience } from '#app/models/campaign-audience.server.ts';
import { campaign } from '#app/models/campaigns.server.ts';
import { askForSegment, segmentReading } from '#app/models/shopify-segments.server.ts';
import { addCustomer, addTags } from '#tests/fake-shopify/store-customers.ts';
import { addSegment, deleteSegment, type FakeSegment } from '#tests/fake-shopify/store-segments.ts';
import { createShop, PLANS } from '#tests/fake-shopify/store.ts';
import { message, planOf } from '#tests/campaigns/plans.ts';
import { storeScores } from '#tests/routes/built-pages.ts';
import { testDatabase } from '#tests/support/database.ts';
import { drafted, members, move, passDays } from './campaign-shop.ts';
import { bearDeath, diesAfterEach } from './deaths.ts';
import { drain, installed, type Pipeline } from './pipeline.ts';

testDatabase();
afterEach(() => onStep(undefined));
afterAll(() => closeQueue(1));

let shops = 0;

/** A shop with customers from 1000 on, the even ones of whom are in a segment; all are scored and ordered lately none. */
async function shopOf(customers: number): Promise<Pipeline & { segment: FakeSegment }> {
  const fake = createShop({
    domain: `segments-${process.pid}-${++shops}.myshopify.com`,
    name: 'Segments',
    currency: 'EUR',
    timeZone: 'UTC',
    createdAt: 1,
    plan: PLANS.plus,
  });
  for (let id = 1000; id < 1000 + customers; id += 1)
    addCustomer(fake, { id, createdAt: 1, tags: id % 2 === 0 ? ['even'] : [] });
  const segment = addSegment(fake, 'Even', "customer_tags CONTAINS 'even'", 1);
  const made = await installed(fake);
  await storeScores(made.shop.id, 1000, customers);
  await sql(made.shop.id, 'update scores set last_order_day = last_order_day - 30 where shop_id = $1');
  return { ...made, segment };
}

const sql = (shop: number, statement: string, values: unknown[] = []) =>
  sqlInShop(shop, async (client) => (await client.query<{ id: number }>(statement, [shop, ...values])).rows);
const stored = async (shop: number) =>
  (
    await sql(shop, 'select customer_id as id from shopify_segment_members where shop_id = $1 order by 1')
  ).map(({ id }) => id);
const planFor = ({ id, name }: FakeSegment, plan: Partial<CampaignPlan> = {}) =>
  planOf(plan, { source: { kind: 'shopify', gid: gid(id), name } });
const gid = (id: number): string => `gid://shopify/Segment/${id}`;
const even = (from: number, customers: number): number[] =>
  Array.from({ length: customers / 2 }, (_, i) => from + 2 * i);

async function read({ shop, segment }: Awaited<ReturnType<typeof shopOf>>): Promise<void> {
  await askForSegment(shop.id, gid(segment.id));
  await enqueue(readSegments, { shopId: shop.id, generation: shop.generation });
}

/** Everything that the worker does until the campaign is drawn or paused. */
async function begin(pipeline: Pipeline, plan: CampaignPlan): Promise<number> {
  const id = await drafted(pipeline.shop.id, plan);
  await move(pipeline.shop.id, id, 'launch');
  await looks(pipeline, id);
  return id;
}

async function looks({ shop }: Pipeline, id: number): Promise<void> {
  for (let turns = 0; turns < 4; turns += 1) {
    await sql(shop.id, 'update campaigns set look_at = clock_timestamp() where shop_id = $1 and id = $2', [
      id,
    ]);
    await enqueue(runCampaigns, { shopId: shop.id, generation: shop.generation });
    await drain();
  }
}

/** Makes every reading so many hours older. */
const age = (shop: number, hours: number) =>
  sql(
    shop,
    `update shopify_segment_readings set asked_at = asked_at - make_interval(hours => $2),
       ended_at = ended_at - make_interval(hours => $2) where shop_id = $1`,
    [hours],
  );

describe('a segment of Shopify’s', () => {
  it('given more members than a page, then each is stored once, of those the shop knows, also while Shopify throttles', async () => {
    const pipeline = await shopOf(4_200);
    addCustomer(pipeline.fake, { id: 99_000, createdAt: 1, tags: ['even'] });
    pipeline.shopify.trouble.add({ op: 'customerSegmentMembers', nth: 2, action: 'throttle' });
    await read(pipeline);
    await drain();
    expect(await stored(pipeline.shop.id)).toEqual(even(1000, 4_200));
    expect(await segmentReading(pipeline.shop.id, gid(pipeline.segment.id))).toMatchObject({
      reading: expect.any(Number),
    });
    await pipeline.close();
  });

  it('X14: given a death after any step of a reading, then it is read whole and once', async () => {
    const pipeline = await shopOf(2_200);
    const { id } = pipeline.shop;
    const steps = new Set<string>();
    onStep((name) => void steps.add(name));
    await read(pipeline);
    await drain();
    onStep(undefined);
    const own = [...steps].filter((name) => name.startsWith('segments.'));
    expect(own).toEqual(expect.arrayContaining(['segments.page', 'segments.store']));
    await diesAfterEach(own, 2, async (hook) => {
      await sql(id, 'delete from shopify_segment_members where shop_id = $1');
      await sql(id, 'delete from shopify_segment_readings where shop_id = $1');
      await sql(id, 'update leases set held_until = now() where shop_id = $1');
      onStep(hook);
      for (let lives = 0; lives < own.length + 1; lives += 1) {
        await read(pipeline);
        await drain({ onCrash: bearDeath });
        await sql(id, 'update leases set held_until = now() where shop_id = $1');
      }
      onStep(undefined);
      expect(await segmentReading(id, gid(pipeline.segment.id))).toMatchObject({
        reading: expect.any(Number),
      });
      expect(new Set(await stored(id))).toEqual(new Set(even(1000, 2_200)));
    });
    await pipeline.close();
  });

  it('given a segment that was deleted, or a reading that was given up, then it cannot be told, and is asked anew later', async () => {
    const pipeline = await shopOf(20);
    const { id } = pipeline.shop;
    const segment = gid(pipeline.segment.id);
    expect(await segmentReading(id, segment)).toBe('shopify-unread');
    deleteSegment(pipeline.fake, pipeline.segment.id);
    await read(pipeline);
    await drain();
    expect(await segmentReading(id, segment)).toBe('shopify-segment');
    await age(id, 1);
    expect(await segmentReading(id, segment)).toBe('shopify-unread');
    await askForSegment(id, segment);
    await readSegments.gaveUp!({ shopId: id, generation: 1 }, 'a reason');
    expect(await segmentReading(id, segment)).toBe('shopify-segment');
    await pipeline.close();
  });
});

describe('a campaign for a segment of Shopify’s', () => {
  it('given a launch, then the segment is read first, and exactly those take part who are in it', async () => {
    const pipeline = await shopOf(200);
    const { segment, shop } = pipeline;
    const plan = planFor(segment, { holdOut: 0.2 });
    expect(await countCampaignAudience(shop.id, plan.audience)).toBe('shopify-unread');
    const id = await begin(pipeline, plan);
    expect((await members(shop.id, id)).map((member) => member.id)).toEqual(even(1000, 200));
    expect(await campaign(shop.id, id)).toMatchObject({ state: 'running', audience: { asked: 100 } });
    expect(await countCampaignAudience(shop.id, plan.audience)).toMatchObject({ asked: 100 });
    await pipeline.close();
  });

  it('given a segment that is gone at the launch, then the campaign pauses and says so', async () => {
    const pipeline = await shopOf(20);
    deleteSegment(pipeline.fake, pipeline.segment.id);
    const id = await begin(pipeline, planFor(pipeline.segment));
    expect(await campaign(pipeline.shop.id, id)).toMatchObject({
      state: 'paused',
      pauseReason: 'shopify-segment',
      launchedAt: null,
    });
    await pipeline.close();
  });

  it('given a day later, then the segment is read anew: newcomers join, and who left it goes no further', async () => {
    const pipeline = await shopOf(40);
    const { segment, shop, fake } = pipeline;
    const ladder = [message({ kind: 'none' }), message({ kind: 'none' }, 3)];
    const id = await begin(pipeline, planFor(segment, { joinDays: 10, ladder }));
    addTags(fake, 1001, ['even'], Date.now());
    segment.query = "customer_tags CONTAINS 'even' AND customer_tags NOT CONTAINS 'away'";
    addTags(fake, 1000, ['away'], Date.now());
    await passDays(shop.id, 1);
    await looks(pipeline, id);
    const now = async (customer: number) => (await members(shop.id, id)).find((one) => one.id === customer);
    expect(await now(1001)).toBeUndefined();
    await passDays(shop.id, 4);
    await age(shop.id, 21);
    await looks(pipeline, id);
    expect(await now(1001)).toMatchObject({ state: expect.any(String) });
    const left = (await members(shop.id, id)).filter(({ state }) => state === 'left');
    expect(left.map((one) => one.id)).toEqual([1000]);
    await pipeline.close();
  });
});
