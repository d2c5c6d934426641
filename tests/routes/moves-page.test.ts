import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directory } from '#app/db.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { formatDay } from '#app/rfm/calendar.ts';
import { placeName } from '#app/rfm/moves.ts';
import { TEN_SEGMENTS } from '#app/rfm/schemes.ts';
import { testDatabase } from '#tests/support/database.ts';
import { builtPages, storeScores, type BuiltPages } from './built-pages.ts';

const databaseUrl = testDatabase();
/** The day the stored scores are as of. */
const TODAY = 20_000;
let pages: BuiltPages;
let database: Client;
let mine: string;
let other: string;

beforeAll(async () => {
  pages = await builtPages();
  [mine, other] = pages.shops;
  database = new Client(databaseUrl);
  await database.connect();
  for (const shop of pages.shops) expect((await pages.askAs(shop, '/app/progress')).status).toBe(200);
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
type Told = {
  page: {
    kind: string;
    days?: { from: number; to: number };
    problems?: { from: string | null; to: string | null };
    moves?: {
      customers: number;
      moved: number;
      edges: { before: string | null; after: string | null; people: number }[];
    };
    layouts?: Record<'moved' | 'all', { wide: Drawn; narrow: Drawn } | null>;
    fallen?: { rows: { customerId: number }[]; total: number };
  };
};
type Drawn = {
  width: number;
  height: number;
  bars: {
    side: string;
    place: string | null;
    people: number;
    x: number;
    y: number;
    width: number;
    height: number;
  }[];
  ribbons: { people: number; thickness: number; path: string }[];
};
/** The page with the moves that follow it in the same answer. */
async function moves(shop: string, query = ''): Promise<Told> {
  const path = `/app/moves${query}${query === '' ? '?' : '&'}_data=${encodeURIComponent('routes/app.moves')}`;
  const answer = await pages.askAs(shop, path);
  expect(answer.status).toBe(200);
  const [first = '', ...rest] = (await answer.text()).split('\n\n');
  const { page } = JSON.parse(first) as Told;
  const follows = rest.find((part) => part.startsWith('data:{"found"'));
  const { found } = JSON.parse(follows?.slice('data:'.length) ?? '{}') as { found?: Partial<Told['page']> };
  return { page: { ...page, ...found } };
}
const people = (shop: string, query: string) =>
  told<{ page: { rows: { customerId: number }[]; total: number } }>(
    shop,
    `/app/moves/people?${query}`,
    'routes/app.moves_.people',
  );
const statusOf = async (query: string) =>
  (
    await pages.askAs(
      mine,
      `/app/moves/people?${query}&_data=${encodeURIComponent('routes/app.moves_.people')}`,
    )
  ).status;
const shopId = async (shop: string) => (await directory.shopByDomain(shop))!.id;

/** Twenty days of history: a champion of today with an id from `firstId` was loyal, and one at risk was a champion. */
async function giveHistory(shop: string, firstId: number): Promise<void> {
  const id = await shopId(shop);
  await database.query(
    `insert into score_runs (shop_id, id, as_of, reason, frequency_method, cut_points, order_counts, summary, currency, holds_on)
     select shop_id, -shop_id, as_of - 20, reason, frequency_method, cut_points, order_counts, summary, currency, as_of - 20
     from score_runs where shop_id = $1`,
    [id],
  );
  for (const [run, now, before, scores] of [
    [1_000_001, 'champions', 'loyal', '445'],
    [1_000_002, 'at-risk', 'champions', '545'],
  ] as const) {
    await database.query(
      `insert into segment_changes (shop_id, customer_id, run_id, day, before, after, cause, score_before, score_after)
       select shop_id, customer_id, $2, $3, $4, segment, 'time', $5, concat(r, f, m) from scores
       where shop_id = $1 and segment = $6 and customer_id >= $7 order by customer_id limit 1`,
      [id, run, formatDay(TODAY - 3), before, scores, now, firstId],
    );
  }
}

describe('the page of transitions', () => {
  it('given a shop without scores, with scores of one day, and with a history, then it says what there is', async () => {
    expect((await moves(mine)).page).toEqual({ kind: 'no-run' });
    await storeScores(await shopId(mine), 1001, 60);
    await storeScores(await shopId(other), 5001, 60);
    expect((await moves(mine)).page.kind).toBe('one-day');
    for (const path of ['/app/moves', '/app/moves?from=1999-01-01']) {
      const html = await (await pages.askAs(mine, path)).text();
      expect(html).toContain('Moves show from tomorrow on');
    }
    await giveHistory(mine, 1001);
    await giveHistory(other, 5001);
    const { page } = await moves(mine);
    expect(page).toMatchObject({ kind: 'moves', days: { from: TODAY - 20, to: TODAY } });
    expect([page.moves?.customers, page.moves?.moved]).toEqual([60, 2]);
  });

  it('given days that cannot be compared, then the page says why and shows no numbers', async () => {
    const refused = await moves(mine, `?from=${formatDay(TODAY - 21)}&to=soon`);
    expect(refused.page).toMatchObject({ kind: 'refused', problems: { from: 'too-early', to: 'no-date' } });
    expect(refused.page.moves).toBeUndefined();
    const html = await (
      await pages.askAs(mine, '/app/moves?from=%3Cscript%3Ealert(1)%3C/script%3E&to=')
    ).text();
    expect(html).toContain('Choose a day.');
    expect(html).not.toContain('<script>alert(1)');
  });

  it('given the chart, then bars and ribbons are as long as their numbers of customers, and nothing lies outside', async () => {
    const { page } = await moves(mine);
    for (const shown of ['moved', 'all'] as const) {
      const { edges } = page.moves!;
      const drawn = edges.filter(({ before, after }) => shown === 'all' || before !== after);
      const { wide, narrow } = page.layouts![shown]!;
      for (const layout of [wide, narrow]) {
        expect(layout.ribbons.map(({ people: count }) => count)).toEqual(
          drawn.map(({ people: count }) => count),
        );
        const scale = layout.bars[0]!.height / layout.bars[0]!.people;
        for (const { people: count, height, x, y, width } of layout.bars) {
          expect(Math.abs(height - count * scale)).toBeLessThan(0.1);
          expect(x >= 0 && y >= 0 && x + width <= layout.width && y + height <= layout.height).toBe(true);
        }
        for (const { people: count, thickness, path } of layout.ribbons) {
          expect(Math.abs(thickness - count * scale)).toBeLessThan(0.1);
          expect(path).toMatch(/^M[\d.,]+C[\d.,]+$/);
        }
        for (const side of ['before', 'after'] as const) {
          const bars = layout.bars.filter((bar) => bar.side === side);
          for (const { place, people: count } of bars) {
            const inIt = drawn.filter((edge) => edge[side] === place);
            expect(count).toBe(inIt.reduce((sum, edge) => sum + edge.people, 0));
          }
          const tops = bars.map(({ y }) => y);
          expect(tops).toEqual(tops.toSorted((a, b) => a - b));
        }
      }
    }
  });
});

describe('the people behind a move', () => {
  it('given every move of the page, then as many people are behind it, all of this shop', async () => {
    const { page } = await moves(mine);
    for (const { before, after, people: count } of page.moves!.edges) {
      const query = `before=${before ?? 'unscored'}&after=${after ?? 'unscored'}`;
      const { page: list } = await people(mine, query);
      expect(list.total).toBe(count);
      for (const { customerId } of list.rows) expect(customerId).toBeLessThan(5000);
    }
    const { page: fell } = await people(mine, 'fell=valuable');
    expect(fell.rows.map(({ customerId }) => customerId)).toEqual(
      page.fallen!.rows.map(({ customerId }) => customerId),
    );
    expect(fell.total).toBe(1);
  });

  it('given a place in the list of another shop, then only own customers are listed from there', async () => {
    const { page } = await people(other, 'before=champions&after=champions');
    expect(page.rows.length).toBeGreaterThan(0);
    for (const cursor of [
      'after_99999999_9999999',
      'before_0_1',
      `after_${page.rows[0]!.customerId}_5001`,
      "'; --",
    ]) {
      const { page: list } = await people(
        mine,
        `before=champions&after=champions&cursor=${encodeURIComponent(cursor)}`,
      );
      for (const { customerId } of list.rows) expect(customerId).toBeLessThan(5000);
    }
  });

  it('given an address that names no move or no days, then there is nothing at it', async () => {
    for (const query of [
      '',
      'fell=cheap',
      'before=champions',
      'before=champions&after=whales',
      'before=unscored&after=unscored',
      `before=champions&after=loyal&from=${formatDay(TODAY - 21)}`,
      'fell=valuable&to=soon',
    ])
      expect([query, await statusOf(query)]).toEqual([query, 404]);
    for (const before of [...TEN_SEGMENTS.segments, null]) {
      const query = `before=${placeName(before)}&after=new&sort=made-up&cursor=made-up`;
      expect([query, await statusOf(query)]).toEqual([query, 200]);
    }
  });
});
