import { beforeAll, describe, expect, it } from 'vitest';
import type { FakeShop } from '#tests/fake-shopify/store.ts';
import { carried, tagByHand, type Carried } from '#tests/jobs/undone-shop.ts';
import { faultsOf } from '#tests/support/axe.ts';
import { testDatabase } from '#tests/support/database.ts';
import { appFits, choose, install, journey, LONG, openApp, type Window } from '#tests/support/journey.ts';

const databaseUrl = testDatabase();

const demo = journey(databaseUrl, ['--customers', '300', '--time-scale', '100']);

async function looksWell({ page, app }: Window): Promise<void> {
  expect(await faultsOf(page)).toEqual([]);
  expect(await appFits(app)).toBe(true);
}

const press = ({ app }: Window, role: 'button' | 'link', name: string) =>
  app.getByRole(role, { name, exact: true }).first().press('Enter');

/** Opens the first customer of the at-risk list, as staff find it. */
async function openCustomer(window: Window): Promise<number> {
  await choose(window, 'At-risk customers');
  await window.app.getByRole('button', { name: /^To do/ }).waitFor();
  const link = window.app.getByRole('row').nth(1).getByRole('link');
  await link.waitFor();
  const id = Number(/\d+$/.exec((await link.getAttribute('href')) ?? '')?.[0]);
  await link.press('Enter');
  await window.app.getByRole('heading', { name: 'Orders, offers and what Rekindle wrote' }).waitFor();
  return id;
}

describe('somebody who looks at one customer', () => {
  let desk: Window;
  let before: Carried;
  let fake: FakeShop;
  let id: number;

  beforeAll(async () => {
    fake = demo.stage.fake.shop(`${demo.stage.adminUrl.split('/').at(-1)}.myshopify.com`).shop;
    tagByHand(fake);
    desk = await demo.openPage(1280);
  });

  it(
    'given segments that were written, when the customer is opened, then it tells what they prefer, what came of them, and Shopify’s own group',
    async () => {
      const { app } = desk;
      await install(desk, demo.stage);
      await app.getByRole('button', { name: 'Write', exact: true }).waitFor({ timeout: LONG });
      before = carried({ fake });
      await press(desk, 'button', 'Write');
      await app.getByRole('heading', { name: 'Segments are in Shopify' }).waitFor({ timeout: LONG });
      id = await openCustomer(desk);
      await app.getByText(/^From \d+ orders? that count/).waitFor();
      await app
        .getByText(/^\d+ of \d+ orders?$/)
        .first()
        .waitFor();
      await app.getByText('Shopify records no consent for calls.').waitFor();
      await app.getByText(/^Shopify: .*\. Rekindle: .*\.$/).waitFor();
      await looksWell(desk);
    },
    LONG,
  );

  it(
    'given the timeline, when a part of it is chosen, then it shows that part and stays in view',
    async () => {
      const { app } = desk;
      await press(desk, 'button', 'Written');
      await app
        .getByRole('row', { name: /Order, / })
        .first()
        .waitFor({ state: 'detached' });
      await app.getByRole('row', { name: /rfm_segment set .* Arrived/ }).waitFor();
      await looksWell(desk);
      await press(desk, 'button', 'Orders');
      await app
        .getByRole('row', { name: /Order, .* Counts/ })
        .first()
        .waitFor();
    },
    LONG,
  );

  it(
    'given what was written, when it is undone for this customer, then they are as before, all others stay, and the page says what follows',
    async () => {
      const { app } = desk;
      const written = carried({ fake });
      await press(desk, 'button', 'Undo for this customer');
      await app.getByText(/^This customer goes back to how they were before /).waitFor();
      await app.getByText('Our tag taken off').waitFor();
      await app.getByText(/^From then on Rekindle writes nothing to this customer/).waitFor();
      await looksWell(desk);
      await press(desk, 'button', 'Undo now');
      await app.getByText('Not written: what Rekindle wrote was taken back').waitFor({ timeout: LONG });
      await app.getByText(/^Undone by you on /).waitFor();
      await looksWell(desk);
      const after = carried({ fake });
      expect(after.get(id)).toEqual(before.get(id));
      for (const other of [written, after]) other.delete(id);
      expect(after).toEqual(written);
      await press(desk, 'link', 'See what was put back');
      await app.getByText('One customer put back').waitFor();
      await looksWell(desk);
    },
    LONG,
  );

  it(
    'given staff on a phone, then they see it and whom to ask; a manager there finds the customer in the journal and lets it be written again',
    async () => {
      const staff = await demo.openPage(390);
      await openApp(staff, demo.stage, '?staff=1002');
      await openCustomer(staff);
      await staff.app.getByText('Not written: what Rekindle wrote was taken back').waitFor();
      await staff.app.getByText('Ask the account owner or a manager.').waitFor();
      expect(await staff.app.getByRole('button', { name: 'Write again' }).count()).toBe(0);
      await looksWell(staff);
      const manager = await demo.openPage(390);
      await openApp(manager, demo.stage);
      await press(manager, 'link', 'See what was written');
      await manager.app.getByText('1 customer is not written', { exact: false }).waitFor();
      await looksWell(manager);
      await press(manager, 'link', `Customer #${id}`);
      await press(manager, 'button', 'Write again');
      await manager.app
        .getByText('Not written: what Rekindle wrote was taken back')
        .waitFor({ state: 'detached' });
      await expect.poll(() => carried({ fake }).get(id)?.fields.length, { timeout: LONG }).toBe(2);
      await looksWell(manager);
    },
    LONG,
  );

  it('given the whole journey, then the browser reported no fault', () => {
    expect(demo.faults).toEqual([]);
  });
});
