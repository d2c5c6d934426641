import { Client } from 'pg';
import type { FrameLocator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import en from '#app/i18n/en.json' with { type: 'json' };
import { moneyAtStake, segmentProfile } from '#app/models/segment-profiles.server.ts';
import { segmentReach } from '#app/models/reach.server.ts';
import { formatDay, type Day } from '#app/rfm/calendar.ts';
import { segmentOf, TEN_SEGMENTS } from '#app/rfm/schemes.ts';
import { faultsOf } from '#tests/support/axe.ts';
import { testDatabase } from '#tests/support/database.ts';
import { choose, install, journey, LONG, openApp } from '#tests/support/journey.ts';

const databaseUrl = testDatabase();
const demo = journey(databaseUrl, ['--customers', '400', '--time-scale', '100']);
let page: Page;
let app: FrameLocator;
let database: Client;
let shopId: number;
/** The day the scores are as of. */
let today: Day;

beforeAll(async () => {
  database = new Client(databaseUrl);
  await database.connect();
  ({ page, app } = await demo.openPage(1280));
  await install({ page, app }, demo.stage);
}, LONG);
afterAll(async () => {
  await database?.end();
});

/** Whether everything Shopify exported is read, scored and counted. */
async function settled(): Promise<boolean> {
  const { rows } = await database.query<{ scored: boolean }>(
    `select data_mark ~ ' done$' and not exists (select from pending where kind = 'score')
       and exists (select from segment_profiles p where p.run_id = r.id) as scored
     from score_runs r order by id desc limit 1`,
  );
  return rows[0]?.scored ?? false;
}

/** Gives the shop forty days of history: every third customer was a recency better off until 3 to 25 days ago. */
async function giveHistory(): Promise<void> {
  await database.query(
    `insert into score_runs (shop_id, id, as_of, reason, frequency_method, cut_points, order_counts, summary, currency, holds_on)
     select shop_id, -1, as_of - 40, 'first', frequency_method, cut_points, order_counts, summary, currency, as_of - 40
     from score_runs order by id limit 1`,
  );
  const { rows } = await database.query<{ id: string; r: number; f: number; m: number; segment: string }>(
    'select customer_id as id, r, f, m, segment from scores where r between 1 and 4 order by customer_id',
  );
  for (const [i, { id, r, f, m, segment }] of rows.entries()) {
    if (i % 3 !== 0) continue;
    await database.query(
      `insert into segment_changes (shop_id, customer_id, run_id, day, before, after, cause, score_before, score_after)
       values ($1, $2, $3, $4, $5, $6, 'time', $7, $8)`,
      [
        shopId,
        id,
        1_000_000 + i,
        formatDay(today - 3 - (i % 23)),
        segmentOf(TEN_SEGMENTS, { r: r + 1, f: f, m: 1 }),
        segment,
        `${r + 1}${f}${m}`,
        `${r}${f}${m}`,
      ],
    );
  }
}

const openSegment = async (name: string): Promise<void> => {
  await choose({ page, app }, 'Segments');
  await app.locator('.rk-segments').getByRole('link', { name, exact: true }).click();
  await app.getByRole('heading', { name, exact: true }).waitFor();
};
const numberOf = async (slug: string): Promise<number> => {
  const { rows } = await database.query<{ n: number }>(
    'select count(*)::int as n from scores where segment = $1',
    [slug],
  );
  return rows[0]?.n ?? 0;
};
const people = (n: number): string => `${n} ${n === 1 ? 'customer' : 'customers'}`;

describe('a merchant who wants to know the shop’s segments', () => {
  it(
    'given a shop whose first scores are of today, then each segment stands there with its size and money, and says when its course begins',
    async () => {
      await expect.poll(settled, { timeout: LONG }).toBe(true);
      const { rows } = await database.query<{ shop: string; today: string }>(
        'select shop_id as shop, holds_on::text as today from score_runs order by id desc limit 1',
      );
      shopId = Number(rows[0]?.shop);
      today = Date.parse(`${rows[0]?.today}T00:00:00Z`) / 86_400_000;
      await app.getByRole('heading', { name: 'Segments', exact: true }).waitFor();
      await choose({ page, app }, 'Segments');
      await app.getByText('Money at stake is the net spend in the 365 days').waitFor();
      const table = app.locator('.rk-segments tbody tr');
      expect(await table.count()).toBe(TEN_SEGMENTS.segments.length);
      const shown = await table.locator('td:nth-child(2)').allInnerTexts();
      const { rows: scored } = await database.query<{ n: number }>(
        'select count(*)::int as n from scores where segment is not null',
      );
      expect(shown.reduce((sum, text) => sum + Number(text), 0)).toBe(scored[0]?.n);
      const first = [...(await moneyAtStake(shopId))].toSorted(([, a], [, b]) => b.atStake - a.atStake)[0]!;
      const name = en.segments[first[0] as 'loyal'].name;
      expect(await table.first().innerText()).toContain(name);
      expect(await table.getByText('from tomorrow on').count()).toBe(TEN_SEGMENTS.segments.length);
      expect(await faultsOf(page)).toEqual([]);
      await table.first().getByRole('link', { name, exact: true }).click();
      await app.getByText('The trend begins tomorrow').waitFor();
      expect(await faultsOf(page)).toEqual([]);
    },
    2 * LONG,
  );

  it(
    'given forty days of history, when the list is sorted by change, then the one that grew most stands first',
    async () => {
      await giveHistory();
      await choose({ page, app }, 'Segments');
      await app.locator('.rk-sparkline').first().waitFor();
      expect(await app.locator('.rk-sparkline').count()).toBe(TEN_SEGMENTS.segments.length);
      await app.getByRole('button', { name: /^Since / }).click();
      await expect
        .poll(() => new URL(page.frame({ name: 'app-iframe' })!.url()).search)
        .toContain('sort=change');
      const changes = async () => {
        const texts = await app.locator('.rk-segments tbody tr td:nth-child(5)').allInnerTexts();
        return texts.map((text) => Number.parseInt(text, 10));
      };
      const sorted = (await changes()).toSorted((a, b) => b - a);
      await expect.poll(changes).toEqual(sorted);
      const numbers = await changes();
      expect(numbers[0]).toBeGreaterThan(0);
      expect(numbers.reduce((sum, n) => sum + n, 0)).toBe(0);
      expect(await faultsOf(page)).toEqual([]);
    },
    LONG,
  );

  it(
    'given a segment, then its page says what is at stake, whom it can be told to, what they buy and what the sources advise',
    async () => {
      await openSegment('Hibernating');
      const reach = await segmentReach(shopId, 'hibernating');
      await app
        .getByText(`${people(reach.email.agreed)} agreed`)
        .first()
        .waitFor();
      await app.getByText('Shopify records no consent for calls.').waitFor();
      await app.getByText('Rekindle stores no addresses').waitFor();
      const profile = (await segmentProfile(shopId, 'hibernating'))!;
      const most = profile.products.toSorted((a, b) => b.here - a.here)[0]!;
      const row = app.getByRole('row').filter({ hasText: profile.titles[most.what]! });
      await row.getByText(people(most.buyers)).waitFor();
      await app.getByText('A deep discount as the last resort').waitFor();
      await app.getByText('CleverTap, RFM analysis names').waitFor();
      expect(await faultsOf(page)).toEqual([]);
      await app.getByRole('button', { name: 'Most above the shop' }).first().click();
      await expect
        .poll(() => new URL(page.frame({ name: 'app-iframe' })!.url()).search)
        .toContain('by=index');
      expect(await faultsOf(page)).toEqual([]);
    },
    LONG,
  );

  it(
    'given its course, when only the keyboard is used, then each day tells its number, and the table tells the same',
    async () => {
      const chart = app.getByRole('slider', { name: /^Number of customers by day/ });
      await chart.focus();
      expect(await chart.getAttribute('aria-valuetext')).toContain(people(await numberOf('hibernating')));
      await app.getByText('Show as a table').click();
      const rows = app.locator('.rk-trend-table tbody tr');
      expect(await rows.count()).toBe(41);
      const [day, customers] = await rows.nth(39).locator('th, td').allInnerTexts();
      await chart.focus();
      await page.keyboard.press('Home');
      await page.keyboard.press('ArrowRight');
      const told = `${day}: ${people(Number(customers))}`;
      await expect.poll(() => chart.getAttribute('aria-valuetext')).toBe(told);
      await app.locator('.rk-trend-point').getByText(told).waitFor();
      expect(await faultsOf(page)).toEqual([]);
      await app.getByRole('button', { name: '30 days' }).click();
      await expect.poll(() => rows.count()).toBe(31);
    },
    LONG,
  );

  it(
    'given its customers, when the next ones are asked for, then they are shown, and the course stays as chosen',
    async () => {
      const total = await numberOf('hibernating');
      expect(total).toBeGreaterThan(50);
      await app.getByRole('link', { name: 'Show its customers' }).click();
      const rows = app.locator('.rk-members tbody tr');
      expect(await rows.count()).toBe(50);
      await app.locator('.rk-members').getByRole('button', { name: 'Next' }).click();
      await expect.poll(() => new URL(page.frame({ name: 'app-iframe' })!.url()).search).toContain('cursor=');
      expect(new URL(page.frame({ name: 'app-iframe' })!.url()).search).toContain('days=30');
      await expect.poll(() => rows.count()).toBe(Math.min(50, total - 50));
      await app.getByRole('button', { name: 'Export' }).waitFor();
    },
    LONG,
  );

  it(
    'given a phone of 390 px, then list and page fit and axe finds nothing',
    async () => {
      const phone = await demo.openPage(390);
      const fits = () => phone.app.locator('html').evaluate((html) => html.scrollWidth <= html.clientWidth);
      await openApp(phone, demo.stage);
      await phone.app.getByRole('heading', { name: 'Segments', exact: true }).waitFor();
      await choose(phone, 'Segments');
      await phone.app.locator('.rk-sparkline').first().waitFor();
      expect(await faultsOf(phone.page)).toEqual([]);
      expect(await fits()).toBe(true);
      await phone.app.locator('.rk-segments').getByRole('link', { name: 'Hibernating' }).click();
      await phone.app.getByRole('slider').waitFor();
      expect(await faultsOf(phone.page)).toEqual([]);
      expect(await fits()).toBe(true);
    },
    LONG,
  );

  it('given the whole journey, then the browser reported no fault', () => {
    expect(demo.faults).toEqual([]);
  });
});
