import { afterAll, describe, expect, it } from 'vitest';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { latestImport } from '#app/models/imports.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { latestWriteRun } from '#app/models/write-runs.server.ts';
import { addCustomer, addTags, mergeCustomers, removeTags } from '#tests/fake-shopify/store-customers.ts';
import { placeOrder, refundOrder } from '#tests/fake-shopify/store-orders.ts';
import { oracleDayOf } from '#tests/rfm/oracle.ts';
import { testDatabase } from '#tests/support/database.ts';
import {
  expectedBetweenRuns,
  expectedLines,
  expectedScores,
  heldLines,
  heldScores,
  scoredDay,
} from './expected.ts';
import { decide, installed, lookAgain, runPipeline, smallShop, writeNow, type Pipeline } from './pipeline.ts';

testDatabase();
afterAll(() => closeQueue(1));

const mutations = ({ shopify }: Pipeline): number => shopify.calls.all.filter((call) => call.mutation).length;

describe('given a shop with its history', () => {
  it('when the app is installed, then scores appear without a click and nothing is written unasked', async () => {
    const pipeline = await installed(smallShop());
    const { fake } = pipeline;
    const began = oracleDayOf(Date.now(), fake.timeZone);
    await runPipeline(pipeline);
    const run = await latestRun(pipeline.shop.id);
    // Today, whether or not a midnight passed meanwhile.
    expect([began, oracleDayOf(Date.now(), fake.timeZone)]).toContain(run?.asOf);
    const expected = expectedScores(fake, run!.asOf);
    expect(run).toMatchObject({
      frequencyMethod: expected.method,
      summary: { scored: expected.scores.size },
    });
    expect(await latestImport(pipeline.shop.id)).toMatchObject({ phase: 'done', limitedHistory: false });
    expect(heldLines(pipeline.fake).filter((line) => !line.endsWith('- - -'))).toEqual([]);
    await pipeline.close();
  });

  it('when writing is on, then every customer holds what the oracle says, and a second run sends nothing', async () => {
    const pipeline = await installed(smallShop({ customers: 150, timeZone: 'Pacific/Auckland' }));
    const { fake } = pipeline;
    const [vip, other] = [...fake.customers.keys()] as [number, number];
    addTags(fake, vip, ['VIP', 'rfm:my own', 'wholesale'], Date.now() - 86_400_000);
    addTags(fake, other, ['RFM:Champions'], Date.now() - 86_400_000);
    await decide(pipeline.shop.id, { writeBack: 'on' });
    await runPipeline(pipeline);
    expect(heldLines(fake)).toEqual(await expectedLines(fake));
    expect(fake.customers.get(vip)?.tags).toEqual(expect.arrayContaining(['VIP', 'rfm:my own', 'wholesale']));
    const sent = mutations(pipeline);
    await writeNow(pipeline);
    await lookAgain(pipeline);
    expect(mutations(pipeline)).toBe(sent);
    await pipeline.close();
  });

  it('B15: when old orders are refunded and new ones placed, then the next refresh corrects scores and tags', async () => {
    const pipeline = await installed(smallShop());
    const { fake } = pipeline;
    await decide(pipeline.shop.id, { writeBack: 'on' });
    await runPipeline(pipeline);
    const paid = [...fake.orders.values()].filter(
      (o) => o.customerId !== null && o.financialStatus === 'PAID',
    );
    for (const order of paid.slice(0, 10)) refundOrder(fake, order.id, order.total, Date.now());
    const newcomer = addCustomer(fake, { createdAt: Date.now() });
    placeOrder(fake, { customerId: newcomer.id, total: 12_345, createdAt: Date.now() });
    await lookAgain(pipeline);
    expect(heldScores(fake)).toEqual(await expectedBetweenRuns(pipeline.shop.id, fake));
    await pipeline.close();
  });

  it('X3, X4: when the merchant takes our tags away by hand, then one refresh puts them back and foreign tags stay', async () => {
    const pipeline = await installed(smallShop());
    const { fake } = pipeline;
    for (const [n, id] of [...fake.customers.keys()].entries()) {
      addTags(fake, id, [`note ${n}`, 'set by hand'], Date.now() - 86_400_000);
    }
    await decide(pipeline.shop.id, { writeBack: 'on' });
    await runPipeline(pipeline);
    for (const customer of [...fake.customers.values()].slice(0, 20)) {
      removeTags(
        fake,
        customer.id,
        customer.tags.filter((tag) => tag.startsWith('rfm:')),
        Date.now(),
      );
    }
    const before = mutations(pipeline);
    await lookAgain(pipeline);
    expect(heldLines(fake)).toEqual(await expectedLines(fake));
    expect(mutations(pipeline) - before).toBeLessThanOrEqual(20);
    const foreign = [...fake.customers.values()].map(({ tags }) => tags.filter((t) => !t.startsWith('rfm:')));
    expect(foreign.every((tags, n) => tags.includes(`note ${n}`) && tags.includes('set by hand'))).toBe(true);
    const after = mutations(pipeline);
    await lookAgain(pipeline);
    expect(mutations(pipeline)).toBe(after);
    await pipeline.close();
  });

  it('X1, X5: when a customer is gone or at the limit of tags, then that customer fails alone with a reason', async () => {
    const pipeline = await installed(smallShop());
    const { fake } = pipeline;
    await runPipeline(pipeline);
    const scored = [...expectedScores(fake, await scoredDay(fake)).scores.keys()].map(Number) as [
      number,
      number,
      number,
    ];
    const [gone, full, kept] = scored;
    mergeCustomers(fake, kept, gone, Date.now());
    addTags(
      fake,
      full,
      Array.from({ length: 250 }, (_, n) => `tag ${n}`),
      Date.now(),
    );
    await decide(pipeline.shop.id, { writeBack: 'on' });
    await writeNow(pipeline);
    const progress = await latestWriteRun(pipeline.shop.id);
    expect(progress).toMatchObject({ state: 'done', failed: 4 });
    expect(heldLines(fake).filter((line) => line.includes(' - '))).toHaveLength(
      1 + [...fake.customers.keys()].filter((id) => !scored.includes(id)).length,
    );
    expect(fake.customers.get(full)?.tags).toHaveLength(250);
    await pipeline.close();
  });
});
