import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { CampaignPlan } from '#app/campaigns/plan.ts';
import { sqlInShop } from '#app/db.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { onStep } from '#app/jobs/step.server.ts';
import { campaign, type Campaign } from '#app/models/campaigns.server.ts';
import { setConsent } from '#tests/fake-shopify/store-customers.ts';
import { placeOrder } from '#tests/fake-shopify/store-orders.ts';
import type { FakeShop } from '#tests/fake-shopify/store.ts';
import { message, planOf } from '#tests/campaigns/plans.ts';
import { testDatabase } from '#tests/support/database.ts';
import { launched, look, members, move, offersOf, passDays, TAG, tagged } from './campaign-shop.ts';
import { bearDeath, diesAfterEach } from './deaths.ts';
import { drain, installed, lookAgain, runPipeline, smallShop, type Pipeline } from './pipeline.ts';

testDatabase();
afterEach(() => onStep(undefined));
afterAll(() => closeQueue(1));

const TEN = { kind: 'percentage' as const, percent: 10, minimum: null, on: { kind: 'all' as const } };

/** For those who have not ordered for so long that no order of theirs is taken for a new one when days pass. */
const quiet: typeof planOf = (plan, audience) => planOf(plan, { quietDays: 90, ...audience });

/** A shop that is imported and scored, and what a look at its campaigns brings. */
async function shopOf(customers = 40): Promise<Pipeline> {
  const pipeline = await installed(smallShop({ customers }));
  await runPipeline(pipeline);
  return pipeline;
}

async function begun(pipeline: Pipeline, plan: CampaignPlan): Promise<Campaign> {
  const one = await launched(pipeline.shop.id, plan);
  await drain();
  await look(pipeline);
  return one;
}

const field = (fake: FakeShop, id: number, key: string): string | undefined =>
  [...(fake.customers.get(id)?.metafields ?? [])].find(([name]) => name.endsWith(`.${key}`))?.[1].value;
const treatedOf = async (shopId: number, id: number) =>
  (await members(shopId, id)).filter(({ heldOut }) => !heldOut).map((member) => member.id);

describe('an offer by tag and metafields', () => {
  it('given a launch, then the treated carry tag and offer, the held out neither, and all of it is gone when it ran out', async () => {
    const pipeline = await shopOf();
    const { shop, fake } = pipeline;
    const { id, audience } = await begun(pipeline, quiet({ holdOut: 0.3 }));
    const treated = await treatedOf(shop.id, id);
    expect(audience!.heldOut).toBeGreaterThan(3);
    expect(tagged(fake).toSorted()).toEqual(treated.toSorted());
    expect((await offersOf(shop.id, id)).every(({ state }) => state === 'given')).toBe(true);
    const [first] = treated;
    expect(field(fake, first!, 'winback_code')).toBeUndefined();
    expect(JSON.parse(field(fake, first!, 'winback_offer') ?? '')).toEqual({
      campaign: 'come-back',
      code: null,
      value: null,
      ends: null,
      link: null,
    });
    expect(new Set((await members(shop.id, id)).map(({ state }) => state))).toEqual(new Set(['ended']));
    await passDays(shop.id, 15);
    await look(pipeline);
    expect(tagged(fake)).toEqual([]);
    expect([...fake.customers.keys()].filter((one) => field(fake, one, 'winback_offer'))).toEqual([]);
    await passDays(shop.id, 20);
    await look(pipeline);
    expect(await campaign(shop.id, id)).toMatchObject({ state: 'finished' });
    await pipeline.close();
  });

  it('given a code, then the field carries it with value, end and link, and a reminder repeats it without another', async () => {
    const pipeline = await shopOf();
    const { shop, fake } = pipeline;
    const ladder = [message(TEN), message({ kind: 'none' }, 5, { kind: 'reminder' })];
    const { id } = await begun(pipeline, quiet({ ladder, observeDays: 60 }));
    await look(pipeline);
    const [first] = await treatedOf(shop.id, id);
    const code = (await offersOf(shop.id, id)).find((offer) => offer.id === first)!.code!;
    // The shop's name, and nothing of the campaign's.
    expect(code).toMatch(/^JOBS/);
    expect(field(fake, first!, 'winback_code')).toBe(code);
    expect(JSON.parse(field(fake, first!, 'winback_offer') ?? '')).toMatchObject({
      code,
      value: '10%',
      ends: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      link: `https://${fake.domain}/discount/${code}`,
    });
    await passDays(shop.id, 6);
    await look(pipeline);
    const both = (await offersOf(shop.id, id)).filter((offer) => offer.id === first);
    expect(both.map(({ step, state, code: own }) => [step, state, own])).toEqual([
      [0, 'given', code],
      [1, 'given', null],
    ]);
    expect(field(fake, first!, 'winback_code')).toBe(code);
    await passDays(shop.id, 9);
    await look(pipeline);
    expect(tagged(fake)).toEqual([]);
    expect(field(fake, first!, 'winback_code')).toBeUndefined();
    await pipeline.close();
  });

  it('X3: given a tag of the same text that was there before, then it stays when the offer is taken back', async () => {
    const pipeline = await shopOf();
    const { shop, fake } = pipeline;
    await sqlInShop(shop.id, (client) =>
      client.query(`update customers set tags = tags || $2::text where shop_id = $1`, [shop.id, TAG]),
    );
    for (const customer of fake.customers.values()) customer.tags = [...customer.tags, TAG];
    await begun(pipeline, quiet());
    await passDays(shop.id, 15);
    await look(pipeline);
    expect(tagged(fake)).toHaveLength(fake.customers.size);
    await pipeline.close();
  });

  it('given an order since, with the code or without, then tag and fields go and no further step comes', async () => {
    const pipeline = await shopOf();
    const { shop, fake } = pipeline;
    const ladder = [message({ kind: 'none' }), message(TEN, 3)];
    const { id } = await begun(pipeline, quiet({ ladder }));
    const [buyer, other] = await treatedOf(shop.id, id);
    placeOrder(fake, { customerId: buyer!, total: 5000, createdAt: Date.now() });
    await lookAgain(pipeline);
    await look(pipeline);
    expect(tagged(fake)).not.toContain(buyer);
    expect(tagged(fake)).toContain(other);
    expect(field(fake, buyer!, 'winback_offer')).toBeUndefined();
    await passDays(shop.id, 4);
    await look(pipeline);
    const offers = await offersOf(shop.id, id);
    expect(offers.filter((offer) => offer.id === buyer).map(({ step }) => step)).toEqual([0]);
    expect(offers.filter((offer) => offer.id === other).map(({ step }) => step)).toEqual([0, 1]);
    expect((await members(shop.id, id)).find((member) => member.id === buyer)).toMatchObject({
      state: 'ordered',
    });
    await pipeline.close();
  });

  it('X16: given a pause, a stop or a consent that was taken back, then nothing more goes out, and a stop takes all back', async () => {
    const pipeline = await shopOf();
    const { shop, fake } = pipeline;
    const plan = quiet(
      { ladder: [message({ kind: 'none' }), message({ kind: 'none' }, 3)] },
      { consent: 'email' },
    );
    const { id } = await begun(pipeline, plan);
    const treated = await treatedOf(shop.id, id);
    expect(treated.length).toBeGreaterThan(3);
    await passDays(shop.id, 4);
    await move(shop.id, id, 'pause');
    await look(pipeline);
    expect(await offersOf(shop.id, id)).toHaveLength(treated.length);
    expect(tagged(fake)).toHaveLength(treated.length);
    setConsent(fake, treated[0]!, { emailState: 'UNSUBSCRIBED' }, Date.now());
    await lookAgain(pipeline);
    await move(shop.id, id, 'resume');
    await look(pipeline);
    const later = (await offersOf(shop.id, id)).filter(({ step }) => step === 1);
    expect(later.find((offer) => offer.id === treated[0])).toMatchObject({
      state: 'dropped',
      reason: 'no-consent',
    });
    expect(later.filter(({ state }) => state === 'given')).toHaveLength(treated.length - 1);
    await move(shop.id, id, 'stop');
    await look(pipeline);
    expect(tagged(fake)).toEqual([]);
    expect((await members(shop.id, id)).every(({ state }) => state !== 'active')).toBe(true);
    await pipeline.close();
  });

  it('X14: given a death after any step, then everybody has at most one offer a step, and in the end nothing is left', async () => {
    const plan = quiet({
      ladder: [message({ kind: 'none' }), message(TEN, 3)],
      holdOut: 0.3,
      observeDays: 40,
    });
    const live = async (
      pipeline: Pipeline,
      hook: Parameters<typeof onStep>[0],
      patient: boolean,
    ): Promise<void> => {
      const { shop, fake } = pipeline;
      const { id } = await launched(shop.id, plan);
      await drain();
      onStep(hook);
      const looks = async () => {
        for (let n = 0; n < (patient ? 25 : 2); n += 1) {
          await sqlInShop(shop.id, (client) =>
            client.query(`update leases set held_until = now() where shop_id = $1`, [shop.id]),
          );
          await look(pipeline).catch(bearDeath);
          await drain({ onCrash: bearDeath });
        }
      };
      await looks();
      await passDays(shop.id, 4);
      await looks();
      const treated = await treatedOf(shop.id, id);
      expect(tagged(fake).toSorted()).toEqual(treated.toSorted());
      const codes = new Map((await offersOf(shop.id, id)).map(({ id: one, code }) => [one, code]));
      expect(new Set(codes.values()).size).toBe(treated.length);
      for (const one of treated) expect(field(fake, one, 'winback_code')).toBe(codes.get(one));
      await passDays(shop.id, 30);
      await looks();
      onStep(undefined);
      const offers = await offersOf(shop.id, id);
      expect(offers).toHaveLength(2 * treated.length);
      expect(offers.every(({ state }) => state === 'given')).toBe(true);
      expect(tagged(fake)).toEqual([]);
      await passDays(shop.id, 40);
      await look(pipeline);
      expect(await campaign(shop.id, id)).toMatchObject({ state: 'finished' });
    };
    const steps = new Set<string>();
    const first = await shopOf(20);
    await live(first, (name) => void (name.startsWith('job.') || steps.add(name)), false);
    await first.close();
    expect([...steps]).toEqual(
      expect.arrayContaining(['campaign.lead', 'give.take', 'offers.fields', 'give.settle', 'withdraw.note']),
    );
    await diesAfterEach([...steps], 3, async (hook) => {
      const pipeline = await shopOf(20);
      await live(pipeline, hook, true);
      await pipeline.close();
    });
  }, 300_000);
});
