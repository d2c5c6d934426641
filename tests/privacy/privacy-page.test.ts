import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directory } from '#app/db.server.ts';
import { makeDataFile } from '#app/jobs/make-data-file.server.ts';
import { eraseCustomer } from '#app/jobs/erase-customer.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { logAccess } from '#app/models/access-log.server.ts';
import { builtPages, storeScores, type BuiltPages } from '#tests/routes/built-pages.ts';
import { testDatabase } from '#tests/support/database.ts';

testDatabase();
const ROUTE = 'routes/app.privacy';
const DATA = `_data=${encodeURIComponent(ROUTE)}`;
let pages: BuiltPages;
let shopId: number;
beforeAll(async () => {
  pages = await builtPages();
  for (const shop of pages.shops) await pages.askAs(shop, '/app/progress');
  shopId = (await directory.shopByDomain(pages.shops[0]))!.id;
  await storeScores(shopId, 5001, 30);
});
afterAll(async () => {
  await pages.close();
  await closeQueue(1);
});

type Shown = {
  requests: {
    id: number;
    customerId: number;
    requestedAt: number;
    dueAt: number;
    hasFile: boolean;
    downloadedAt: number | null;
  }[];
  erased: number;
  log: { entries: { what: string; customers: number; customerId: number | null }[]; older: number | null };
  stored: { kept: string }[];
};
const shown = async (search = ''): Promise<Shown> =>
  (await pages.askAs(pages.shops[0], `/app/privacy?${DATA}${search}`)).json();
const download = (shop: string, request: number) =>
  pages.send(shop, '/app/privacy', ROUTE, { intent: 'download', request: String(request) });

describe('the privacy page', () => {
  it('given a request, then it says by when to answer, and hands the file out to this shop only, with an entry in the log', async () => {
    await makeDataFile(shopId, { webhookId: 'a', customerId: 5001, orderIds: [] });
    const [request] = (await shown()).requests;
    expect(request).toMatchObject({ customerId: 5001, hasFile: true, downloadedAt: null });
    expect(request!.dueAt - request!.requestedAt).toBe(30 * 86_400_000);
    expect(await (await download(pages.shops[1], request!.id)).json()).toEqual({ gone: true });
    const answer = await (await download(pages.shops[0], request!.id)).json();
    expect(answer.name).toBe('customer-5001.json');
    expect(JSON.parse(answer.content)).toMatchObject({ customerId: 5001, customer: null });
    const after = await shown();
    expect(after.requests[0]?.downloadedAt).not.toBeNull();
    expect(after.log.entries[0]).toMatchObject({ what: 'data-file', customers: 1, customerId: 5001 });
    expect((await download(pages.shops[0], 0)).status).toBe(400);
  });

  it('given an erased customer, then it is counted and named nowhere', async () => {
    expect((await shown()).erased).toBe(0);
    await eraseCustomer(shopId, { customerId: 5001, orderIds: [] });
    const after = await shown();
    expect(after).toMatchObject({ erased: 1, requests: [] });
    expect(JSON.stringify(after)).not.toContain('5001');
    const page = await (await pages.askAs(pages.shops[0], `/app/privacy?shop=${pages.shops[0]}`)).text();
    expect(page).toContain('1 customer was erased.');
    expect(page).toContain('Kept 400 days.');
    expect(page).not.toContain('5001');
  });

  it('given a long log, then every entry is on exactly one page, whatever the address says', async () => {
    for (let id = 1; id <= 60; id += 1) await logAccess(shopId, 1001, 'names', [6000 + id]);
    const seen: (number | null)[] = [];
    for (let before: number | null = null, first = true; first || before !== null; first = false) {
      const { log } = await shown(before === null ? '' : `&before=${before}`);
      seen.push(...log.entries.filter(({ what }) => what === 'names').map(({ customerId }) => customerId));
      before = log.older;
    }
    expect(seen).toEqual(Array.from({ length: 60 }, (_, i) => 6060 - i));
    expect((await shown('&before=made-up')).log.entries).toHaveLength(25);
  });
});
