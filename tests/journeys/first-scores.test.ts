import { readFile } from 'node:fs/promises';
import { Client } from 'pg';
import type { FrameLocator, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { faultsOf } from '#tests/support/axe.ts';
import { testDatabase } from '#tests/support/database.ts';
import { appFits, choose, install, journey, LONG, openApp } from '#tests/support/journey.ts';

const databaseUrl = testDatabase();

// Slow enough that a person, or a test, sees the import run; quick enough to wait for it.
const demo = journey(databaseUrl, ['--customers', '700', '--time-scale', '8']);

describe('a merchant who opens Rekindle for the first time', () => {
  let page: Page;
  let app: FrameLocator;

  beforeAll(async () => ({ page, app } = await demo.openPage(1280)));

  it(
    'given the admin, when the app is installed, then the import shows its progress and survives a reload',
    async () => {
      await install({ page, app }, demo.stage);
      await app.getByRole('heading', { name: 'Importing your order history' }).waitFor();
      // It promises the first scores for as long as they are not there yet.
      await expect(app.getByText('You can leave this page.').textContent()).resolves.toMatch(
        /first scores|goes on by itself/,
      );
      expect(await faultsOf(page)).toEqual([]);
      await page.reload();
      await app
        .getByRole('heading', { name: /^(Importing your order history|Segments)$/ })
        .first()
        .waitFor();
    },
    LONG,
  );

  it(
    'given the import goes on, then the first scores appear without a click, and the first write asks',
    async () => {
      await app.getByRole('heading', { name: 'Segments', exact: true }).waitFor({ timeout: LONG });
      await app.getByText(/segments are ready to write|^Write [\d,]+ segments\?$/).waitFor({ timeout: LONG });
      await app.getByText(/^Data up to \d\d:\d\d on/).waitFor();
      await app.getByText(/ordered once, so frequency is scored among repeat customers/).waitFor();
      expect(await faultsOf(page)).toEqual([]);
    },
    LONG,
  );

  it(
    'given a preview, when the merchant says Write, then the segments are written',
    async () => {
      await app.getByRole('link', { name: 'Preview' }).click();
      await app.getByText('Nothing of it has been sent to Shopify.').waitFor();
      await app.getByText('Tags added').waitFor();
      await app.getByRole('link', { name: 'Rekindle' }).first().click();
      await app.getByRole('button', { name: 'Write', exact: true }).dblclick();
      await app.getByText('Segments are in Shopify').waitFor({ timeout: LONG });
      expect(demo.stage.fake.calls.all.length).toBeGreaterThan(0);
    },
    LONG,
  );

  it(
    'given the grid, when only the keyboard is used, then a cell opens its customers',
    async () => {
      await page.getByRole('link', { name: 'Grid' }).click();
      const cell = app.locator('[data-at="0-4"]');
      await cell.waitFor();
      expect(await faultsOf(page)).toEqual([]);
      await app.getByRole('button', { name: 'Table' }).press('Enter');
      await app.getByRole('link', { name: 'Promising, R4 F1' }).waitFor();
      expect(await faultsOf(page)).toEqual([]);
      await app.getByRole('button', { name: 'Map' }).press('Enter');
      await cell.focus();
      await page.keyboard.press('Home');
      await expect(focused(app)).resolves.toBe('0-0');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowLeft');
      await expect(focused(app)).resolves.toBe('1-0');
      await page.keyboard.press('Enter');
      await app.getByRole('heading', { name: 'R4 F1 · Promising' }).waitFor();
      await app.getByText(/^Last order .* ago, 1 order\.$/).waitFor();
      expect(await faultsOf(page)).toEqual([]);
    },
    LONG,
  );

  it(
    'given a page inside the app, when its frame is loaded again, then the page comes back by itself',
    async () => {
      const frame = page.frame({ name: 'app-iframe' })!;
      const path = new URL(frame.url()).pathname;
      expect([path, new URL(frame.url()).search]).toEqual(['/app/segments/r4f1', '']);
      await frame.evaluate(() => location.reload());
      await frame.waitForURL(({ searchParams }) => searchParams.has('id_token'));
      await app.getByRole('heading', { name: 'R4 F1 · Promising' }).waitFor();
      expect(new URL(frame.url()).pathname).toBe(path);
      expect(new URL(page.url()).pathname.endsWith(path)).toBe(true);
    },
    LONG,
  );

  it(
    'given the members, when the merchant exports them, then everybody is in the file that is saved',
    async () => {
      await app.getByRole('button', { name: 'Export' }).press('Enter');
      const file = page.waitForEvent('download');
      await app.getByRole('menuitem', { name: 'CSV, for spreadsheets' }).press('Enter');
      const saved = await file;
      expect(saved.suggestedFilename()).toMatch(/^rekindle-r4f1-\d{4}-\d\d-\d\d\.csv$/);
      const lines = (await readFile(await saved.path(), 'utf8')).trimEnd().split('\r\n');
      await app.getByText(`${lines.length - 1} customers saved in ${saved.suggestedFilename()}.`).waitFor();
      const listed = await app.getByText(/^\d+ customers, .* of those scored/).textContent();
      expect(listed).toContain(`${lines.length - 1} customers,`);
      expect(await faultsOf(page)).toEqual([]);
    },
    LONG,
  );

  it(
    'given the members, when one is opened, then the page says why and Shopify shows the same tag',
    async () => {
      await app.getByRole('row').nth(1).getByRole('link').click();
      await app.getByRole('heading', { name: 'Why this segment' }).waitFor();
      await app.getByText(/^R4 is \d+–\d+ days\./).waitFor();
      await app.getByText('rfm:promising').first().waitFor();
      expect(await faultsOf(page)).toEqual([]);
      await app.getByRole('link', { name: 'Open the customer in Shopify' }).click();
      await page.getByRole('heading', { name: 'Metafields' }).waitFor();
      await page.getByText('rfm:promising', { exact: true }).waitFor();
      await page.getByText(/"segment":"promising"/).waitFor();
    },
    LONG,
  );

  it(
    'given the settings, when the prefix has a comma, then the field says so; a good one is saved',
    async () => {
      await choose({ page, app }, 'Rekindle');
      await page.getByRole('link', { name: 'Settings' }).click();
      const prefix = app.getByRole('textbox', { name: 'Tag prefix' });
      await prefix.fill('a,b');
      await page.getByRole('button', { name: 'Save' }).click();
      await app.getByText('Enter 1 to 40 characters without comma, colon or space.').waitFor();
      expect(await faultsOf(page)).toEqual([]);
      await app.getByRole('button', { name: 'Show what would change' }).click();
      await app.getByText('One of the fields has to be mended first.').waitFor();
      await prefix.fill('loyalty');
      await app.getByRole('button', { name: 'Work it out again' }).press('Enter');
      await app.getByText(/^0 of \d+ customers would change segment/).waitFor({ timeout: LONG });
      await app.getByText(/would see \d+ added and \d+ removed/).waitFor();
      await app.getByText('Home asks before any of it is written.').waitFor();
      await app.getByRole('checkbox', { name: 'Count cancelled orders' }).press('Space');
      await app.getByText('You changed something since.').waitFor();
      await app.getByRole('button', { name: 'Work it out again' }).press('Enter');
      await app.getByRole('table', { name: 'All moves in numbers' }).waitFor({ timeout: LONG });
      expect(await faultsOf(page)).toEqual([]);
      await app.getByRole('checkbox', { name: 'Count cancelled orders' }).press('Space');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Settings saved.').waitFor();
      await choose({ page, app }, 'Rekindle');
      await app.getByText(/segments are ready to write|^Write [\d,]+ segments\?$/).waitFor({ timeout: LONG });
    },
    LONG,
  );

  it(
    'given the grid, when other scores and a measure are chosen, then the address keeps them and a cell opens its people',
    async () => {
      await page.getByRole('link', { name: 'Grid' }).click();
      await app.getByRole('link', { name: 'Potential loyalists', exact: true }).waitFor();
      await app.getByText('spend plays no part in the name').waitFor();
      await app.getByRole('combobox', { name: 'Scores' }).selectOption('rm');
      await app.getByRole('grid', { name: 'Customers by recency and net spend' }).waitFor();
      await app.getByText('a cell here holds customers of several segments').waitFor();
      await app.getByRole('combobox', { name: 'In each cell' }).selectOption('mean');
      await app.getByText(/the mean of all is €/).waitFor();
      expect(await faultsOf(page)).toEqual([]);
      const frame = page.frame({ name: 'app-iframe' })!;
      expect(new URL(frame.url()).search).toBe('?plane=rm&measure=mean');
      await app.getByRole('button', { name: 'Table' }).press('Enter');
      await app.getByRole('columnheader', { name: 'Per customer' }).first().waitFor();
      await app.getByRole('link', { name: 'R5 M5' }).press('Enter');
      await app.getByRole('heading', { name: 'R5 M5', exact: true }).waitFor();
      await app.getByText(/^Last order .* ago, .* or more net spend\.$/).waitFor();
      expect(await faultsOf(page)).toEqual([]);
      await app.getByRole('link', { name: 'Rekindle' }).first().click();
      await app.getByRole('grid', { name: 'Customers by recency and net spend' }).waitFor();
    },
    LONG,
  );

  it(
    'given a history, when a day is chosen, then each cell says what it held then; another day is refused',
    async () => {
      await page.getByRole('link', { name: 'Grid' }).click();
      await app.getByText(/you can compare with an earlier day/).waitFor();
      const { day, tomorrow } = await storeHistory(databaseUrl);
      await app.getByRole('combobox', { name: 'Scores' }).selectOption('fm');
      await app.getByText(/a cell here holds customers of several segments/).waitFor();
      await app.getByLabel('Compare with the end of a day').fill(tomorrow);
      await app.getByRole('button', { name: 'Compare', exact: true }).press('Enter');
      await app.getByText(/^Choose a day from /).waitFor();
      expect(await faultsOf(page)).toEqual([]);
      await app.getByLabel('Compare with the end of a day').fill(day);
      await app.getByRole('button', { name: 'Compare', exact: true }).press('Enter');
      await app.getByText(/^Compared with the end of .* Customers and share only/).waitFor();
      await app.locator('[data-at="0-0"]', { hasText: '25 then' }).waitFor();
      expect(await faultsOf(page)).toEqual([]);
      const measures = app.getByRole('combobox', { name: 'In each cell' }).getByRole('option');
      await expect(measures.allTextContents()).resolves.toEqual(['Customers', 'Share of customers']);
      await app.getByRole('button', { name: 'Table' }).press('Enter');
      await app.getByRole('columnheader', { name: 'Change' }).first().waitFor();
      expect(await faultsOf(page)).toEqual([]);
      await app.getByRole('button', { name: 'Stop comparing' }).press('Enter');
      await app.getByRole('columnheader', { name: 'Per customer' }).first().waitFor();
      // The button is gone; whoever pressed it goes on beside it.
      const label = 'Compare with the end of a day';
      const focus = () => app.getByLabel(label).evaluate((field) => field.matches(':focus'));
      await expect.poll(focus, { timeout: LONG }).toBe(true);
    },
    LONG,
  );

  it(
    'given a phone of 390 px, then every page fits and axe finds nothing',
    async () => {
      const phone = await demo.openPage(390);
      await openApp(phone, demo.stage);
      await phone.app.getByRole('heading', { name: 'Segments', exact: true }).waitFor();
      for (const [link, heading] of [
        ['Grid', 'Grid'],
        ['Settings', 'Settings'],
      ] as const) {
        expect(await faultsOf(phone.page)).toEqual([]);
        expect(await appFits(phone.app)).toBe(true);
        await choose(phone, link);
        await phone.app.getByRole('heading', { name: heading, exact: true }).waitFor();
      }
      await choose(phone, 'Rekindle');
      await phone.app.getByRole('link', { name: 'See what was written' }).click();
      await phone.app.getByRole('heading', { name: 'Written to Shopify', exact: true }).waitFor();
      expect(await faultsOf(phone.page)).toEqual([]);
      expect(await appFits(phone.app)).toBe(true);
      await phone.app.getByRole('row').nth(1).getByRole('link').click();
      await phone.app.getByText('rfm_segment set').first().waitFor();
      expect(await faultsOf(phone.page)).toEqual([]);
      expect(await appFits(phone.app)).toBe(true);
      await choose(phone, 'Grid');
      const { day } = await storeHistory(databaseUrl);
      await phone.app.getByLabel('Compare with the end of a day').fill(day);
      await phone.app.getByRole('button', { name: 'Compare', exact: true }).click();
      await phone.app.getByText(/^Compared with the end of /).waitFor();
      for (const view of ['Table', 'Map']) {
        await phone.app.getByRole('button', { name: view }).click();
        await phone.app.locator(view === 'Map' ? '.rk-heat' : '.rk-grid-table').waitFor();
        expect(await faultsOf(phone.page)).toEqual([]);
        expect(await appFits(phone.app)).toBe(true);
      }
      await phone.app.locator('[data-at="4-0"]').click();
      await phone.app.getByRole('heading', { name: 'R1 F1 · Hibernating' }).waitFor();
      expect(await faultsOf(phone.page)).toEqual([]);
      expect(await appFits(phone.app)).toBe(true);
      await phone.app.getByRole('row').nth(1).getByRole('link').click();
      await phone.app.getByRole('heading', { name: 'Why this segment' }).waitFor();
      expect(await faultsOf(phone.page)).toEqual([]);
      expect(await appFits(phone.app)).toBe(true);
    },
    LONG,
  );

  it('given the whole journey, then the browser reported no fault', () => {
    expect(demo.faults).toEqual([]);
  });
});

const focused = (app: FrameLocator) =>
  app.locator('html').evaluate((html) => html.ownerDocument.activeElement?.getAttribute('data-at'));

/**
 * Makes the first scores three days older, and lets 25 customers have been the worst payers among the best buyers until
 * yesterday. Doing it again changes nothing.
 */
async function storeHistory(address: string): Promise<{ day: string; tomorrow: string }> {
  const client = new Client(address);
  await client.connect();
  try {
    await client.query(`select set_config('app.shop_id', (select min(shop_id)::text from shops), false)`);
    await client.query('update score_runs set as_of = holds_on - 3');
    await client.query(
      `insert into segment_changes (shop_id, customer_id, run_id, day, before, after, cause, score_before, score_after)
       select s.shop_id, s.customer_id, 0, r.day, 'champions', s.segment, 'time', '551', concat(s.r, s.f, s.m)
       from scores s, (select max(holds_on) - 1 as day from score_runs) r
       where s.segment is not null and (s.f, s.m) <> (5, 1) order by s.customer_id limit 25
       on conflict do nothing`,
    );
    const { rows } = await client.query<{ day: string; tomorrow: string }>(
      `select (max(holds_on) - 2)::text as day, (max(holds_on) + 1)::text as tomorrow from score_runs`,
    );
    return rows[0]!;
  } finally {
    await client.end();
  }
}
