import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultsOf } from '#tests/support/axe.ts';
import { testDatabase } from '#tests/support/database.ts';
import { appFits, choose, install, journey, LONG, openApp, type Window } from '#tests/support/journey.ts';

const databaseUrl = testDatabase();
const demo = journey(databaseUrl, ['--customers', '400', '--time-scale', '100']);
let desk: Window;
let database: Client;

beforeAll(async () => {
  database = new Client(databaseUrl);
  await database.connect();
  desk = await demo.openPage(1280);
  await install(desk, demo.stage);
}, LONG);
afterAll(() => database?.end());

/** Whether everything Shopify exported is read, scored, and what customers bought gathered. */
async function settled(): Promise<boolean> {
  const { rows } = await database.query<{ settled: boolean }>(
    `select data_mark ~ ' done$' and not exists (select from pending where kind = 'score')
       and exists (select from bought) and not exists (select from bought b where b.run_id is distinct from r.id)
       as settled
     from score_runs r order by id desc limit 1`,
  );
  return rows[0]?.settled ?? false;
}
const numberOf = async (where: string): Promise<number> => {
  const { rows } = await database.query<{ n: number }>(
    `select count(*)::int as n from scores s join customers c on c.id = s.customer_id
     left join bought b on b.customer_id = s.customer_id where ${where}`,
  );
  return rows[0]?.n ?? 0;
};
const people = (n: number): string => `${n} ${n === 1 ? 'customer' : 'customers'}`;
const searchOf = ({ page }: Window): URLSearchParams =>
  new URL(page.frame({ name: 'app-iframe' })!.url()).searchParams;
async function looksWell({ page, app }: Window): Promise<void> {
  expect(await faultsOf(page)).toEqual([]);
  expect(await appFits(app)).toBe(true);
}
/** Until the list says that it shows so many. */
const shows = ({ app }: Window, n: number) => app.getByText(`${people(n)}, net spend`).waitFor();
const condition = ({ app }: Window, number: string) =>
  app.getByRole('group', { name: `Condition ${number}` });

describe('a merchant who looks for customers', () => {
  it(
    'given the first scores, when the list is opened, then everybody is there, and filters make it fewer',
    async () => {
      await expect.poll(settled, { timeout: LONG }).toBe(true);
      await desk.app.getByRole('heading', { name: 'Segments', exact: true }).waitFor();
      await choose(desk, 'Customers');
      await shows(desk, await numberOf('true'));
      await looksWell(desk);
      await desk.app.getByLabel('Value tier').selectOption('High value');
      await shows(desk, await numberOf('s.r + s.f + s.m >= 12'));
      await desk.app.getByLabel('Can be reached by').selectOption('E-mail');
      const both = await numberOf(`s.r + s.f + s.m >= 12 and c.email_consent = 'SUBSCRIBED'`);
      await shows(desk, both);
      await desk.app.getByRole('button', { name: 'Orders', exact: true }).click();
      await expect.poll(() => searchOf(desk).get('sort')).toBe('frequency');
      await shows(desk, both);
    },
    2 * LONG,
  );

  it(
    'given a name that Shopify knows, when it is looked for, then only they are shown, and no address holds the name',
    async () => {
      await choose(desk, 'Customers');
      await shows(desk, await numberOf('true'));
      const links = desk.app.locator('.rk-members tbody th a');
      await expect.poll(() => links.first().innerText()).toMatch(/^\p{L}+ \p{L}+/u);
      const name = await links.first().innerText();
      const field = desk.app.getByLabel('Find a customer');
      await field.fill(name);
      await field.press('Enter');
      await desk.app.getByText('that was found.').or(desk.app.getByText('that were found.')).waitFor();
      await expect.poll(() => links.allInnerTexts()).toContain(name);
      expect(new Set(await links.allInnerTexts())).toEqual(new Set([name]));
      expect(decodeURIComponent(searchOf(desk).toString())).not.toContain(name.split(' ')[1]);
      await looksWell(desk);
      await desk.app.getByRole('button', { name: 'End the search' }).click();
      await shows(desk, await numberOf('true'));
      await field.fill('Nobody Of That Name');
      await field.press('Enter');
      await desk.app.getByRole('heading', { name: 'Nobody was found' }).waitFor();
      await looksWell(desk);
    },
    LONG,
  );
});

describe('a merchant who makes a segment', () => {
  it(
    'given conditions and a group, when they are filled in by keyboard, then the number is counted while that goes on',
    async () => {
      await choose(desk, 'Customers');
      await desk.app.getByRole('link', { name: 'New segment' }).press('Enter');
      const count = desk.app.locator('output.rk-count');
      await expect.poll(() => count.innerText()).toBe(people(await numberOf('true')));
      await looksWell(desk);
      await desk.app.getByRole('button', { name: 'Add condition', exact: true }).press('Enter');
      const first = condition(desk, '1');
      await first.getByLabel('Customers whose').selectOption('Number of orders');
      await expect.poll(() => count.innerText()).toBe('Complete the conditions to see who meets them.');
      await first.getByLabel('At least').pressSequentially('2');
      await expect.poll(() => count.innerText()).toBe(people(await numberOf('s.frequency >= 2')));
      await desk.app.getByRole('button', { name: 'Add group' }).press('Enter');
      const inGroup = condition(desk, '2.1');
      await inGroup.getByLabel('Customers whose').selectOption('Sales channel');
      await inGroup.getByRole('combobox', { name: 'Sales channel' }).pressSequentially('po');
      await desk.app.getByRole('option', { name: 'Point of sale' }).waitFor();
      await desk.page.keyboard.press('ArrowDown');
      await desk.page.keyboard.press('Enter');
      await inGroup.getByText('Point of sale').first().waitFor();
      await desk.page.keyboard.press('Escape');
      const pos = `s.frequency >= 2 and b.channels @> array['pos']`;
      await expect.poll(() => count.innerText()).toBe(people(await numberOf(pos)));
      await desk.app.getByRole('heading', { name: 'What they are like' }).waitFor();
      await looksWell(desk);
    },
    LONG,
  );

  it(
    'given a name, when it is saved, then it is among the saved segments, and its customers are those that were counted',
    async () => {
      await desk.page.getByRole('button', { name: 'Save', exact: true }).click();
      await desk.app.getByText('Give the segment a name').waitFor();
      await desk.app.getByLabel('Name', { exact: true }).fill('Shop visitors who came back');
      await desk.page.getByRole('button', { name: 'Save', exact: true }).click();
      await desk.app.getByRole('heading', { name: 'Shop visitors who came back' }).waitFor();
      await desk.app.getByText(/Saved by you on/).waitFor();
      await desk.app.getByRole('link', { name: 'Show these customers' }).click();
      await shows(desk, await numberOf(`s.frequency >= 2 and b.channels @> array['pos']`));
      expect(await desk.app.getByLabel('Saved segment').inputValue()).toBe('1');
      await desk.app.getByRole('button', { name: 'Export' }).waitFor();
      await looksWell(desk);
    },
    LONG,
  );

  it(
    'given a traffic source that the shop has, when it is chosen, then whom it brought are counted',
    async () => {
      await choose(desk, 'Customers');
      await desk.app.getByRole('link', { name: 'New segment' }).click();
      await desk.app.getByRole('button', { name: 'Add condition', exact: true }).click();
      const first = condition(desk, '1');
      await first.getByLabel('Customers whose').selectOption('First traffic source');
      await first.getByRole('combobox', { name: 'First traffic source' }).pressSequentially('goo');
      await desk.app.getByRole('option', { name: 'Google' }).waitFor();
      await desk.page.keyboard.press('ArrowDown');
      await desk.page.keyboard.press('Enter');
      await desk.page.keyboard.press('Escape');
      const brought = await numberOf(`b.first_source = 'Google'`);
      expect(brought).toBeGreaterThan(0);
      await expect.poll(() => desk.app.locator('output.rk-count').innerText()).toBe(people(brought));
      await looksWell(desk);
    },
    LONG,
  );

  it(
    'given a phone of 390 px, then the list and the segment fit, and the segment can be deleted',
    async () => {
      const phone = await demo.openPage(390);
      await openApp(phone, demo.stage);
      await phone.app.getByRole('heading', { name: 'Segments', exact: true }).waitFor();
      await choose(phone, 'Customers');
      await shows(phone, await numberOf('true'));
      await looksWell(phone);
      await phone.app.getByLabel('Saved segment').selectOption('Shop visitors who came back');
      await phone.app.getByRole('link', { name: 'Open “Shop visitors who came back”' }).click();
      await expect
        .poll(() => phone.app.locator('output.rk-count').innerText())
        .toBe(people(await numberOf(`s.frequency >= 2 and b.channels @> array['pos']`)));
      await phone.app.getByRole('heading', { name: 'What they are like' }).waitFor();
      await looksWell(phone);
      await phone.app.getByRole('button', { name: 'Delete this segment' }).click();
      await phone.app.getByRole('button', { name: 'Delete for good' }).click();
      await shows(phone, await numberOf('true'));
      const { rows } = await database.query('select from saved_segments');
      expect(rows).toEqual([]);
    },
    LONG,
  );

  it('given the whole journey, then the browser reported no fault', () => {
    expect(demo.faults).toEqual([]);
  });
});
