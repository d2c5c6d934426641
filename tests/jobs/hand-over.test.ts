import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { adminFor } from '#app/admin-for.server.ts';
import type { CampaignPlan, Offer } from '#app/campaigns/plan.ts';
import { directory, sqlInShop } from '#app/db.server.ts';
import { underNoLease } from '#app/lease-fence.server.ts';
import { giveOffers } from '#app/jobs/give-offers.server.ts';
import { closeQueue, openQueue } from '#app/jobs/queue.server.ts';
import { onStep } from '#app/jobs/step.server.ts';
import { pauseCampaign } from '#app/models/campaign-looks-due.server.ts';
import { changeCampaign, campaign } from '#app/models/campaigns.server.ts';
import { withLease } from '#app/models/leases.server.ts';
import { runningCampaign } from '#app/models/campaign-steps.server.ts';
import { takeReady } from '#app/models/offers-to-give.server.ts';
import { withdrawEverything } from '#app/models/offers-to-withdraw.server.ts';
import { noteOrderedMembers } from '#app/models/orders-since.server.ts';
import { addTags } from '#app/shopify/customer-tags.server.ts';
import { message, planOf } from '#tests/campaigns/plans.ts';
import type { FakeShop } from '#tests/fake-shopify/store.ts';
import { testDatabase } from '#tests/support/database.ts';
import { drafted, launched, look, members, move, offersOf, passDays, TAG, tagged } from './campaign-shop.ts';
import { bearDeath, dyingAtStep } from './deaths.ts';
import { drain, installed, runPipeline, smallShop, type Pipeline } from './pipeline.ts';

testDatabase();
afterEach(() => onStep(undefined));
afterAll(() => closeQueue(1));

const TEN: Offer = { kind: 'percentage', percent: 10, minimum: null, on: { kind: 'all' } };
const NONE: Offer = { kind: 'none' };
const quiet: typeof planOf = (plan, audience) => planOf(plan, { quietDays: 90, ...audience });

async function shopOf(customers = 40): Promise<Pipeline> {
  const pipeline = await installed(smallShop({ customers }));
  await runPipeline(pipeline);
  return pipeline;
}

const sql = (shopId: number, text: string, values: unknown[] = []) =>
  sqlInShop(shopId, (client) => client.query<Record<string, unknown>>(text, [shopId, ...values]));
const field = (fake: FakeShop, id: number, key: string): string | undefined =>
  [...(fake.customers.get(id)?.metafields ?? [])].find(([name]) => name.endsWith(`.${key}`))?.[1].value;
const offer = (fake: FakeShop, id: number) =>
  JSON.parse(field(fake, id, 'winback_offer') ?? 'null') as Record<string, unknown> | null;
const treatedOf = async (shopId: number, id: number) =>
  (await members(shopId, id)).filter(({ heldOut }) => !heldOut).map((member) => member.id);

/** A plan whose first step goes out at an hour that is far away. */
function atAnotherHour(timeZone: string): CampaignPlan {
  const hour = Number(
    new Intl.DateTimeFormat('en', { timeZone, hour: 'numeric', hourCycle: 'h23' }).format(Date.now()),
  );
  const step = message(NONE);
  step.branches[0]!.arms[0]!.hour = (hour + 12) % 24;
  return quiet({ ladder: [step] });
}

describe('handing over', () => {
  it('given a campaign that waits for its hour, then no run stands in the queue until then', async () => {
    const pipeline = await shopOf();
    const { shop, fake } = pipeline;
    const first = await launched(shop.id, atAnotherHour(fake.timeZone));
    await look(pipeline);
    expect(new Set((await offersOf(shop.id, first.id)).map(({ state }) => state))).toEqual(
      new Set(['ready']),
    );
    const boss = await openQueue();
    expect(await boss.findJobs(giveOffers.name, { data: { shopId: shop.id } })).toEqual(
      expect.not.arrayContaining([expect.objectContaining({ state: 'created' })]),
    );
    const row = (await directory.shopById(shop.id))!;
    const context = { shop: row, admin: adminFor(row), signal: new AbortController().signal };
    expect(await giveOffers.run({ shopId: shop.id, generation: row.generation }, context)).toBeUndefined();
    await pipeline.close();
  });

  it('given a later step and a reminder, then the tag is put on anew each time, after the fields, and the value stays', async () => {
    const pipeline = await shopOf();
    const { shop, fake, shopify } = pipeline;
    const ladder = [message(NONE), message(TEN, 3), message(NONE, 3, { kind: 'reminder' })];
    const { id } = await launched(shop.id, quiet({ ladder, observeDays: 60 }));
    await look(pipeline);
    const treated = await treatedOf(shop.id, id);
    expect(treated.length).toBeGreaterThan(3);
    for (const step of [1, 2]) {
      await passDays(shop.id, 4);
      shopify.calls.clear();
      await look(pipeline);
      await look(pipeline);
      expect(
        (await offersOf(shop.id, id)).filter((one) => one.step === step && one.state === 'given'),
      ).toHaveLength(treated.length);
      const order = shopify.calls.all
        .flatMap(({ fields }) => fields)
        .filter((name) => ['metafieldsSet', 'tagsRemove', 'tagsAdd'].includes(name));
      expect(order.filter((name) => name === 'tagsRemove')).toHaveLength(treated.length);
      expect(order.filter((name) => name === 'tagsAdd')).toHaveLength(treated.length);
      expect(order[0]).toBe('metafieldsSet');
      expect(order.indexOf('tagsRemove')).toBeLessThan(order.indexOf('tagsAdd'));
      expect(tagged(fake).toSorted()).toEqual(treated.toSorted());
      expect(offer(fake, treated[0]!)).toMatchObject({ value: '10%', code: expect.stringMatching(/./) });
    }
    await passDays(shop.id, 20);
    await look(pipeline);
    expect(tagged(fake)).toEqual([]);
    await pipeline.close();
  });

  it('X3: given somebody else’s tag of the same text, then no step takes it off', async () => {
    const pipeline = await shopOf();
    const { shop, fake, shopify } = pipeline;
    await sql(shop.id, 'update customers set tags = tags || $2::text where shop_id = $1', [TAG]);
    for (const customer of fake.customers.values()) customer.tags = [...customer.tags, TAG];
    const { id } = await launched(shop.id, quiet({ ladder: [message(NONE), message(NONE, 3)] }));
    await look(pipeline);
    await passDays(shop.id, 4);
    await look(pipeline);
    expect((await offersOf(shop.id, id)).some(({ step, state }) => step === 1 && state === 'given')).toBe(
      true,
    );
    expect(shopify.calls.of('tagsRemove')).toEqual([]);
    await pipeline.close();
  });

  it('given a customer who is not stored any more, or asked for no messages, then the offer is dropped', async () => {
    const pipeline = await shopOf();
    const { shop, fake } = pipeline;
    const { id } = await launched(shop.id, quiet());
    const [gone, silent] = await treatedOf(shop.id, id);
    await sql(shop.id, 'delete from customers where shop_id = $1 and id = $2', [gone]);
    await sql(
      shop.id,
      `insert into mail_suppressions (shop_id, customer_id, reason) values ($1, $2, 'unsubscribed')`,
      [silent],
    );
    await look(pipeline);
    const offers = new Map((await offersOf(shop.id, id)).map((one) => [one.id, one]));
    expect(offers.get(gone!)).toMatchObject({ state: 'dropped', reason: 'erased' });
    expect(offers.get(silent!)).toMatchObject({ state: 'dropped', reason: 'suppressed' });
    expect(tagged(fake)).not.toContain(gone);
    expect(tagged(fake)).not.toContain(silent);
    await pipeline.close();
  });
});

describe('a look at campaigns', () => {
  const inMinutes = async (shopId: number, id: number): Promise<number> => {
    const { rows } = await sql(
      shopId,
      `select extract(epoch from look_at - clock_timestamp()) / 60 as minutes from campaigns
       where shop_id = $1 and id = $2`,
      [id],
    );
    return Number(rows[0]!['minutes']);
  };

  it('given a scope that was taken away and offers to take back, then it comes ever later, and takes them back with it', async () => {
    const pipeline = await shopOf();
    const { shop, fake, shopify } = pipeline;
    const { id } = await launched(shop.id, quiet({ observeDays: 60 }));
    await look(pipeline);
    const office = shopify.shop(fake.domain);
    const granted = office.scopes;
    office.scopes = new Set([...granted].filter((scope) => scope !== 'write_customers'));
    await passDays(shop.id, 15);
    await look(pipeline);
    expect(tagged(fake).length).toBeGreaterThan(3);
    expect(await inMinutes(shop.id, id)).toBeGreaterThan(3);
    office.scopes = granted;
    await look(pipeline);
    expect(tagged(fake)).toEqual([]);
    await pipeline.close();
  });

  it('given days that are over and an offer that stands, then the next one is when that ends', async () => {
    const pipeline = await shopOf();
    const { shop } = pipeline;
    const { id } = await launched(shop.id, quiet());
    await look(pipeline);
    await sql(
      shop.id,
      `update campaigns set ends_at = clock_timestamp() - interval '1 hour' where shop_id = $1`,
    );
    await look(pipeline);
    expect(await inMinutes(shop.id, id)).toBeGreaterThan(24 * 60);
    await passDays(shop.id, 15);
    await look(pipeline);
    await look(pipeline);
    expect(await campaign(shop.id, id)).toMatchObject({ state: 'finished' });
    await pipeline.close();
  });

  it('given days on which customers may join, then they are asked for once a day', async () => {
    const pipeline = await shopOf();
    const { shop } = pipeline;
    await launched(shop.id, quiet({ joinDays: 10 }));
    const asked: string[] = [];
    onStep((name, moment) => void (moment === 'before' && name === 'campaign.audience' && asked.push(name)));
    await look(pipeline);
    await look(pipeline);
    expect(asked).toEqual([]);
    await passDays(shop.id, 1);
    await look(pipeline);
    await look(pipeline);
    expect(asked).toHaveLength(1);
    await pipeline.close();
  });
});

describe('others who work on a campaign', () => {
  const SOON = `set local lock_timeout = '3s'`;

  it('given work on it, then an order is noted meanwhile, and nobody waits for the shop before its commit', async () => {
    const pipeline = await shopOf();
    const { shop } = pipeline;
    const { id } = await launched(shop.id, quiet());
    const [buyer] = await treatedOf(shop.id, id);
    await sql(shop.id, `update campaign_members set entry_at = '2020-01-01' where shop_id = $1`);
    await sqlInShop(shop.id, async (working) => {
      expect(await runningCampaign(working, shop.id, id)).not.toBeNull();
      await sqlInShop(shop.id, async (noting) => {
        await noting.query(SOON);
        await noteOrderedMembers(noting, shop.id, [buyer!]);
        await sqlInShop(shop.id, async (other) => {
          await other.query(SOON);
          await other.query('select from shops where shop_id = $1 for update', [shop.id]);
        });
      });
    });
    expect((await members(shop.id, id)).find((one) => one.id === buyer)).toMatchObject({ state: 'ordered' });
    await pipeline.close();
  });

  it('X16, X18: given a shop that is parked, uninstalled, installed anew or not imported, then no batch is taken', async () => {
    const pipeline = await shopOf();
    const { shop } = pipeline;
    const { id } = await launched(shop.id, quiet());
    await drain({ until: async () => (await offersOf(shop.id, id)).length > 0 });
    await look(pipeline).catch(bearDeath);
    await sql(
      shop.id,
      `update offers set state = 'ready', sent_at = null, withdraw_at = null where shop_id = $1`,
    );
    for (const [column, value] of [
      ['parked_reason', `'revoked'`],
      ['uninstalled_at', 'now()'],
      ['generation', 'generation + 1'],
    ] as const) {
      const { rows } = await sql(shop.id, `select ${column}::text as was from shops where shop_id = $1`);
      await sql(shop.id, `update shops set ${column} = ${value} where shop_id = $1`);
      expect([column, (await takeReady(shop, id, 10)).offers]).toEqual([column, []]);
      await sql(
        shop.id,
        `update shops set ${column} = $2::${column === 'generation' ? 'int' : column === 'uninstalled_at' ? 'timestamptz' : 'text'}
         where shop_id = $1`,
        [rows[0]!['was']],
      );
    }
    await sql(shop.id, `update imports set phase = 'failed' where shop_id = $1`);
    expect((await takeReady(shop, id, 10)).offers).toEqual([]);
    await sql(shop.id, `update imports set phase = 'done' where shop_id = $1`);
    expect((await takeReady(shop, id, 3)).offers).toHaveLength(3);
    await pipeline.close();
  });
});

describe('what was on its way when a process died', () => {
  /** Offers that carry tag and fields, and are noted as on their way. */
  async function inDoubt(plan: CampaignPlan): Promise<{ pipeline: Pipeline; id: number }> {
    const pipeline = await shopOf();
    const { id } = await launched(pipeline.shop.id, plan);
    onStep(dyingAtStep('offers.tag'));
    await drain({ onCrash: bearDeath, until: async () => (await states(pipeline, id)).has('sending') });
    onStep(undefined);
    await sql(pipeline.shop.id, 'update leases set held_until = now() where shop_id = $1');
    return { pipeline, id };
  }
  const states = async ({ shop }: Pipeline, id: number) =>
    new Set((await offersOf(shop.id, id)).map(({ state }) => state));

  it('given a pause and the end of the offer, then it is in doubt, and taken back', async () => {
    const { pipeline, id } = await inDoubt(quiet());
    const { shop, fake } = pipeline;
    expect(tagged(fake).length).toBeGreaterThan(0);
    expect(await pauseCampaign(shop.id, id, 'missing-scope:write_customers')).toBe(true);
    await look(pipeline);
    expect(await states(pipeline, id)).toContain('sending');
    await passDays(shop.id, 15);
    await look(pipeline);
    await look(pipeline);
    expect(await states(pipeline, id)).not.toContain('sending');
    expect(tagged(fake)).toEqual([]);
    await pipeline.close();
  });

  it('given that everything is removed meanwhile, then it is taken back too', async () => {
    const { pipeline, id } = await inDoubt(quiet());
    const { shop, fake } = pipeline;
    expect(tagged(fake).length).toBeGreaterThan(0);
    await withdrawEverything(shop.id);
    await look(pipeline);
    await look(pipeline);
    expect(await states(pipeline, id)).not.toContain('sending');
    expect(tagged(fake)).toEqual([]);
    await pipeline.close();
  });

  it('given a campaign that goes by mail since, then it still goes by tag, as its own version has it', async () => {
    const plan = quiet();
    const { pipeline, id } = await inDoubt(plan);
    const { shop, fake } = pipeline;
    const { revision, name } = (await campaign(shop.id, id))!;
    const changed = await changeCampaign(shop.id, 7, {
      id,
      revision,
      name,
      plan: { ...plan, delivery: 'mail' },
    });
    expect(changed.ok).toBe(true);
    await look(pipeline);
    expect(await states(pipeline, id)).toEqual(new Set(['given']));
    expect(tagged(fake).toSorted()).toEqual((await treatedOf(shop.id, id)).toSorted());
    await passDays(shop.id, 15);
    await look(pipeline);
    expect(tagged(fake)).toEqual([]);
    await pipeline.close();
  });

  it('given a holder that stood still until its lease was over, then Shopify gets nothing more from it', async () => {
    const pipeline = await shopOf(20);
    const { shop, fake } = pipeline;
    const admin = adminFor((await directory.shopById(shop.id))!);
    const [customer] = fake.customers.keys();
    await expect(
      withLease(shop.id, 'offers', 0.3, async () => {
        // It knows its token: nothing of ours is asked before the next call.
        await addTags(admin, customer!, ['before']);
        // Another process has it: no renewal reaches it any more.
        await underNoLease(() =>
          sql(shop.id, `update leases set token = token + 1 where shop_id = $1 and name = 'offers'`),
        );
        await sleep(400);
        return addTags(admin, customer!, [TAG]);
      }),
    ).rejects.toMatchObject({ name: 'LeaseLost' });
    expect(tagged(fake)).toEqual([]);
    await pipeline.close();
  });
});

describe('a campaign that cannot be looked at', () => {
  it('given one that fails each time, then the others go on, and it pauses with the reason in the end', async () => {
    const pipeline = await shopOf();
    const { shop, fake } = pipeline;
    const broken = await drafted(shop.id, quiet());
    await move(shop.id, broken, 'launch');
    await sql(
      shop.id,
      `update campaign_versions set plan = plan - 'audience' where shop_id = $1 and campaign_id = $2`,
      [broken],
    );
    const { id } = await launched(shop.id, quiet());
    await look(pipeline);
    expect(tagged(fake, (await campaign(shop.id, id))!.slug).toSorted()).toEqual(
      (await treatedOf(shop.id, id)).toSorted(),
    );
    const { rows } = await sql(
      shop.id,
      "select look_at > clock_timestamp() + interval '20 seconds' as later from campaigns where shop_id = $1 and id = $2",
      [broken],
    );
    expect(rows).toEqual([{ later: true }]);
    for (let n = 0; n < 7; n += 1) await look(pipeline);
    expect(await campaign(shop.id, broken)).toMatchObject({ state: 'paused', pauseReason: 'failing' });
    expect(await campaign(shop.id, id)).toMatchObject({ state: 'running' });
    await pipeline.close();
  });

  it('given one whose offers cannot be handed over, then it pauses with the reason in the end', async () => {
    const pipeline = await shopOf();
    const { shop } = pipeline;
    const { id } = await launched(shop.id, quiet({ mode: 'manual' }));
    await look(pipeline);
    await sql(shop.id, `update offers set state = 'ready' where shop_id = $1`);
    await sql(shop.id, `update campaign_versions set plan = plan #- '{audience,consent}' where shop_id = $1`);
    for (let n = 0; n < 8; n += 1) await look(pipeline);
    expect(await campaign(shop.id, id)).toMatchObject({ state: 'paused', pauseReason: 'failing' });
    await pipeline.close();
  });
});
