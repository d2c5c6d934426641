import { afterAll, describe, expect, it } from 'vitest';
import { eraseCustomer } from '#app/jobs/erase-customer.server.ts';
import { makeDataFile } from '#app/jobs/make-data-file.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { customerCare, saveCare } from '#app/models/customer-care.server.ts';
import { dataRequests, takeFile } from '#app/models/data-requests.server.ts';
import { storeScores } from '#tests/routes/built-pages.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';
import { rowsWith } from './traces.ts';

const url = testDatabase();
afterAll(() => closeQueue(1));

const STAFF = 71;
const seen = (customerId: number) => [{ customerId, version: 0 }];

const noteAbout = (id: number) => `Wants to hear of “oolong ${id - 7}”`;

/** A shop with twenty customers from this id on, of whom everything is noted about the first. */
async function shopWithNotes(id: number): Promise<number> {
  const { id: shop } = await testShop();
  await storeScores(shop, id, 20);
  await saveCare(shop, STAFF, seen(id), { what: 'note', value: noteAbout(id) });
  await saveCare(shop, STAFF, seen(id), { what: 'assigned', value: 72 });
  await saveCare(shop, STAFF, seen(id), { what: 'later', value: 20_100 });
  await saveCare(shop, STAFF, seen(id), { what: 'contacted', value: 20_000 });
  return shop;
}

describe('what staff noted about a customer', () => {
  it('given a request for data, then the file tells all of it', async () => {
    const id = 70_000_123;
    const shop = await shopWithNotes(id);
    await makeDataFile(shop, { webhookId: 'w', customerId: id, orderIds: [] });
    const [request] = await dataRequests(shop, 1);
    const { file } = (await takeFile(shop, STAFF, request!.id)) as { file: { care: object[] } };
    expect(file.care).toEqual([
      {
        assignedTo: 72,
        assignedBy: STAFF,
        laterUntil: '2025-01-12',
        laterBy: STAFF,
        contactedOn: '2024-10-04',
        contactedBy: STAFF,
        note: noteAbout(id),
        noteBy: STAFF,
        noteAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      },
    ]);
  });

  it('given an erasure, then nothing of it is left, nor of the customer’s number in notes about others', async () => {
    const id = 80_000_123;
    const shop = await shopWithNotes(id);
    const text = `${id} is her brother (${id} ${id}, not ${id}4), see ${id}`;
    await saveCare(shop, STAFF, seen(id + 1), { what: 'note', value: text });
    expect(await eraseCustomer(shop, { customerId: id, orderIds: [] })).toBe(true);
    expect(await rowsWith(url, [String(id), noteAbout(id)])).toEqual([]);
    expect((await customerCare(shop, id + 1)).note).toBe(`… is her brother (… …, not ${id}4), see …`);
  });

  it('given a page that was open during the erasure, when it is saved, then nothing is stored again', async () => {
    const id = 90_000_123;
    const shop = await shopWithNotes(id);
    await eraseCustomer(shop, { customerId: id, orderIds: [] });
    const change = { what: 'note', value: noteAbout(id) } as const;
    expect(await saveCare(shop, STAFF, [{ customerId: id, version: 4 }], change)).toEqual({
      saved: 0,
      over: [],
    });
    expect(await customerCare(shop, id)).toMatchObject({ version: 0, note: null });
  });
});
