import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultsOf } from '#tests/support/axe.ts';
import { testDatabase } from '#tests/support/database.ts';
import { appFits, choose, install, journey, LONG, openApp, type Window } from '#tests/support/journey.ts';

const databaseUrl = testDatabase();
const demo = journey(databaseUrl, ['--customers', '400', '--time-scale', '100']);
let database: Client;

beforeAll(async () => {
  database = new Client(databaseUrl);
  await database.connect();
});
afterAll(() => database.end());

async function looksWell({ page, app }: Window): Promise<void> {
  expect(await faultsOf(page)).toEqual([]);
  expect(await appFits(app)).toBe(true);
}

const toHome = (window: Window) => choose(window, 'Rekindle');

/** Whether everything Shopify exported is read and scored, so that no later run changes what is looked at. */
async function settled(): Promise<boolean> {
  const { rows } = await database.query<{ scored: boolean }>(
    `select data_mark ~ ' done$' and not exists (select from pending where kind = 'score') as scored
     from score_runs order by id desc limit 1`,
  );
  return rows[0]?.scored ?? false;
}

/** Gives the shop a history in which every valuable customer at risk or hibernating was a champion four days ago. */
async function letThemFall(): Promise<number> {
  await database.query(
    `insert into score_runs (shop_id, id, as_of, reason, frequency_method, cut_points, order_counts, summary, currency, holds_on)
     select shop_id, -1, as_of - 40, 'first', frequency_method, cut_points, order_counts, summary, currency, as_of - 40
     from score_runs order by id limit 1`,
  );
  const { rowCount } = await database.query(
    `insert into segment_changes (shop_id, customer_id, run_id, day, before, after, cause, score_before, score_after)
     select s.shop_id, customer_id, 1000001, r.holds_on - 3, 'champions', segment, 'time', '555', concat(r, f, m)
     from scores s, (select holds_on from score_runs order by id desc limit 1) r
     where segment in ('at-risk', 'hibernating') and m >= 4`,
  );
  return rowCount ?? 0;
}

describe('a merchant who looks at Home', () => {
  let desk: Window;

  beforeAll(async () => {
    desk = await demo.openPage(1280);
  });

  it(
    'given the first scores, then figures stand against thirty days ago and the goals have a trend',
    async () => {
      await install(desk, demo.stage);
      await desk.app.getByRole('heading', { name: 'Segments', exact: true }).waitFor({ timeout: LONG });
      await expect.poll(settled, { timeout: LONG }).toBe(true);
      // The worker reckons them while the page is open.
      await desk.app.getByText(/^More or less than at the end of /).waitFor({ timeout: LONG });
      await desk.app
        .getByRole('figure', { name: /^High-tier customers: From \d+ on / })
        .waitFor({ timeout: LONG });
      await desk.app
        .getByText(/^Spent by \d+ valuable customers? who (is|are) about to lapse/)
        .waitFor({ timeout: LONG });
      await desk.app.getByRole('heading', { name: 'Value tiers' }).waitFor();
      await desk.app.getByText('This shows from tomorrow on').waitFor();
      await looksWell(desk);
    },
    3 * LONG,
  );

  it(
    'given the setup guide, when its steps are done by keyboard, then it counts them, and the numbers of a trend open',
    async () => {
      const { app } = desk;
      await app.getByText('0 of 5 done').waitFor();
      await app.getByRole('button', { name: 'That is right' }).press('Enter');
      await app.getByText('1 of 5 done').waitFor();
      await app.getByRole('link', { name: 'Open the list' }).press('Enter');
      await app.getByRole('heading', { name: 'At-risk customers', level: 1 }).waitFor();
      await toHome(desk);
      await app.getByText('2 of 5 done').waitFor();
      const numbers = app.getByText('Show the numbers').first();
      await numbers.focus();
      await desk.page.keyboard.press('Enter');
      await app.getByRole('columnheader', { name: 'At the end of' }).first().waitFor();
      await looksWell(desk);
    },
    LONG,
  );

  it(
    'given targets, when one cannot be, then its field says so; good ones show on Home how far it is',
    async () => {
      const { app, page } = desk;
      await app.getByRole('link', { name: 'Set targets' }).click();
      const target = app.getByRole('textbox', { name: 'Target for average order value' });
      await target.fill('many');
      await page.getByRole('button', { name: 'Save' }).click();
      await app.getByText(/^Enter an amount above zero, like 50\.00/).waitFor();
      await looksWell(desk);
      await target.fill('5000');
      await app.getByRole('textbox', { name: 'Target for high-tier customers' }).fill('1');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Saved.', { exact: true }).waitFor();
      await toHome(desk);
      await app.getByText(/^\d+\.\d% of your target of €5,000\.00\./).waitFor();
      await app.getByText(/^Your target of 1 is reached\./).waitFor();
      await looksWell(desk);
    },
    LONG,
  );

  it(
    'given valuable customers who fell, then Home warns, and its link opens them',
    async () => {
      const { app } = desk;
      const fell = await letThemFall();
      expect(fell).toBeGreaterThan(1);
      await choose(desk, 'Grid');
      await app.getByRole('heading', { name: 'Grid', exact: true }).waitFor();
      await toHome(desk);
      await app.getByText(new RegExp(`^${fell} valuable customers are slipping$`)).waitFor();
      await looksWell(desk);
      await app.getByRole('link', { name: `Show ${fell} customers` }).press('Enter');
      await app.getByText(new RegExp(`^${fell} customers between`)).waitFor();
    },
    LONG,
  );

  it(
    'given the guide is closed, then it stays away until the settings bring it back',
    async () => {
      const { app, page } = desk;
      await toHome(desk);
      await app.getByRole('button', { name: 'Close guide' }).press('Enter');
      await app.getByRole('heading', { name: 'Setup guide' }).waitFor({ state: 'detached' });
      await page.reload();
      await app.getByRole('heading', { name: 'Value tiers' }).waitFor();
      expect(await app.getByRole('heading', { name: 'Setup guide' }).count()).toBe(0);
      await choose(desk, 'Settings');
      await app.getByRole('checkbox', { name: 'Show the setup guide' }).press('Space');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Saved.', { exact: true }).waitFor();
      await toHome(desk);
      await app.getByText('2 of 5 done').waitFor();
    },
    LONG,
  );

  it(
    'given a phone of 390 px, then Home and its settings fit and axe finds nothing',
    async () => {
      const phone = await demo.openPage(390);
      await openApp(phone, demo.stage);
      await phone.app.getByText(/valuable customers are slipping$/).waitFor();
      await phone.app.getByRole('figure', { name: /^Average order value: From / }).waitFor();
      await looksWell(phone);
      await choose(phone, 'Settings');
      await phone.app.getByRole('textbox', { name: 'Target for high-tier customers' }).waitFor();
      await looksWell(phone);
    },
    LONG,
  );

  it('given the whole journey, then the browser reported no fault', () => {
    expect(demo.faults).toEqual([]);
  });
});
