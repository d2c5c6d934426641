import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { TEN_SEGMENTS } from '#app/rfm/schemes.ts';
import { databaseNow, inShop, sqlInShop } from '#app/db.server.ts';
import { closeQueue, enqueue } from '#app/jobs/queue.server.ts';
import { planWriteBack } from '#app/jobs/plan-write-back.server.ts';
import { runJob } from '#app/jobs/run-job.server.ts';
import { writeFollowing } from '#app/jobs/write-following.server.ts';
import { writtenOn } from '#app/models/written.server.ts';
import { scoreCustomers } from '#app/jobs/score-customers.server.ts';
import { onStep } from '#app/jobs/step.server.ts';
import { latestRun, readScores } from '#app/models/scores.server.ts';
import { addPending } from '#app/models/pending.server.ts';
import { dayIn } from '#app/rfm/calendar.ts';
import { removeTags } from '#tests/fake-shopify/store-customers.ts';
import { placeOrder, refundOrder } from '#tests/fake-shopify/store-orders.ts';
import { testDatabase } from '#tests/support/database.ts';
import { expectedBetweenRuns, storedScores } from './expected.ts';
import { decide, drain, installed, lookAgain, runPipeline, smallShop, type Pipeline } from './pipeline.ts';

testDatabase();
afterEach(() => onStep(undefined));
afterAll(() => closeQueue(1));

const payload = ({ shop }: Pipeline) => ({ shopId: shop.id, generation: shop.generation });

/** A shop that is imported, scored and written. */
async function written(customers = 200): Promise<Pipeline> {
  const pipeline = await installed(smallShop({ customers }));
  await runPipeline(pipeline);
  await decide(pipeline.shop.id, { writeBack: 'on' });
  await enqueue(scoreCustomers, payload(pipeline));
  await drain();
  return pipeline;
}

/** Tag and segment a customer carries in the shop. */
function carried({ fake }: Pipeline, id: number): string {
  const customer = fake.customers.get(id);
  const segment = [...(customer?.metafields.values() ?? [])].find(({ key }) => key === 'rfm_segment')?.value;
  return `${customer?.tags.filter((tag) => tag.startsWith('rfm:')).join()} ${segment}`;
}

describe('scores that follow the shop', () => {
  it('given an order of one customer, then that customer alone is scored and written', async () => {
    const pipeline = await written();
    const { fake, shop, shopify } = pipeline;
    const run = await latestRun(shop.id);
    const lapsed =
      [...(await storedScores(shop.id))].find(([, score]) => score.startsWith('hibernating'))?.[0] ?? 0;
    const calls = shopify.calls.all.length;
    placeOrder(fake, { customerId: lapsed, total: 12_300, createdAt: await databaseNow() });
    await lookAgain(pipeline);
    expect((await latestRun(shop.id))?.id).toBe(run?.id);
    const expected = await expectedBetweenRuns(shop.id, fake);
    expect(await storedScores(shop.id)).toEqual(expected);
    const segment = expected.get(lapsed)?.split(' ')[0];
    expect(segment).not.toBe('hibernating');
    expect(carried(pipeline, lapsed)).toBe(`rfm:${segment} ${segment}`);
    const sent = shopify.calls.all.slice(calls).filter(({ mutation }) => mutation);
    expect(sent.map(({ fields }) => fields.join())).toEqual(['metafieldsSet', 'tagsRemove', 'tagsAdd']);
    await pipeline.close();
  });

  it('given orders and refunds, then the state is what scoring everyone against the cut points gives', async () => {
    const pipeline = await written();
    const { fake, shop } = pipeline;
    const people = [...fake.customers.keys()];
    for (let turn = 0; turn < 3; turn += 1) {
      for (const id of people.slice(turn * 9, turn * 9 + 6)) {
        placeOrder(fake, { customerId: id, total: 900 + (id % 7000), createdAt: await databaseNow() });
      }
      const paid = [...fake.orders.values()].filter(({ financialStatus }) => financialStatus === 'PAID');
      for (const { id, total } of paid.slice(turn * 11, turn * 11 + 5))
        refundOrder(fake, id, total, Date.now());
      await lookAgain(pipeline);
      expect(await storedScores(shop.id)).toEqual(await expectedBetweenRuns(shop.id, fake));
    }
    const run = await latestRun(shop.id);
    const full = await sqlInShop(shop.id, (client) => readScores(client, shop.id, TEN_SEGMENTS, people));
    expect(run?.summary.scored).toBe((await storedScores(shop.id)).size);
    expect(run?.summary.monetary).toBe(full.monetary.reduce((sum, money) => sum + money, 0));
    await inShop(shop.id, (db) => db.$executeRaw`update score_runs set data_mark = 'another'`);
    const moved = run?.summary;
    await enqueue(scoreCustomers, payload(pipeline));
    await drain();
    const fresh = await latestRun(shop.id);
    expect(fresh?.reason).toBe('orders');
    expect(fresh?.summary.unscored).toEqual(moved?.unscored);
    expect(fresh?.summary.oneTime).toBe(moved?.oneTime);
    // The shop's first and last order days are looked for in a full run only.
    const counted = (checks = moved?.readiness) =>
      checks?.filter(({ check }) => check === 'customers' || check === 'three-orders');
    expect(counted(fresh?.summary.readiness)).toEqual(counted());
    expect(fresh?.summary.segments.reduce((sum, { customers }) => sum + customers, 0)).toBe(moved?.scored);
    await pipeline.close();
  });

  it('given scores of five days ago, when midnights pass, then only who crosses a cut point is looked at', async () => {
    const pipeline = await written();
    const { shop, fake } = pipeline;
    const today = dayIn(fake.timeZone, Date.now());
    const before = await latestRun(shop.id);
    // The scores as they were five days ago, by the same cut points.
    await inShop(shop.id, (db) => db.$executeRaw`update score_runs set holds_on = holds_on - 5`);
    await noteEveryone(pipeline);
    await scoreAsOf(pipeline, today - 5);
    const earlier = await storedScores(shop.id);
    let looked = 0;
    onStep((name, moment) => void (name === 'midnight.crossing' && moment === 'before' && (looked += 1)));
    await enqueue(scoreCustomers, payload(pipeline));
    await drain();
    expect(looked).toBe(1);
    expect(await latestRun(shop.id)).toMatchObject({ id: before?.id, asOf: today });
    expect(await storedScores(shop.id)).toEqual(await expectedBetweenRuns(shop.id, fake));
    expect(await storedScores(shop.id)).not.toEqual(earlier);
    await pipeline.close();
  });

  it('given a window of days, when midnights pass, then nobody is left whose orders entered or left it', async () => {
    const pipeline = await written(120);
    const { shop, fake } = pipeline;
    const today = dayIn(fake.timeZone, Date.now());
    await decide(shop.id, { windowDays: 90 });
    await enqueue(scoreCustomers, payload(pipeline));
    await drain();
    const [first] = [...fake.customers.keys()];
    // An order that is dated after the day the scores are as of.
    placeOrder(fake, { customerId: first ?? null, total: 5_000, createdAt: await databaseNow() });
    await lookAgain(pipeline);
    await inShop(shop.id, (db) => db.$executeRaw`update score_runs set holds_on = holds_on - 6`);
    await noteEveryone(pipeline);
    await scoreAsOf(pipeline, today - 6);
    const earlier = await storedScores(shop.id);
    await enqueue(scoreCustomers, payload(pipeline));
    await drain();
    const followed = await storedScores(shop.id);
    expect(followed).not.toEqual(earlier);
    await noteEveryone(pipeline);
    await scoreAsOf(pipeline, today);
    expect(await storedScores(shop.id)).toEqual(followed);
    await pipeline.close();
  });

  it('X4: given another program that takes our tag away each time, then it is put back six times and then left', async () => {
    const pipeline = await written(40);
    const { fake, shopify } = pipeline;
    const id = [...(await storedScores(pipeline.shop.id)).keys()][0] ?? 0;
    shopify.calls.clear();
    for (let round = 0; round < 9; round += 1) {
      const tags = (fake.customers.get(id)?.tags ?? []).filter((tag) => tag.startsWith('rfm:'));
      removeTags(fake, id, tags, Date.now());
      await lookAgain(pipeline);
    }
    // The first time it was put on is one of the six.
    expect(shopify.calls.of('tagsAdd')).toHaveLength(5);
    // Nor does a plan of everyone go on with it; the rest of what changes is written.
    await runJob(planWriteBack, payload(pipeline), AbortSignal.abort());
    await inShop(pipeline.shop.id, (db) => db.$executeRaw`update written set segment = 'another'`);
    await noteToWrite(pipeline, id);
    await drain();
    expect(shopify.calls.of('tagsAdd')).toHaveLength(5);
    const { segment } = (await writtenOn(pipeline.shop.id, id)) ?? {};
    expect(carried(pipeline, id)).toBe(` ${segment}`);
    expect(segment).not.toBe('another');
    // On the next day it is tried again.
    await inShop(pipeline.shop.id, async (db) => {
      await db.$executeRaw`update writes set updated_at = updated_at - interval '2 days'`;
      await db.$executeRaw`update pending set not_before = not_before - 1`;
    });
    await enqueue(writeFollowing, payload(pipeline));
    await drain();
    expect(carried(pipeline, id)).toBe(`rfm:${segment} ${segment}`);
    await pipeline.close();
  });
});

/** Notes a customer for writing, and has it written. */
async function noteToWrite(pipeline: Pipeline, id: number): Promise<void> {
  await sqlInShop(pipeline.shop.id, (client) => addPending(client, pipeline.shop.id, 'write', [id]));
  await enqueue(writeFollowing, payload(pipeline));
}

/** Notes every customer for scoring. */
async function noteEveryone({ shop }: Pipeline): Promise<void> {
  await sqlInShop(shop.id, async (client) => {
    const { rows } = await client.query<{ id: number }>(
      'select customer_id as id from scores where shop_id = $1',
      [shop.id],
    );
    const ids = rows.map(({ id }) => id);
    await addPending(client, shop.id, 'score', ids);
  });
}

/** Scores everyone who waits as of a day, as the job did on that day. */
async function scoreAsOf({ shop, fake }: Pipeline, day: number): Promise<void> {
  const { scorePending } = await import('#app/jobs/score-pending.server.ts');
  const { readSettings } = await import('#app/models/settings.server.ts');
  const { timeZone, currency } = fake;
  const run = await latestRun(shop.id);
  if (run === null) throw new Error('no run');
  await scorePending({ ...shop, timeZone, currency }, await readSettings(shop.id), { ...run, asOf: day });
}
