import { afterAll, describe, expect, it } from 'vitest';
import { liveCustomerCount } from '#app/live-count.server.ts';
import { closeQueue, enqueue } from '#app/jobs/queue.server.ts';
import { scoreCustomers } from '#app/jobs/score-customers.server.ts';
import { customerAccount } from '#app/models/customer-account.server.ts';
import { addCustomer } from '#tests/fake-shopify/store-customers.ts';
import { placeOrder } from '#tests/fake-shopify/store-orders.ts';
import { testDatabase } from '#tests/support/database.ts';
import { expectedAccount } from './expected.ts';
import { decide, drain, installed, runPipeline, smallShop } from './pipeline.ts';

testDatabase();
afterAll(() => closeQueue(1));

const DAY_MS = 86_400_000;

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
      expect(account).toEqual(await expectedAccount(shop, windowDays));
      expect(account.noneCounts).toBeGreaterThanOrEqual(4);
      expect(account.neverOrdered).toBeGreaterThanOrEqual(5);
      if (windowDays !== null) expect(account.outsideWindow).toBeGreaterThan(0);
      const sum = Object.values(account).reduce((total, n) => total + n, 0);
      expect(await liveCustomerCount(pipeline.shop)).toBe(sum);
      await pipeline.close();
    },
  );
});
