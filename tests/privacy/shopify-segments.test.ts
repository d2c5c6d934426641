import { afterAll, expect, it } from 'vitest';
import { sqlInShop } from '#app/db.server.ts';
import { eraseCustomer } from '#app/jobs/erase-customer.server.ts';
import { mergeInto } from '#app/jobs/forget-customers.server.ts';
import { makeDataFile } from '#app/jobs/make-data-file.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { dataRequests, takeFile } from '#app/models/data-requests.server.ts';
import { askForSegment, openReading, storeMembersPage } from '#app/models/shopify-segments.server.ts';
import { storeScores } from '#tests/routes/built-pages.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';
import { rowsWith } from './traces.ts';

const url = testDatabase();
afterAll(() => closeQueue(1));

const FIRST = 70_000_100;
const GID = 'gid://shopify/Segment/5';

it('given customers in a segment of Shopify’s, then the file tells it, a merge keeps it, and an erasure leaves nothing, also of a page that comes later', async () => {
  const { id: shop } = await testShop();
  await storeScores(shop, FIRST, 4);
  const [one, gone, kept, other] = [FIRST, FIRST + 1, FIRST + 2, FIRST + 3] as const;
  await askForSegment(shop, GID);
  const open = (await openReading(shop))!;
  await storeMembersPage(shop, open, { ids: [one, gone], total: 3, cursor: 'next' });
  const members = () =>
    sqlInShop(shop, async (client) => {
      const { rows } = await client.query<{ id: number }>(
        'select customer_id as id from shopify_segment_members where shop_id = $1 order by 1',
        [shop],
      );
      return rows.map(({ id }) => id);
    });
  await makeDataFile(shop, { webhookId: 'w', customerId: one, orderIds: [] });
  const [request] = await dataRequests(shop, 1);
  const { file } = (await takeFile(shop, 71, request!.id)) as { file: { shopifySegments: object[] } };
  expect(file.shopifySegments).toEqual([{ segment: GID, readAt: expect.stringMatching(/^\d{4}-/) }]);
  expect(await mergeInto(shop, gone, kept)).toBe(true);
  expect(await members()).toEqual([one, kept]);
  expect(await eraseCustomer(shop, { customerId: one, orderIds: [] })).toBe(true);
  await storeMembersPage(shop, open, { ids: [one, other], total: 3, cursor: null });
  expect(await members()).toEqual([kept, other]);
  expect(await rowsWith(url, [String(one)])).toEqual([]);
});
