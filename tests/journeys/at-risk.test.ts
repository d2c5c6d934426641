import { beforeAll, describe, expect, it } from 'vitest';
import { faultsOf } from '#tests/support/axe.ts';
import { testDatabase } from '#tests/support/database.ts';
import { appFits, choose, install, journey, LONG, openApp, type Window } from '#tests/support/journey.ts';

const databaseUrl = testDatabase();

const demo = journey(databaseUrl, ['--customers', '700', '--time-scale', '100']);

async function looksWell({ page, app }: Window): Promise<void> {
  expect(await faultsOf(page)).toEqual([]);
  expect(await appFits(app)).toBe(true);
}

/** Opens the list by the admin's menu, and says how many customers are to do. */
async function openList(window: Window): Promise<number> {
  await choose(window, 'At-risk customers');
  const text = await window.app.getByRole('button', { name: /^To do \(/ }).textContent();
  return Number(/\d+/.exec(text ?? '')?.[0]);
}

const rowOf = ({ app }: Window, place: number) => app.getByRole('row').nth(place);
const idOf = async (window: Window, place: number) =>
  /\d+$/.exec((await rowOf(window, place).getByRole('link').getAttribute('href')) ?? '')?.[0] ?? '';
const select = (window: Window, place: number) => rowOf(window, place).getByRole('checkbox').press('Space');
/** Presses a button that is not part of what was opened by another one. */
const press = ({ app }: Window, name: string) =>
  app.getByRole('button', { name, exact: true }).first().press('Enter');

describe('staff who look after customers at risk', () => {
  let desk: Window;
  let toDo: number;

  beforeAll(async () => {
    desk = await demo.openPage(1280);
  });

  it(
    'given the first scores, when the list is opened, then it shows who is at risk and the page is in order',
    async () => {
      await install(desk, demo.stage);
      await desk.app.getByRole('heading', { name: 'Segments', exact: true }).waitFor({ timeout: LONG });
      toDo = await openList(desk);
      expect(toDo).toBeGreaterThan(5);
      await rowOf(desk, 1)
        .getByText(/^about \d+ days$/)
        .waitFor();
      await looksWell(desk);
    },
    LONG,
  );

  it(
    'given the keyboard only, when two customers are selected and assigned, then they are mine',
    async () => {
      const { page, app } = desk;
      await select(desk, 1);
      await select(desk, 2);
      await app.getByText('2 selected').first().waitFor();
      await looksWell(desk);
      await press(desk, 'Assign');
      await app.getByRole('region', { name: 'Assign 2 customers' }).waitFor();
      await app.locator('select:focus').waitFor();
      await looksWell(desk);
      await page.keyboard.press('Y');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.getByText('Assignment saved for 2 customers.').waitFor();
      await app.getByRole('button', { name: 'Assigned to me (2)' }).press('Enter');
      await app.getByText('You', { exact: true }).nth(1).waitFor();
      await expect.poll(() => app.getByRole('row').count(), { timeout: LONG }).toBe(3);
      await press(desk, `To do (${toDo})`);
      await app.getByRole('button', { name: 'Assigned to me (2)', pressed: false }).waitFor();
    },
    LONG,
  );

  it(
    'given a customer, when it is put off, then it is under Later until its day, and comes back when asked to',
    async () => {
      const { page, app } = desk;
      const id = await idOf(desk, 1);
      await select(desk, 1);
      await press(desk, 'Later');
      const day = app.getByLabel('Later until');
      await app
        .getByRole('region', { name: /^Put .* off/ })
        .getByRole('button', { name: 'Later' })
        .press('Enter');
      await app.getByText('Enter a day after today, within two years.').waitFor();
      await looksWell(desk);
      await day.fill((await day.getAttribute('max')) ?? '');
      await app
        .getByRole('region', { name: /^Put .* off/ })
        .getByRole('button', { name: 'Later' })
        .press('Enter');
      await page.getByText('Day saved for 1 customer.').waitFor();
      await app.getByRole('button', { name: `To do (${toDo - 1})` }).waitFor();
      await press(desk, 'Later (1)');
      await app
        .getByText(/^Later until /)
        .first()
        .waitFor();
      expect(await idOf(desk, 1)).toBe(id);
      await looksWell(desk);
      await rowOf(desk, 1).getByRole('link').press('Enter');
      await app.getByRole('button', { name: 'Back to To do' }).press('Enter');
      await app.getByRole('button', { name: 'Back to To do' }).waitFor({ state: 'detached' });
      expect(await openList(desk)).toBe(toDo);
      expect(await idOf(desk, 1)).toBe(id);
    },
    LONG,
  );

  it(
    'given a customer’s page in two windows, when two people write a note, then the last one stands and its writer hears of whom',
    async () => {
      const { page, app } = desk;
      const other = await demo.openPage(390);
      await openApp(other, demo.stage, '?staff=1002');
      await openList(other);
      await looksWell(other);
      await rowOf(other, 1).getByRole('link').click();
      await other.app.getByRole('textbox', { name: 'Note' }).fill('Asked for oolong');
      await rowOf(desk, 1).getByRole('link').press('Enter');
      await app.getByRole('textbox', { name: 'Note' }).fill('Has two cats');
      await press(desk, 'Save note');
      await app.getByText(/^Written by you on /).waitFor();
      await looksWell(desk);
      // Whatever else is saved meanwhile: what was typed stays, and so does what it was begun over.
      await press(other, 'Contacted today');
      await other.app.getByText(/^Last contacted on .*, noted by you\.$/).waitFor();
      await other.app.getByText(/^Written by staff member 1001 on /).waitFor();
      await press(other, 'Save note');
      await other.app.getByText('Saved over somebody else’s change').waitFor();
      await other.app
        .getByText('Staff member 1001 changed the same for Customer #', { exact: false })
        .waitFor();
      await looksWell(other);
      await other.app.getByText(/^Written by you on /).waitFor();
      await openList(desk);
      await app.getByText('Asked for oolong').first().waitFor();
      await page.getByRole('link', { name: 'Grid' }).click();
      await app.getByRole('heading', { name: 'Grid', exact: true }).waitFor();
    },
    LONG,
  );

  it(
    'given a phone of 390 px, when all on the page are noted as contacted, then the list says so and fits',
    async () => {
      const phone = await demo.openPage(390);
      await openApp(phone, demo.stage);
      await openList(phone);
      await phone.app
        .getByRole('checkbox', { name: /^Select all/ })
        .first()
        .press('Space');
      await looksWell(phone);
      await press(phone, 'More actions');
      await phone.app.getByRole('button', { name: 'Contacted today' }).waitFor();
      await looksWell(phone);
      await phone.app.getByRole('button', { name: 'Contacted today' }).press('Enter');
      await phone.page.getByText(/^Contact saved for \d+ customers\.$/).waitFor();
      await phone.app
        .getByText(/^Last contacted /)
        .first()
        .waitFor();
      await looksWell(phone);
      await phone.app.getByRole('combobox', { name: 'Segment' }).selectOption('Needs attention');
      await phone.app.getByText('Needs attention', { exact: true }).nth(1).waitFor();
    },
    LONG,
  );

  it('given the whole journey, then the browser reported no fault', () => {
    expect(demo.faults).toEqual([]);
  });
});
