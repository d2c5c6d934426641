import { afterAll, describe, expect, it } from 'vitest';
import { eraseCustomer } from '#app/jobs/erase-customer.server.ts';
import { makeDataFile } from '#app/jobs/make-data-file.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { dataRequests, takeFile } from '#app/models/data-requests.server.ts';
import { wishPutBack } from '#app/models/write-holds.server.ts';
import { storeScores } from '#tests/routes/built-pages.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';
import { rowsWith } from './traces.ts';

const url = testDatabase();
afterAll(() => closeQueue(1));

const STAFF = 71;

describe('that nothing is written to a customer any more', () => {
  it('given a request for data, then the file tells it; given an erasure, then nothing of it is left or comes back', async () => {
    const id = 60_000_123;
    const { id: shop } = await testShop();
    await storeScores(shop, id, 5);
    expect(await wishPutBack(shop, id, { backTo: 3, userId: STAFF })).toBe(true);
    await makeDataFile(shop, { webhookId: 'w', customerId: id, orderIds: [] });
    const [request] = await dataRequests(shop, 1);
    const { file } = (await takeFile(shop, STAFF, request!.id)) as { file: { writingHeld: object[] } };
    expect(file.writingHeld).toEqual([
      { heldBy: STAFF, heldAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/), asked: true },
    ]);
    expect(await eraseCustomer(shop, { customerId: id, orderIds: [] })).toBe(true);
    expect(await wishPutBack(shop, id, { backTo: 3, userId: STAFF })).toBe(false);
    expect(await rowsWith(url, [String(id)])).toEqual([]);
  });
});
