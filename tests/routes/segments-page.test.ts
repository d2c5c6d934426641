import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directory } from '#app/db.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { segmentReach } from '#app/models/reach.server.ts';
import { keepProfiles } from '#app/models/segment-profiles.server.ts';
import { formatDay } from '#app/rfm/calendar.ts';
import { TEN_SEGMENTS } from '#app/rfm/schemes.ts';
import { testDatabase } from '#tests/support/database.ts';
import { builtPages, storeScores, type BuiltPages } from './built-pages.ts';

const databaseUrl = testDatabase();
/** The day the stored scores are as of. */
const TODAY = 20_000;
const CUSTOMERS = 400;
let pages: BuiltPages;
let database: Client;
let mine: string;
let other: string;
let shopId: number;

beforeAll(async () => {
  pages = await builtPages();
  [mine, other] = pages.shops;
  database = new Client(databaseUrl);
  await database.connect();
  for (const shop of pages.shops) expect((await pages.askAs(shop, '/app/progress')).status).toBe(200);
  shopId = (await directory.shopByDomain(mine))!.id;
});
afterAll(async () => {
  await database.end();
  await pages.close();
  await closeQueue(1);
});

/** What a page is told first; names are promised in the same answer and come after it. */
async function told<T>(shop: string, path: string, route: string): Promise<T> {
  const answer = await pages.askAs(
    shop,
    `${path}${path.includes('?') ? '&' : '?'}_data=${encodeURIComponent(route)}`,
  );
  expect(answer.status).toBe(200);
  return JSON.parse((await answer.text()).split('\n\n')[0] ?? '') as T;
}

type Trend = { from: number; counts: number[] };
type Listed = { segment: string; customers: number; atStake: number | null; trend: Trend };
type List = {
  page: {
    asOf: number;
    since: number | null;
    stakeAsOf: number | null;
    scored: number;
    segments: Listed[];
  } | null;
};
type Page = {
  members: unknown[];
  whole: {
    choices: number[];
    days: number;
    trend: Trend;
    erased: number;
    profile: { atStake: number; titles: Record<string, string> } | null;
  } | null;
};
const list = (shop: string) => told<List>(shop, '/app/segments', 'routes/app.segments._index');
const page = (shop: string, path: string) =>
  told<Page>(shop, `/app/segments/${path}`, 'routes/app.segments.$segment');
const text = async (shop: string, path: string) => (await pages.askAs(shop, path)).text();

describe('given a shop without scores', () => {
  it('then the list says that segments appear with the first scores, and a segment’s page shows nobody', async () => {
    expect((await list(mine)).page).toBeNull();
    expect(await text(mine, `/app/segments?shop=${mine}`)).toContain('No scores yet. Segments appear');
    expect((await page(mine, 'champions')).whole).toBeNull();
    expect(await text(mine, `/app/segments/champions?shop=${mine}`)).toContain('Nobody is here now.');
  });
});

describe('given scored customers', () => {
  beforeAll(() => storeScores(shopId, 1001, CUSTOMERS));

  it('when nothing was counted and the scores are of today, then both pages say what comes later', async () => {
    const { page: all } = await list(mine);
    expect(all).toMatchObject({ asOf: TODAY, since: null, stakeAsOf: null, scored: CUSTOMERS });
    expect(all!.segments.map(({ segment }) => segment)).toEqual(TEN_SEGMENTS.segments.map((slug) => slug));
    expect(all!.segments.reduce((sum, { customers }) => sum + customers, 0)).toBe(CUSTOMERS);
    const html = await text(mine, `/app/segments?shop=${mine}`);
    for (const words of [
      'Money at stake appears once the whole import is read',
      'from tomorrow on',
      'not yet',
    ])
      expect(html).toContain(words);
    const one = await text(mine, `/app/segments/hibernating?shop=${mine}`);
    for (const words of [
      'The trend begins tomorrow',
      'Counted once the whole import is read and scored.',
      'were not read from Shopify yet',
      'CleverTap, RFM analysis',
    ])
      expect(one).toContain(words);
  });

  it('when there is a history of a year and a profile, then the pages tell both, and the address chooses', async () => {
    await database.query(
      `insert into score_runs (shop_id, id, as_of, reason, frequency_method, cut_points, order_counts, summary, currency, holds_on)
       select shop_id, -1, as_of - 400, 'first', frequency_method, cut_points, order_counts, summary, currency, as_of - 400
       from score_runs where shop_id = $1 order by id limit 1`,
      [shopId],
    );
    for (const [i, ago] of [2, 29, 30, 31, 89, 90, 364, 365].entries()) {
      await database.query(
        `insert into segment_changes (shop_id, customer_id, run_id, day, before, after, cause, score_before, score_after)
         values ($1, $2, $3, $4, 'champions', 'hibernating', 'time', '555', '115')`,
        [shopId, 1001 + i, 500 + i, formatDay(TODAY - ago)],
      );
    }
    const empty = { customers: 1, known: 0, knownInShop: 0, types: [] };
    const product = { what: 77, here: 3, buyers: 2, shop: 9 };
    await keepProfiles(
      shopId,
      1,
      TODAY - 3,
      TEN_SEGMENTS.segments.map((slug, i) => ({
        segment: slug,
        atStake: 100 * i,
        products: [product],
        ...empty,
      })),
    );
    await database.query(`insert into products (shop_id, id, title) values ($1, 77, 'Blue teapot')`, [
      shopId,
    ]);
    const { page: all } = await list(mine);
    expect(all).toMatchObject({ since: TODAY - 30, stakeAsOf: TODAY - 3 });
    const hibernating = all!.segments.at(-1)!;
    expect(hibernating).toMatchObject({ segment: 'hibernating', atStake: 900 });
    const { counts } = hibernating.trend;
    expect(counts.length).toBe(31);
    expect(counts.at(-1)! - counts[0]!).toBe(2);
    for (const [days, changes] of [
      [30, 2],
      [90, 5],
      [365, 7],
    ] as const) {
      const { whole } = await page(mine, `hibernating?days=${days}`);
      expect(whole).toMatchObject({ choices: [30, 90, 365], days, trend: { from: TODAY - days } });
      expect(whole!.trend.counts.length).toBe(days + 1);
      expect(whole!.trend.counts.at(-1)! - whole!.trend.counts[0]!).toBe(changes);
      expect(whole!.trend.counts.at(-1)).toBe((await segmentReach(shopId, 'hibernating')).customers);
    }
    const { whole } = await page(mine, 'hibernating?days=7');
    expect(whole).toMatchObject({
      days: 90,
      profile: { atStake: 900, titles: { 77: 'Blue teapot' } },
    });
  });

  it('when a cell or the unscored are asked for, then their lists are what they were', async () => {
    for (const group of ['r1f1', 'unscored']) expect((await page(mine, group)).whole).toBeNull();
  });

  it('then another shop sees none of it', async () => {
    expect((await list(other)).page).toBeNull();
    expect(await text(other, `/app/segments/hibernating?shop=${other}`)).not.toContain('Blue teapot');
  });
});
