import { afterAll, describe, expect, it } from 'vitest';
import { sqlInShop } from '#app/db.server.ts';
import { eraseCustomer } from '#app/jobs/erase-customer.server.ts';
import { makeDataFile } from '#app/jobs/make-data-file.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { dataRequests, takeFile } from '#app/models/data-requests.server.ts';
import { countPopulations, keepPopulations } from '#app/models/populations.server.ts';
import { storeScores } from '#tests/routes/built-pages.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';
import { rowsWith } from './traces.ts';

const url = testDatabase();
afterAll(() => closeQueue(1));

describe('that a customer buys for a company', () => {
  it('given a request for data, then the file tells it; given an erasure, then nothing of it is left or comes back', async () => {
    const id = 50_000_123;
    const { id: shop } = await testShop();
    await storeScores(shop, id, 5);
    const keep = () =>
      sqlInShop(shop, (client) => keepPopulations(client, shop, new Map(), new Map([[id, 'mixed']])));
    await keep();
    expect(await countPopulations(shop)).toEqual({ b2b: 0, mixed: 1, pos: 0 });
    await makeDataFile(shop, { webhookId: 'w', customerId: id, orderIds: [] });
    const [request] = await dataRequests(shop, 1);
    const { file } = (await takeFile(shop, 71, request!.id)) as { file: { population: object[] } };
    expect(file.population).toEqual([{ population: 'mixed' }]);
    expect(await eraseCustomer(shop, { customerId: id, orderIds: [] })).toBe(true);
    // Who read the orders before the erasure comes to store it after.
    await keep();
    expect(await rowsWith(url, [String(id)])).toEqual([]);
  });
});
