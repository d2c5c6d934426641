import { Client } from 'pg';
import type { FrameLocator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directory } from '#app/db.server.ts';
import { storedMoves } from '#app/models/moves.server.ts';
import { formatDay, type Day } from '#app/rfm/calendar.ts';
import type { Edge } from '#app/rfm/moves.ts';
import { segmentOf, TEN_SEGMENTS } from '#app/rfm/schemes.ts';
import { faultsOf } from '#tests/support/axe.ts';
import { testDatabase } from '#tests/support/database.ts';
import { appFits, choose, install, journey, LONG, openApp } from '#tests/support/journey.ts';

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

/** Whether everything Shopify exported is read and scored. */
async function settled(): Promise<boolean> {
  const { rows } = await database.query<{ scored: boolean }>(
    `select data_mark ~ ' done$' and not exists (select from pending where kind = 'score') as scored
     from score_runs order by id desc limit 1`,
  );
  return rows[0]?.scored ?? false;
}

/**
 * Gives the shop forty days of history: every third customer was a recency better off 3 to 25 days ago, every tenth
 * was unscored before an order 5 days ago, and one whom Shopify no longer has left 4 days ago.
 */
async function giveHistory(): Promise<void> {
  const { rows: runs } = await database.query<{ shop: string; today: string }>(
    `insert into score_runs (shop_id, id, as_of, reason, frequency_method, cut_points, order_counts, summary, currency, holds_on)
     select shop_id, -1, as_of - 40, 'first', frequency_method, cut_points, order_counts, summary, currency, as_of - 40
     from score_runs order by id limit 1 returning shop_id as shop, (as_of + 40)::text as today`,
  );
  shopId = Number(runs[0]?.shop);
  today = Date.parse(`${runs[0]?.today}T00:00:00Z`) / 86_400_000;
  const { rows } = await database.query<{ id: string; r: number; f: number; m: number; segment: string }>(
    'select customer_id as id, r, f, m, segment from scores where r between 1 and 4 order by customer_id',
  );
  const add = (values: unknown[]) =>
    database.query(
      `insert into segment_changes (shop_id, customer_id, run_id, day, before, after, cause, score_before, score_after)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [shopId, ...values],
    );
  for (const [i, { id, r, f, m, segment }] of rows.entries()) {
    const run = 1_000_000 + i;
    const now = `${r}${f}${m}`;
    if (i % 10 === 1) {
      await add([id, run, formatDay(today - 5), null, segment, 'order', '000', now]);
    } else if (i % 3 === 0) {
      const was = segmentOf(TEN_SEGMENTS, { r: r + 1, f: f, m: 1 });
      await add([id, run, formatDay(today - 3 - (i % 23)), was, segment, 'time', `${r + 1}${f}${m}`, now]);
    }
  }
  await add([42, 999_999, formatDay(today - 4), 'loyal', null, 'correction', '455', '000']);
}

const largest = (edges: readonly Edge[]): Edge => edges.toSorted((a, b) => b.people - a.people)[0]!;

describe('a merchant who wants to know who moved', () => {
  it(
    'given a shop whose first scores are of today, then the page says when moves show',
    async () => {
      // Until the whole import is scored, scores may still change beside what is tested.
      await expect.poll(settled, { timeout: LONG }).toBe(true);
      await app.getByRole('heading', { name: 'Segments', exact: true }).waitFor();
      await choose({ page, app }, 'Transitions');
      await app.getByText('Moves show from tomorrow on').waitFor();
      expect(await faultsOf(page)).toEqual([]);
    },
    2 * LONG,
  );

  it(
    'given forty days of history, when the page is opened, then chart, numbers and causes are those of the history',
    async () => {
      await giveHistory();
      const shop = await directory.shopById(shopId);
      expect(shop).not.toBeNull();
      await choose({ page, app }, 'Grid');
      await app.getByRole('heading', { name: 'Grid', exact: true }).waitFor();
      await choose({ page, app }, 'Transitions');
      await app.getByRole('heading', { name: 'Moves', exact: true }).waitFor();
      const moves = await storedMoves(shopId, TEN_SEGMENTS, { from: today - 30, to: today });
      expect(moves.moved).toBeGreaterThan(50);
      await app.getByText(`${moves.moved} of ${moves.customers} customers are in another segment`).waitFor();
      const ribbons = moves.edges.filter(({ before, after }) => before !== after);
      expect(await app.locator('.rk-sankey-wide a').count()).toBe(ribbons.length);
      expect(await app.locator('.rk-matrix a').count()).toBe(moves.edges.length);
      await app.getByRole('rowheader', { name: 'refund, cancellation or edit' }).waitFor();
      expect(await faultsOf(page)).toEqual([]);
      await app.getByRole('button', { name: 'Everybody' }).click();
      await app.getByText('= same segment').waitFor();
      expect(await app.locator('.rk-sankey-wide a').count()).toBe(moves.edges.length);
      expect(await faultsOf(page)).toEqual([]);
      await app.getByRole('button', { name: 'Those who moved' }).click();
      await app.getByText('= same segment').waitFor({ state: 'detached' });
    },
    LONG,
  );

  it(
    'given the chart, when only the keyboard is used, then a ribbon opens its customers, each with the cause',
    async () => {
      const ribbons = app.locator('.rk-sankey-wide a');
      await ribbons.first().focus();
      await page.keyboard.press('End');
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('Home');
      await page.keyboard.press('ArrowDown');
      const named = await app
        .locator('html')
        .evaluate((html) => html.ownerDocument.activeElement?.getAttribute('aria-label'));
      expect(named).toBe(await ribbons.nth(1).getAttribute('aria-label'));
      const [, title = '', people = ''] = /^(.*): (\d+) customers?, /.exec(named ?? '') ?? [];
      await page.keyboard.press('Enter');
      await app.getByRole('heading', { name: title, exact: true }).waitFor();
      await app.getByText(new RegExp(`^${people} customers?: `)).waitFor();
      expect(await app.locator('tbody tr').count()).toBe(Math.min(50, Number(people)));
      await app
        .getByText(/^\w+ \d+, \d{4}: (time passing|own order)$/)
        .filter({ visible: true })
        .first()
        .waitFor();
      expect(await faultsOf(page)).toEqual([]);
    },
    LONG,
  );

  it(
    'given the numbers, when a cell is opened, then those who stayed are there, and one who is gone is told as gone',
    async () => {
      await app.getByRole('link', { name: 'Transitions' }).click();
      const { edges } = await storedMoves(shopId, TEN_SEGMENTS, { from: today - 30, to: today });
      const stayed = largest(edges.filter(({ before, after }) => before === after));
      await app.locator('.rk-matrix td.rk-stayed a').first().waitFor();
      await app
        .locator('.rk-matrix')
        .getByRole('link', { name: `${stayed.people} customers, same segment` })
        .first()
        .click();
      await app.getByText('No move in between').filter({ visible: true }).first().waitFor();
      await app.getByRole('link', { name: 'Transitions' }).click();
      await app
        .locator('.rk-matrix')
        .getByRole('link', { name: /^Loyal → Unscored: 1 customer, worse$/ })
        .click();
      await app.getByText('Customer #42, no longer in this shop').waitFor();
      expect(await faultsOf(page)).toEqual([]);
      await app.getByRole('link', { name: 'Transitions' }).click();
    },
    LONG,
  );

  it(
    'given two days, when they are wrong, then the page says how; when nobody moved between them, it says so',
    async () => {
      const days = [app.getByLabel('From the end of'), app.getByLabel('To the end of')] as const;
      const show = async (from: Day, to: Day) => {
        await days[0].fill(formatDay(from));
        await days[1].fill(formatDay(to));
        await app.getByRole('button', { name: 'Show', exact: true }).click();
      };
      await show(today - 300, today + 5);
      await app.getByText(/^Scores are kept from .* on: choose that day or a later one\.$/).waitFor();
      await app.getByText(/^The newest scores are of .*: choose that day or an earlier one\.$/).waitFor();
      expect(await faultsOf(page)).toEqual([]);
      await show(today - 10, today - 10);
      await app.getByText('Choose a day before the second one.').waitFor();
      await show(today - 40, today - 35);
      await app.getByText('Nobody moved between these days').waitFor();
      expect(await faultsOf(page)).toEqual([]);
      expect(new URL(page.frame({ name: 'app-iframe' })!.url()).search).toContain(
        `from=${formatDay(today - 40)}&to=${formatDay(today - 35)}`,
      );
      await show(today - 40, today);
      await app.getByRole('heading', { name: 'Why they moved' }).waitFor();
    },
    LONG,
  );

  it(
    'given valuable customers who fell, then they stand on the page, and one opens its own page',
    async () => {
      const card = app.locator('.rk-members');
      await card
        .getByText(/days? since the last order/)
        .filter({ visible: true })
        .first()
        .waitFor();
      const name = card.getByRole('row').nth(1).getByRole('link');
      await name.click();
      await app.getByRole('heading', { name: 'Why this segment' }).waitFor();
      await page.goBack();
      await app.getByRole('heading', { name: 'Valuable customers who fell' }).waitFor();
    },
    LONG,
  );

  it(
    'given a phone of 390 px, then every page fits and axe finds nothing',
    async () => {
      const phone = await demo.openPage(390);
      await openApp(phone, demo.stage);
      await phone.app.getByRole('heading', { name: 'Segments', exact: true }).waitFor();
      await choose(phone, 'Transitions');
      await phone.app.getByRole('heading', { name: 'Valuable customers who fell' }).waitFor();
      expect(await faultsOf(phone.page)).toEqual([]);
      expect(await appFits(phone.app)).toBe(true);
      const ribbon = phone.app.locator('.rk-sankey-narrow a').first();
      await ribbon.focus();
      await phone.page.keyboard.press('Enter');
      await phone.app.getByText('Scores, orders and net spend are as of').waitFor();
      expect(await faultsOf(phone.page)).toEqual([]);
      expect(await appFits(phone.app)).toBe(true);
    },
    LONG,
  );

  it.each([1280, 390] as const)(
    'given %i px, when a past day is asked for, then its scores are worked out beside those of now',
    async (width) => {
      const window = await demo.openPage(width);
      await openApp(window, demo.stage);
      await choose(window, 'Transitions');
      await window.app.getByRole('link', { name: 'Scores of any past day' }).click();
      await window.app.getByRole('button', { name: 'Work it out' }).press('Enter');
      await window.app.getByText(/^[\d,]+ customers? had scores at the end of/).waitFor({ timeout: LONG });
      await window.app.getByRole('table', { name: 'All moves in numbers' }).waitFor();
      expect(await faultsOf(window.page)).toEqual([]);
      expect(await appFits(window.app)).toBe(true);
    },
    LONG,
  );

  it('given the whole journey, then the browser reported no fault', () => {
    expect(demo.faults).toEqual([]);
  });
});
