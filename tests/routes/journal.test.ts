import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directory, sqlInShop, type ShopRow } from '#app/db.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { createWriteRun, type StoredPlan } from '#app/models/write-runs.server.ts';
import { planWrites } from '#app/models/writes.server.ts';
import { createPlanTotals } from '#app/rfm/write-cost.ts';
import { testDatabase } from '#tests/support/database.ts';
import { builtPages, type BuiltPages } from './built-pages.ts';

testDatabase();
let pages: BuiltPages;
let shop: ShopRow;

beforeAll(async () => {
  pages = await builtPages();
  const [domain] = pages.shops;
  expect((await pages.askAs(domain, '/app/progress')).status).toBe(200);
  shop = (await directory.shopByDomain(domain))!;
});
afterAll(async () => {
  await pages.close();
  await closeQueue(1);
});

const plan = (cleanUp: boolean): StoredPlan => ({
  ...createPlanTotals().finish(),
  seconds: 0,
  transport: { direct: [], bulk: {}, seconds: 0 },
  cleanUp,
  problem: null,
});

/** What a page is made from, without the names that follow it. */
async function read<T>(path: string, route: string): Promise<T> {
  const address = `${path}${path.includes('?') ? '&' : '?'}_data=${encodeURIComponent(route)}`;
  const text = await (await pages.askAs(shop.domain, address)).text();
  return JSON.parse(text.split('\n\n')[0] ?? '') as T;
}
type Runs = { runs: { id: number; what: string; state: string }[]; next: number | null; first: boolean };
type Entries = {
  entries: { id: number; value: string; state: string; error: string | null }[];
  next: number | null;
};
const RUNS = 'routes/app.writes._index';
const ENTRIES = 'routes/app.writes.$runId';

describe('given a shop in which nothing was written', () => {
  it('then the journal says so', async () => {
    const { runs, next, first } = await read<Runs>('/app/writes?index', RUNS);
    expect([runs, next, first]).toEqual([[], null, true]);
    const page = await pages.askAs(shop.domain, `/app/writes?embedded=1&host=YWRtaW4&shop=${shop.domain}`);
    expect(await page.text()).toContain('Nothing was written so far');
  });
});

describe('given write-backs', () => {
  const ids: number[] = [];
  beforeAll(async () => {
    for (let n = 0; n < 120; n += 1)
      ids.push((await createWriteRun(shop.id, shop.generation, plan(n === 119))).id);
    const rows = Array.from({ length: 130 }, (_, n) => ({
      customerId: 1001 + Math.floor(n / 2),
      kind: n % 2 === 0 ? ('tag-add' as const) : ('segment-set' as const),
      value: `value ${n}`,
    }));
    await sqlInShop(shop.id, async (client) => {
      await planWrites(client, shop.id, ids[0]!, rows);
      await client.query(
        `update writes set state = 'failed', error = 'is not allowed' where shop_id = $1 and value in ('value 7', 'value 99')`,
        [shop.id],
      );
    });
  });

  it('then all are listed newest first, page by page, and each once', async () => {
    const seen: number[] = [];
    let address = '/app/writes?index';
    for (let page = 0; page < 5; page += 1) {
      const { runs, next } = await read<Runs>(address, RUNS);
      if (page === 0) expect(runs[0]).toMatchObject({ what: 'cleanUp', state: 'planned' });
      seen.push(...runs.map(({ id }) => id));
      if (next === null) break;
      address = `/app/writes?index&before=${next}`;
    }
    expect(seen).toEqual(ids.toReversed());
  });

  it('then one of them shows what it wrote to whom in the order of the plan, and what Shopify refused', async () => {
    const values: string[] = [];
    let after: number | null = 0;
    while (after !== null) {
      const page: Entries = await read(`/app/writes/${ids[0]}?after=${after}`, ENTRIES);
      values.push(...page.entries.map(({ value }) => value));
      after = page.next;
    }
    expect(values).toEqual(Array.from({ length: 130 }, (_, n) => `value ${n}`));
    const refused = await read<Entries>(`/app/writes/${ids[0]}?show=refused`, ENTRIES);
    expect(refused.entries.map(({ value, state, error }) => [value, state, error])).toEqual([
      ['value 7', 'failed', 'is not allowed'],
      ['value 99', 'failed', 'is not allowed'],
    ]);
    expect((await read<Entries>(`/app/writes/${ids[1]}`, ENTRIES)).entries).toEqual([]);
  });

  it('when the address names no write-back, then it is not found, and a place that is none is the beginning', async () => {
    for (const id of ['987654321', '0', '-1', '1e3', "1'", '99999999999999999999']) {
      const data = `/app/writes/${encodeURIComponent(id)}?_data=${encodeURIComponent(ENTRIES)}`;
      expect((await pages.askAs(shop.domain, data)).status).toBe(404);
    }
    for (const place of ['x', '-1', '1e9', "' or 1=1"]) {
      const { first } = await read<Runs>(`/app/writes?index&before=${encodeURIComponent(place)}`, RUNS);
      expect(first).toBe(true);
    }
  });
});
