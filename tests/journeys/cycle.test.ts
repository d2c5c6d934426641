import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultsOf } from '#tests/support/axe.ts';
import { testDatabase } from '#tests/support/database.ts';
import { appFits, choose, install, journey, LONG, openApp, type Window } from '#tests/support/journey.ts';

const databaseUrl = testDatabase();
const demo = journey(databaseUrl, ['--customers', '500', '--time-scale', '100']);
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

const heading = ({ app }: Window, name: RegExp | string) => app.getByRole('heading', { name });
/** Presses the first element of this name by Enter, as on a keyboard. */
async function press({ app }: Window, role: 'button' | 'link', name: string | RegExp): Promise<void> {
  await app.getByRole(role, { name }).first().press('Enter');
}

/** What a due day begins with, whichever day it is today. */
const DUE = /^(?:Was due about|Due about|Due today,) /;

/** Whether the whole import is scored, so that nothing changes beside what is tested. */
async function settled(): Promise<boolean> {
  const { rows } = await database.query<{ scored: boolean }>(
    `select data_mark ~ ' done$' and not exists (select from pending where kind = 'score') as scored
     from score_runs order by id desc limit 1`,
  );
  return rows[0]?.scored ?? false;
}

describe('a merchant who wants to know who is late', () => {
  let desk: Window;
  /** The suggested days, as the page says them. */
  let days: string;

  it(
    'given the first scores, when the purchase cycle is opened, then it suggests one and shows the five states',
    async () => {
      desk = await demo.openPage(1280);
      await install(desk, demo.stage);
      await expect.poll(settled, { timeout: LONG }).toBe(true);
      await choose(desk, 'Purchase cycle');
      const usual = heading(desk, /^Your customers’ usual gap: \d+ days$/);
      await usual.waitFor();
      days = /\d+ days/.exec((await usual.textContent()) ?? '')?.[0] ?? '';
      await heading(desk, `Where customers are in a cycle of ${days}`).waitFor();
      expect(await desk.app.getByRole('row').count()).toBe(6);
      await looksWell(desk);
    },
    LONG,
  );

  it(
    'given the keyboard only, when it is confirmed, then it is set and not offered again',
    async () => {
      await press(desk, 'button', `Use ${days}`);
      await desk.page.getByText(`Purchase cycle saved: ${days}.`).waitFor();
      await desk.app.getByText(`Your purchase cycle is ${days}, as you set it.`).waitFor();
      expect(await desk.app.getByRole('button', { name: `Use ${days}` }).count()).toBe(0);
      await looksWell(desk);
    },
    LONG,
  );

  it(
    'given a state, when it is opened and a customer from it, then both say when the next order is due',
    async () => {
      await press(desk, 'link', 'Lapsed');
      await heading(desk, 'Purchase cycle: Lapsed').waitFor();
      await desk.app.getByRole('cell', { name: DUE }).first().waitFor();
      await looksWell(desk);
      await desk.app.getByRole('row').nth(1).getByRole('link').press('Enter');
      await heading(desk, /^Customer #/).waitFor();
      await desk.app.getByText(DUE).waitFor();
      await desk.app.getByText(/^Usual gap: /).waitFor();
      await looksWell(desk);
    },
    LONG,
  );

  it(
    'given a cycle of months in Settings, when a wrong and then a right one is saved, then states go by the right one',
    async () => {
      const { app, page } = desk;
      await choose(desk, 'Settings');
      const unit = app.getByLabel('Customers are to order again within');
      await unit.selectOption('months');
      const length = app.getByLabel('Months', { exact: true });
      await length.fill('37');
      await page.getByRole('button', { name: 'Save' }).click();
      await app.getByText('Enter a whole number from 1 to 36.').waitFor();
      await looksWell(desk);
      await length.fill('36');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Settings saved.').waitFor();
      await choose(desk, 'Purchase cycle');
      await heading(desk, 'Where customers are in a cycle of 36 months').waitFor();
      // With three years to come back in, R1–2 begin early.
      await app.getByText(/^At risk here includes customers who ordered only \d+ days? ago$/).waitFor();
      await looksWell(desk);
      await choose(desk, 'Grid');
      await press(desk, 'link', 'See who is late by the purchase cycle');
      await heading(desk, 'Where customers are in a cycle of 36 months').waitFor();
    },
    LONG,
  );

  it(
    'given a phone, then page, list and customer fit and are in order, and nothing was complained of',
    async () => {
      const phone = await demo.openPage(390);
      await openApp(phone, demo.stage);
      await choose(phone, 'Purchase cycle');
      await heading(phone, 'Where customers are in a cycle of 36 months').waitFor();
      await looksWell(phone);
      await press(phone, 'link', 'Fresh');
      await heading(phone, 'Purchase cycle: Fresh').waitFor();
      await looksWell(phone);
      await phone.app.getByRole('row').nth(1).getByRole('link').press('Enter');
      await phone.app.getByText(/^Usual gap: /).waitFor();
      await looksWell(phone);
      await choose(phone, 'Settings');
      await phone.app.getByLabel('Months', { exact: true }).waitFor();
      await looksWell(phone);
      expect(demo.faults).toEqual([]);
    },
    LONG,
  );
});
