import { beforeAll, describe, expect, it } from 'vitest';
import type { FakeShop } from '#tests/fake-shopify/store.ts';
import { carried, setByHand, tagByHand, type Carried } from '#tests/jobs/undone-shop.ts';
import { faultsOf } from '#tests/support/axe.ts';
import { testDatabase } from '#tests/support/database.ts';
import { appFits, choose, install, journey, LONG, openApp, type Window } from '#tests/support/journey.ts';

const databaseUrl = testDatabase();

const demo = journey(databaseUrl, ['--customers', '150', '--time-scale', '100']);

async function looksWell({ page, app }: Window): Promise<void> {
  expect(await faultsOf(page)).toEqual([]);
  expect(await appFits(app)).toBe(true);
}

const press = ({ app }: Window, role: 'button' | 'link', name: string) =>
  app.getByRole(role, { name, exact: true }).first().press('Enter');

/** The page of the newest write-back, as somebody finds it from Home. */
async function openNewest(window: Window): Promise<void> {
  await press(window, 'link', 'See what was written');
  await window.app.getByText('Everyone was looked at').waitFor();
  await window.app.getByRole('row').nth(1).getByRole('link').press('Enter');
  await window.app.getByRole('heading', { name: 'Undo this write-back' }).waitFor();
}

describe('a manager who takes a write-back back', () => {
  let desk: Window;
  let before: Carried;
  let fake: FakeShop;

  beforeAll(async () => {
    fake = demo.stage.fake.shop(`${demo.stage.adminUrl.split('/').at(-1)}.myshopify.com`).shop;
    tagByHand(fake);
    desk = await demo.openPage(1280);
  });

  it(
    'given segments that were written, when the undo is looked at, then it says what it would do and the page is in order',
    async () => {
      const { page, app } = desk;
      await install(desk, demo.stage);
      await app.getByRole('button', { name: 'Write', exact: true }).waitFor({ timeout: LONG });
      before = carried({ fake });
      await press(desk, 'button', 'Write');
      await app.getByRole('heading', { name: 'Segments are in Shopify' }).waitFor({ timeout: LONG });
      await openNewest(desk);
      await looksWell(desk);
      await press(desk, 'button', 'See what undoing would do');
      await app.getByText(/^\d+ customers go back to how they were before /).waitFor();
      await app.getByRole('row', { name: /Our tags taken off \d+/ }).waitFor();
      await app.getByText(/^Writing pauses with it/).waitFor();
      await app.locator('.rk-arrived:focus').waitFor();
      await looksWell(desk);
      // The keyboard goes on from there to what confirms it.
      await page.keyboard.press('Tab');
      await app.locator('button:focus', { hasText: 'Undo now' }).waitFor();
    },
    LONG,
  );

  it(
    'given staff on a phone, then they see that it can be undone and whom to ask, and a manager there sees it all',
    async () => {
      const staff = await demo.openPage(390);
      await openApp(staff, demo.stage, '?staff=1002');
      await openNewest(staff);
      await staff.app.getByText('Ask the account owner or a manager.').waitFor();
      expect(await staff.app.getByRole('button', { name: 'See what undoing would do' }).count()).toBe(0);
      await looksWell(staff);
      const manager = await demo.openPage(390);
      await openApp(manager, demo.stage);
      await openNewest(manager);
      await press(manager, 'button', 'See what undoing would do');
      await manager.app.getByRole('button', { name: 'Undo now' }).waitFor();
      await looksWell(manager);
    },
    LONG,
  );

  it(
    'given what somebody changed meanwhile, when it is confirmed, then all else is as before, the page says so, and Home waits',
    async () => {
      const { app } = desk;
      const [id = 0] = [...carried({ fake })].find(([, { fields }]) => fields.length > 0)!;
      setByHand(fake, id, 'rfm_segment', 'by hand');
      before.get(id)!.fields = ['rfm_segment=by hand'];
      await press(desk, 'button', 'Undo now');
      await app.getByText(/^Undone /).waitFor({ timeout: LONG });
      await looksWell(desk);
      expect(carried({ fake })).toEqual(before);
      await press(desk, 'link', 'See what was put back');
      await app.getByRole('link', { name: /^Back to before the write-back of / }).waitFor();
      await app
        .getByText('1 was left as it is, since somebody else had changed it.', { exact: false })
        .waitFor();
      await app.getByText('Left as it is: somebody else had changed it', { exact: false }).first().waitFor();
      await looksWell(desk);
      await choose(desk, 'Rekindle');
      await app.getByRole('heading', { name: 'The write-back is undone' }).waitFor();
      await app.getByText(/segments are ready to write$/).waitFor({ timeout: LONG });
      await looksWell(desk);
    },
    LONG,
  );

  it('given the whole journey, then the browser reported no fault', () => {
    expect(demo.faults).toEqual([]);
  });
});
