import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sqlInShop } from '#app/db.server.ts';
import { campaignEvents } from '#app/models/campaign-events.server.ts';
import { campaign, moveCampaign } from '#app/models/campaigns.server.ts';
import { checkOut, type Basket } from '#tests/fake-shopify/checkout.ts';
import { mergeCustomers } from '#tests/fake-shopify/store-customers.ts';
import { changeDiscount, deleteDiscount, removeCode } from '#tests/fake-shopify/store-discounts.ts';
import { editOrder, type FakeOrder } from '#tests/fake-shopify/store-orders.ts';
import { testDatabase } from '#tests/support/database.ts';
import { issue, offersOf, PERCENT, planOf, running, shopOf, stepOf, type StoredOffer } from './code-shop.ts';
import { receiving, settle } from './followed-shop.ts';
import { lookAgain, runPipeline, type Pipeline } from './pipeline.ts';

testDatabase();
const appUrl = receiving();

let pipeline: Pipeline;
let id: number;
const given = async (plan = planOf([stepOf(PERCENT)])): Promise<void> => {
  id = await running(pipeline, [1, 2, 3], plan);
  await issue(pipeline);
  await sqlInShop(pipeline.shop.id, (client) =>
    client.query(`update offers set state = 'given', given_at = clock_timestamp() where shop_id = $1`, [
      pipeline.shop.id,
    ]),
  );
};
beforeEach(async () => {
  pipeline = await shopOf(5, appUrl());
  await runPipeline(pipeline);
  await given();
});
afterEach(() => pipeline.close());

const offer = async (customer: number): Promise<StoredOffer> => (await offersOf(pipeline, id))[customer - 1]!;
const codeOfCustomer = async (customer: number): Promise<string> => (await offer(customer)).code ?? '';
const buy = (basket: Partial<Basket>): FakeOrder => {
  const lines = [{ productId: 11, quantity: 1, price: 2000 }];
  const out = checkOut(pipeline.fake, { customerId: 1, lines, at: Date.now(), ...basket });
  if ('refused' in out) throw new Error(out.refused);
  return out.order;
};
/** Lets webhooks arrive and everything that comes of them be done. */
const arrive = async (): Promise<void> => {
  await settle(pipeline);
  await issue(pipeline);
};
const pause = async (): Promise<string | null> => (await campaign(pipeline.shop.id, id))?.pauseReason ?? null;
const alarms = async () =>
  (await campaignEvents(pipeline.shop.id, id, 50)).filter(({ what, by }) => by === null && what !== 'launch');
const resume = async (): Promise<void> => {
  const { revision } = (await campaign(pipeline.shop.id, id))!;
  await moveCampaign(pipeline.shop.id, 1, { id, revision, move: 'resume' });
};

describe('an order with a code', () => {
  it('given somebody else who redeems it, then its own customer loses the offer and what reminds of it', async () => {
    const reminder = { ...stepOf({ kind: 'none' }), kind: 'reminder' as const };
    await given(planOf([stepOf(PERCENT), reminder]));
    const code = await codeOfCustomer(1);
    await sqlInShop(pipeline.shop.id, (client) =>
      client.query(
        `insert into offers (shop_id, campaign_id, customer_id, entry, step, branch, arm, version, needs_code, state,
           withdraw_at)
         select $1, $2, id, 1, 1, 0, 0, 1, false, 'given', clock_timestamp() + interval '9 days'
         from unnest($3::int8[]) id`,
        [pipeline.shop.id, id, [1, 2]],
      ),
    );
    buy({ customerId: 4, codes: [code], leaks: true });
    await arrive();
    const due = (await offersOf(pipeline, id)).filter(({ withdraw }) => (withdraw ?? Infinity) <= Date.now());
    expect(due.map(({ customer, step }) => [customer, step])).toEqual([
      [1, 0],
      [1, 1],
    ]);
  });

  it('given the customer it is for, then the offer is redeemed, its hand-over is taken back, and nothing is wrong', async () => {
    const order = buy({ codes: [(await codeOfCustomer(1)).toLowerCase()] });
    buy({ customerId: 2 });
    await arrive();
    expect(await offer(1)).toMatchObject({ redeemed: order.id, state: 'given' });
    expect((await offer(1)).withdraw).not.toBeNull();
    expect(await offer(2)).toMatchObject({ redeemed: null, withdraw: null });
    expect([await pause(), await alarms()]).toEqual([null, []]);
  });

  it('given its webhook is lost, then the next look at what changed finds it', async () => {
    pipeline.shopify.trouble.add({ op: /^orders/, action: 'drop', times: 10 });
    const order = buy({ codes: [await codeOfCustomer(1)] });
    await arrive();
    expect(await offer(1)).toMatchObject({ redeemed: null });
    await lookAgain(pipeline);
    expect(await offer(1)).toMatchObject({ redeemed: order.id });
  });

  it('given it came before a new import, then that finds it', async () => {
    pipeline.shopify.trouble.add({ op: /^orders/, action: 'drop', times: 10 });
    const order = buy({ codes: [await codeOfCustomer(1)] });
    await sqlInShop(pipeline.shop.id, (client) =>
      client.query('insert into imports (shop_id, generation) values ($1, $2)', [
        pipeline.shop.id,
        pipeline.shop.generation,
      ]),
    );
    await runPipeline(pipeline);
    expect(await offer(1)).toMatchObject({ redeemed: order.id });
  });
});

describe('a leak', () => {
  it('given somebody else uses a code, then the journal says what it cost, once for the order; the third pauses the campaign', async () => {
    const order = buy({ customerId: 4, codes: [await codeOfCustomer(1)], leaks: true });
    await arrive();
    const alarm = { what: 'alarm', detail: { reason: 'leak', cost: 300, currency: 'EUR' } };
    expect([await pause(), await alarms()]).toMatchObject([null, [alarm]]);
    editOrder(pipeline.fake, order.id, { total: 1500 }, Date.now());
    await arrive();
    expect(await alarms()).toHaveLength(1);
    for (const customer of [2, 3]) {
      expect(await pause()).toBeNull();
      buy({ customerId: 4, codes: [await codeOfCustomer(customer)], leaks: true });
      await arrive();
    }
    expect([await pause(), await alarms()]).toMatchObject([
      'leak',
      [{ ...alarm, what: 'pause' }, alarm, alarm],
    ]);
    // Whoever lets it go on has seen those. A code that works twice is another thing: it pauses at once.
    await resume();
    buy({ customerId: 5, codes: [await codeOfCustomer(1)], leaks: true });
    await arrive();
    expect(await pause()).toBe('leak');
  });

  it('given a code is used a second time by the same customer, then the campaign pauses', async () => {
    const code = await codeOfCustomer(1);
    const first = buy({ codes: [code] });
    await arrive();
    expect(await pause()).toBeNull();
    buy({ codes: [code], leaks: true });
    await arrive();
    expect(await pause()).toBe('leak');
    expect(await offer(1)).toMatchObject({ redeemed: first.id });
  });

  it('given the customer was merged into the buyer, then they are one, also when nobody told of it', async () => {
    const code = await codeOfCustomer(1);
    pipeline.shopify.trouble.add({ op: 'customers/merge', action: 'drop', times: 10 });
    mergeCustomers(pipeline.fake, 4, 1, Date.now());
    buy({ customerId: 4, codes: [code], leaks: true });
    await arrive();
    expect([await pause(), await alarms()]).toEqual([null, []]);
  });

  it('given a campaign that was stopped, then its journal says so and it stays stopped', async () => {
    const code = await codeOfCustomer(1);
    const { revision } = (await campaign(pipeline.shop.id, id))!;
    await moveCampaign(pipeline.shop.id, 1, { id, revision, move: 'stop' });
    buy({ customerId: 4, codes: [code], leaks: true });
    await arrive();
    expect((await campaign(pipeline.shop.id, id))?.state).toBe('stopped');
    expect(await alarms()).toMatchObject([{ what: 'alarm', detail: { reason: 'leak' } }]);
  });
});

describe('stacking', () => {
  const summer = [{ title: 'Summer', amount: 500 }];

  it('given another discount beside the code, then the journal says what both took off, and the third pauses the campaign', async () => {
    for (const customerId of [1, 2, 3]) {
      expect(await pause()).toBeNull();
      buy({ customerId, codes: [await codeOfCustomer(customerId)], automatic: summer, leaks: true });
      await arrive();
    }
    expect(await pause()).toBe('stacking');
    expect((await alarms())[0]).toMatchObject({ detail: { reason: 'stacking', cost: 800 } });
  });

  it('given what staff took off by hand beside the code, then nothing is wrong', async () => {
    const byHand = summer.map((one) => ({ ...one, byHand: true }));
    buy({ codes: [await codeOfCustomer(1)], automatic: byHand, leaks: true });
    await arrive();
    expect([await pause(), await alarms()]).toEqual([null, []]);
  });

  it('given a campaign that combines, then nothing is wrong with it', async () => {
    await given(planOf([stepOf(PERCENT)], { combines: true }));
    buy({ codes: [await codeOfCustomer(2)], customerId: 2, automatic: summer });
    await arrive();
    expect([await pause(), await alarms()]).toEqual([null, []]);
  });
});

describe('X8: a discount that somebody else changes', () => {
  const discount = () => [...pipeline.fake.discounts.values()][0]!;

  it('given it is deleted, then the campaign pauses, what was given is taken back, and nothing is made anew', async () => {
    await arrive();
    deleteDiscount(pipeline.fake, discount().id, Date.now());
    await arrive();
    expect(await pause()).toBe('discount-gone');
    expect((await offersOf(pipeline, id)).every(({ withdraw }) => withdraw !== null)).toBe(true);
    await arrive();
    expect(pipeline.fake.discounts.size).toBe(0);
  });

  it('given its terms are changed, then the campaign pauses once for the change, and goes on with it when a person says so', async () => {
    await arrive();
    changeDiscount(pipeline.fake, discount().id, { value: { kind: 'percentage', share: 0.5 } }, Date.now());
    await arrive();
    expect(await pause()).toBe('discount-changed');
    await resume();
    await arrive();
    expect([await pause(), (await alarms()).length]).toEqual([null, 1]);
  });

  it('given one of its codes is removed, then the campaign pauses', async () => {
    removeCode(pipeline.fake, await codeOfCustomer(2), Date.now());
    await arrive();
    expect(await pause()).toBe('discount-changed');
    expect(await alarms()).toMatchObject([{ detail: { reason: 'discount-changed', codes: 1 } }]);
  });

  it('given the webhook is lost, then the daily look finds it', async () => {
    await arrive();
    pipeline.shopify.trouble.add({ op: /^discounts/, action: 'drop', times: 10 });
    deleteDiscount(pipeline.fake, discount().id, Date.now());
    await arrive();
    expect(await pause()).toBeNull();
    await sqlInShop(pipeline.shop.id, (client) =>
      client.query(
        `update campaign_discounts set looked_at = looked_at - interval '25 hours' where shop_id = $1`,
        [pipeline.shop.id],
      ),
    );
    await issue(pipeline);
    expect(await pause()).toBe('discount-gone');
  });

  it('given only its name is changed, or a discount that is not ours, then nothing happens', async () => {
    await arrive();
    changeDiscount(pipeline.fake, discount().id, { title: 'Autumn' }, Date.now());
    await arrive();
    expect([await pause(), await alarms()]).toEqual([null, []]);
  });
});
