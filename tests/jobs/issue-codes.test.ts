import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sqlInShop } from '#app/db.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { campaignEvents } from '#app/models/campaign-events.server.ts';
import { campaign, moveCampaign } from '#app/models/campaigns.server.ts';
import { deleteCustomer } from '#tests/fake-shopify/store-customers.ts';
import { addDiscount, deleteDiscount, type FakeDiscount } from '#tests/fake-shopify/store-discounts.ts';
import { testDatabase } from '#tests/support/database.ts';
import {
  approve,
  codesAtShopify,
  issue,
  offersOf,
  PERCENT,
  planOf,
  running,
  shopOf,
  stepOf,
} from './code-shop.ts';
import type { Pipeline } from './pipeline.ts';

testDatabase();

let pipeline: Pipeline;
beforeEach(async () => {
  pipeline = await shopOf(30);
});
afterEach(async () => {
  await pipeline.close();
  await closeQueue(1);
});

const ids = (count: number, from = 1): number[] => Array.from({ length: count }, (_, i) => from + i);
const discounts = (): FakeDiscount[] => [...pipeline.fake.discounts.values()];
const calls = (name: string): number => pipeline.shopify.calls.of(name).length;
const states = async (id: number): Promise<string[]> =>
  (await offersOf(pipeline, id)).map(({ state }) => state);
const pause = async (id: number) => (await campaign(pipeline.shop.id, id))?.pauseReason ?? null;

describe('issuing codes', () => {
  it('given approved offers, then one discount has a code for each, bound to these customers, and the offers are ready', async () => {
    const id = await running(pipeline, ids(5));
    await issue(pipeline);
    const offers = await offersOf(pipeline, id);
    expect(offers.map(({ state }) => state)).toEqual(Array.from({ length: 5 }, () => 'ready'));
    expect([...codesAtShopify(pipeline).keys()].sort()).toEqual(offers.map(({ code }) => code).sort());
    const [discount, ...others] = discounts();
    expect(others).toEqual([]);
    expect([...(discount?.customers ?? [])]).toEqual(ids(5));
    expect(discount).toMatchObject({ usageLimit: 1, oncePerCustomer: true });
    const last = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/Los_Angeles' });
    const days = ids(14, 0).map((day) => last.format(Date.now() + day * 86_400_000));
    expect(days).toContain(last.format(discount?.endsAt ?? 0));
    expect(last.format((discount?.endsAt ?? 0) + 1000)).not.toBe(last.format(discount?.endsAt ?? 0));
  });

  it('given offers that are reviewed, skipped or need no code, then nothing is made for them', async () => {
    const id = await running(pipeline, ids(3));
    await sqlInShop(pipeline.shop.id, (client) =>
      client.query(
        `update offers set state = case customer_id when 1 then 'review' when 2 then 'skipped' else 'ready' end,
           needs_code = customer_id <> 3 where shop_id = $1`,
        [pipeline.shop.id],
      ),
    );
    await issue(pipeline);
    expect(await states(id)).toEqual(['review', 'skipped', 'ready']);
    expect(discounts()).toEqual([]);
  });

  it('given more who are approved later on the same day, then they join the same discount', async () => {
    const id = await running(pipeline, ids(2));
    await issue(pipeline);
    await approve(pipeline.shop.id, id, ids(2, 3));
    await issue(pipeline);
    expect(discounts()).toHaveLength(1);
    expect([...(discounts()[0]?.customers ?? [])]).toEqual(ids(4));
    expect(new Set((await offersOf(pipeline, id)).map(({ code }) => code)).size).toBe(4);
  });

  it('given two steps and two campaigns, then each has a discount of its own, and no code is the same', async () => {
    const plan = planOf([stepOf(PERCENT), stepOf({ kind: 'free-shipping', minimum: 3000 }, 7)]);
    const one = await running(pipeline, ids(3), plan);
    await approve(pipeline.shop.id, one, ids(3), 1);
    const other = await running(
      pipeline,
      ids(3),
      planOf([stepOf({ kind: 'sample', product: 11, minimum: null })]),
    );
    await issue(pipeline);
    expect(discounts().map(({ value }) => value.kind)).toEqual(['percentage', 'shipping', 'amount']);
    const offers = [...(await offersOf(pipeline, one)), ...(await offersOf(pipeline, other))];
    expect(new Set(offers.map(({ code }) => code)).size).toBe(9);
    expect(offers.every(({ state }) => state === 'ready')).toBe(true);
  });

  it('given a campaign that is paused, then nothing is made until it goes on', async () => {
    const id = await running(pipeline, ids(2));
    const { revision } = (await campaign(pipeline.shop.id, id))!;
    await moveCampaign(pipeline.shop.id, 1, { id, revision, move: 'pause' });
    await issue(pipeline);
    expect(discounts()).toEqual([]);
    await moveCampaign(pipeline.shop.id, 1, { id, revision: revision + 1, move: 'resume' });
    await issue(pipeline);
    expect(await states(id)).toEqual(['ready', 'ready']);
  });

  it('given a customer who is gone at Shopify, then the others get their codes all the same', async () => {
    deleteCustomer(pipeline.fake, 1, Date.now());
    const id = await running(pipeline, ids(3));
    await issue(pipeline);
    expect((await states(id)).slice(1)).toEqual(['ready', 'ready']);
    expect([...(discounts()[0]?.customers ?? [])]).toEqual([2, 3]);
  });

  it('given a campaign that is stopped, then its discount ends, also one whose making nobody noted', async () => {
    const id = await running(pipeline, ids(2));
    await issue(pipeline);
    await sqlInShop(pipeline.shop.id, (client) =>
      client.query(`update campaign_discounts set state = 'planned', gid = null where shop_id = $1`, [
        pipeline.shop.id,
      ]),
    );
    const { revision } = (await campaign(pipeline.shop.id, id))!;
    await moveCampaign(pipeline.shop.id, 1, { id, revision, move: 'stop' });
    await issue(pipeline);
    expect(discounts()[0]?.endsAt).toBeLessThanOrEqual(Date.now());
    const before = calls('EndDiscount');
    await issue(pipeline);
    expect([before, calls('EndDiscount')]).toEqual([1, 1]);
  });
});

describe('X9: codes by the hundred', () => {
  it('given 1,000 codes of which 3 % fail, then only those are asked for again, and all of them come', async () => {
    await pipeline.close();
    pipeline = await shopOf(1_000);
    pipeline.shopify.trouble.add({ op: 'AddCodes', action: 'failCodes', every: 33, times: 4 });
    const id = await running(pipeline, ids(1_000));
    await issue(pipeline);
    expect(new Set(await states(id))).toEqual(new Set(['ready']));
    expect(codesAtShopify(pipeline).size).toBe(1_000);
    // Four calls of 250, and one for what failed of each.
    expect(calls('AddCodes')).toBe(8);
    expect(discounts()[0]?.customers?.size).toBe(1_000);
  });

  it('given 10,000 codes, then they take 40 calls and few questions, and everybody who has one may use it', async () => {
    await pipeline.close();
    pipeline = await shopOf(0);
    const id = await running(pipeline, ids(10_000));
    await issue(pipeline);
    expect(codesAtShopify(pipeline).size).toBe(10_000);
    expect(['CreateDiscount', 'ChangeDiscount', 'AddCodes'].map(calls)).toEqual([1, 0, 40]);
    expect(calls('CodeCreations')).toBeLessThanOrEqual(20);
    expect(discounts()[0]?.customers).toBeNull();
    expect(new Set(await states(id))).toEqual(new Set(['ready']));
  }, 60_000);

  it('given codes that fail each time, then they are given up after five calls and the others are ready', async () => {
    pipeline.shopify.trouble.add({ op: 'AddCodes', action: 'failCodes', every: 1, times: 100 });
    const id = await running(pipeline, ids(2));
    await issue(pipeline);
    expect((await offersOf(pipeline, id)).map(({ state, reason }) => [state, reason])).toEqual([
      ['failed', 'not-made'],
      ['failed', 'not-made'],
    ]);
    expect(calls('AddCodes')).toBe(5);
  });
});

describe('X7: answers that are lost', () => {
  it('given each call carried out and its answer lost, then there is one discount and one code for each', async () => {
    for (const op of ['CreateDiscount', 'ChangeDiscount', 'AddCodes']) {
      pipeline.shopify.trouble.add({ op, action: 'timeoutAfterCommit' });
    }
    const id = await running(pipeline, ids(30));
    await issue(pipeline);
    expect(new Set(await states(id))).toEqual(new Set(['ready']));
    expect(discounts()).toHaveLength(1);
    expect([...codesAtShopify(pipeline).keys()].sort()).toEqual(
      (await offersOf(pipeline, id)).map(({ code }) => code).sort(),
    );
  });

  it('given codes that never come, then they are asked for again after the deadline', async () => {
    pipeline.shopify.trouble.add({ op: 'AddCodes', action: 'neverAdd' });
    const id = await running(pipeline, ids(3));
    await issue(pipeline, { oneStep: true, until: () => calls('CodeCreations') > 0 });
    await sqlInShop(pipeline.shop.id, (client) =>
      client.query('update code_batches set deadline = clock_timestamp() where shop_id = $1', [
        pipeline.shop.id,
      ]),
    );
    await issue(pipeline);
    expect(await states(id)).toEqual(['ready', 'ready', 'ready']);
    expect(calls('AddCodes')).toBe(2);
  });

  it('given a code that another discount of the shop has, then that offer fails and says so', async () => {
    const id = await running(pipeline, ids(2));
    pipeline.shopify.trouble.add({ op: 'AddCodes', action: '5xx', times: 8 });
    await issue(pipeline, { until: () => calls('AddCodes') > 0 });
    const [first] = await offersOf(pipeline, id);
    const { codes: _codes, usedBy: _usedBy, ...terms } = discounts()[0]!;
    addDiscount(pipeline.fake, terms, first?.code ?? '', Date.now());
    pipeline.shopify.trouble.clear();
    await issue(pipeline);
    expect((await offersOf(pipeline, id)).map(({ state, reason }) => [state, reason])).toEqual([
      ['failed', 'code-taken'],
      ['ready', null],
    ]);
  });
});

describe('what the shop does not let us do', () => {
  it('T7: given no write_discounts, then campaigns with codes pause and say what is missing, and go on with it', async () => {
    const office = pipeline.shopify.shop(pipeline.fake.domain);
    const granted = office.scopes;
    office.scopes = new Set([...granted].filter((scope) => scope !== 'write_discounts'));
    const id = await running(pipeline, ids(2));
    await issue(pipeline);
    expect(await pause(id)).toMatch(/^missing-scope:.*write_discounts/);
    const [event] = await campaignEvents(pipeline.shop.id, id, 1);
    expect(event).toMatchObject({ by: null, what: 'pause', detail: { reason: await pause(id) } });
    office.scopes = granted;
    const { revision } = (await campaign(pipeline.shop.id, id))!;
    await moveCampaign(pipeline.shop.id, 1, { id, revision, move: 'resume' });
    await issue(pipeline);
    expect(await states(id)).toEqual(['ready', 'ready']);
  });

  it('X8: given a discount deleted while codes are added, then the campaign pauses; nothing is made anew before it goes on', async () => {
    const id = await running(pipeline, ids(2));
    await issue(pipeline);
    await approve(pipeline.shop.id, id, [3]);
    deleteDiscount(pipeline.fake, discounts()[0]?.id ?? 0, Date.now());
    await issue(pipeline);
    expect(await pause(id)).toBe('discount-gone');
    await issue(pipeline);
    expect(discounts()).toEqual([]);
    const { revision } = (await campaign(pipeline.shop.id, id))!;
    await moveCampaign(pipeline.shop.id, 1, { id, revision, move: 'resume' });
    await issue(pipeline);
    expect(await states(id)).toEqual(['ready', 'ready', 'ready']);
    expect(discounts()).toHaveLength(1);
  });

  it('given a discount that Shopify refuses to end, then it is tried again until it has ended, and the journal tells of it once', async () => {
    const id = await running(pipeline, ids(2));
    await issue(pipeline);
    const [discount] = discounts();
    discount!.keptOn = 'Discount is being changed';
    const { revision } = (await campaign(pipeline.shop.id, id))!;
    await moveCampaign(pipeline.shop.id, 1, { id, revision, move: 'stop' });
    const stateAndTries = () =>
      sqlInShop(pipeline.shop.id, async (client) => {
        const { rows } = await client.query<{ state: string; tries: number }>(
          'select state, end_tries as tries from campaign_discounts where shop_id = $1',
          [pipeline.shop.id],
        );
        return rows;
      });
    const later = () =>
      sqlInShop(pipeline.shop.id, (client) =>
        client.query('update campaign_discounts set end_after = clock_timestamp() where shop_id = $1', [
          pipeline.shop.id,
        ]),
      );
    await issue(pipeline);
    await issue(pipeline);
    expect(await stateAndTries()).toEqual([{ state: 'ready', tries: 1 }]);
    await later();
    await issue(pipeline);
    expect(await stateAndTries()).toEqual([{ state: 'ready', tries: 2 }]);
    const told = (await campaignEvents(pipeline.shop.id, id, 20)).filter(({ what }) => what === 'alarm');
    expect(told).toMatchObject([{ detail: { reason: 'end-refused', words: 'Discount is being changed' } }]);
    discount!.keptOn = null;
    await later();
    await issue(pipeline);
    expect(await stateAndTries()).toMatchObject([{ state: 'ended' }]);
    expect(discount!.endsAt).toBeLessThanOrEqual(pipeline.shopify.clock.now());
  });

  it('given a discount that somebody deleted before the campaign was stopped, then it counts as ended', async () => {
    const id = await running(pipeline, ids(2));
    await issue(pipeline);
    pipeline.shopify.trouble.add({ op: /^discounts/, action: 'drop', times: 10 });
    deleteDiscount(pipeline.fake, discounts()[0]!.id, Date.now());
    const { revision } = (await campaign(pipeline.shop.id, id))!;
    await moveCampaign(pipeline.shop.id, 1, { id, revision, move: 'stop' });
    await issue(pipeline);
    expect((await campaignEvents(pipeline.shop.id, id, 20)).filter(({ what }) => what === 'alarm')).toEqual(
      [],
    );
  });

  it('given a sample whose variants have several prices, then the campaign pauses and says so: of the cheap one several would be free', async () => {
    pipeline.fake.products.set(12, { id: 12, title: 'Sip', type: '', vendor: '', price: 100, dearest: 900 });
    const plan = planOf([stepOf({ kind: 'sample', product: 12, minimum: null })]);
    const id = await running(pipeline, ids(2), plan);
    await issue(pipeline);
    expect(await pause(id)).toBe('sample-prices');
    expect(discounts()).toEqual([]);
  });

  it('given a sample of a product that is not there, then the campaign pauses and its offers have failed', async () => {
    const plan = planOf([stepOf({ kind: 'sample', product: 404, minimum: null })]);
    const id = await running(pipeline, ids(2), plan);
    await issue(pipeline);
    expect(await pause(id)).toBe('discount-refused');
    expect(await states(id)).toEqual(['failed', 'failed']);
  });
});
