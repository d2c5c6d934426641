import { afterAll, describe, expect, it } from 'vitest';
import { liveCustomerCount } from '#app/live-count.server.ts';
import { closeQueue, enqueue } from '#app/jobs/queue.server.ts';
import { scoreCustomers } from '#app/jobs/score-customers.server.ts';
import { customerAccount } from '#app/models/customer-account.server.ts';
import { addCustomer } from '#tests/fake-shopify/store-customers.ts';
import { placeOrder } from '#tests/fake-shopify/store-orders.ts';
import { testDatabase } from '#tests/support/database.ts';
import { expectedScores, scoredDay } from './expected.ts';
import { decide, drain, installed, runPipeline, smallShop, type Pipeline } from './pipeline.ts';

testDatabase();
afterAll(() => closeQueue(1));

const DAY_MS = 86_400_000;

/** The same counts, one customer of the shop after the other, by the slow oracle. */
async function expectedAccount({ fake }: Pipeline, windowDays: number | null) {
  const day = await scoredDay(fake);
  const { scores } = expectedScores(fake, day, windowDays === null ? {} : { windowDays });
  const { scores: ever } = expectedScores(fake, day);
  const account = { scored: 0, noneCounts: 0, outsideWindow: 0, neverOrdered: 0, notRead: 0 };
  for (const id of fake.customers.keys()) {
    if (scores.has(String(id))) account.scored += 1;
    else if (ever.has(String(id))) account.outsideWindow += 1;
    else if (fake.ordersByCustomer.has(id)) account.noneCounts += 1;
    else account.neverOrdered += 1;
  }
  return account;
}

describe('what became of each of Shopify’s customers', () => {
  it.each([null, 120])(
    'given a window of %j days, then everyone is in one line, and the lines add up to what Shopify says',
    async (windowDays) => {
      const shop = smallShop({ customers: 200 });
      const at = Date.now() - 3 * DAY_MS;
      for (let n = 0; n < 5; n += 1) addCustomer(shop, { createdAt: at, email: `never-${n}@shop.example` });
      for (let n = 0; n < 4; n += 1) {
        const { id } = addCustomer(shop, { createdAt: at, email: `test-${n}@shop.example` });
        placeOrder(shop, { customerId: id, createdAt: at, total: 900, test: true });
      }
      const pipeline = await installed(shop);
      await decide(pipeline.shop.id, { windowDays });
      await runPipeline(pipeline);
      await enqueue(scoreCustomers, { shopId: pipeline.shop.id, generation: pipeline.shop.generation });
      await drain();
      const account = await customerAccount(pipeline.shop.id);
      expect(account).toEqual(await expectedAccount(pipeline, windowDays));
      expect(account.noneCounts).toBeGreaterThanOrEqual(4);
      expect(account.neverOrdered).toBeGreaterThanOrEqual(5);
      if (windowDays !== null) expect(account.outsideWindow).toBeGreaterThan(0);
      const sum = Object.values(account).reduce((total, n) => total + n, 0);
      expect(await liveCustomerCount(pipeline.shop)).toBe(sum);
      await pipeline.close();
    },
  );
});
