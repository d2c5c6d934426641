import { beforeAll, describe, expect, it } from 'vitest';
import { faultsOf } from '#tests/support/axe.ts';
import { testDatabase } from '#tests/support/database.ts';
import { appFits, choose, install, journey, LONG, openApp, type Window } from '#tests/support/journey.ts';

const walk = journey(testDatabase(), ['--customers', '300', '--time-scale', '300']);

beforeAll(async () => {
  const window = await walk.openPage(1280);
  await install(window, walk.stage);
  await window.app.getByRole('heading', { name: 'Segments', exact: true }).waitFor({ timeout: LONG });
  await window.page.close();
}, LONG);

/** Opens the page of the scheme as a person finds it: by the settings. */
async function openScheme(window: Window): Promise<void> {
  await openApp(window, walk.stage);
  await choose(window, 'Settings');
  await window.app.getByRole('link', { name: 'Change the scheme' }).click();
  await window.app.getByRole('radio', { name: 'Ten-segment grid' }).waitFor();
}

describe('the scheme of segments', () => {
  it.each([1280, 390] as const)(
    'given a screen of %i px and no mouse, when a segment is made and painted, then holes and empty segments are named until there are none, and what it would do is shown before it is saved',
    async (width) => {
      const window = await walk.openPage(width);
      const { page, app } = window;
      await openScheme(window);
      expect(await faultsOf(page)).toEqual([]);
      await app.getByRole('radio', { name: 'Your own scheme' }).press('Space');
      const grid = app.getByRole('grid', { name: /^Cells of recency/ });
      expect(await grid.getByRole('button').count()).toBe(25);

      await app.getByRole('button', { name: 'Add a segment' }).press('Enter');
      await app.getByRole('textbox', { name: 'Name' }).fill('Big spenders');
      expect(await app.getByRole('textbox', { name: 'Tag ending' }).inputValue()).toBe('big-spenders');
      await app.getByText('Big spenders has no cell, so nobody could ever be in it.').waitFor();
      expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);

      // R5 F5 is where one begins; F4 is to its left.
      const first = grid.getByRole('button', { name: /^R5 F5/ });
      await first.press('Enter');
      await grid.getByRole('button', { name: 'R5 F5: Big spenders' }).press('ArrowLeft');
      await page.keyboard.press('Space');
      await grid.getByRole('button', { name: 'R5 F4: Big spenders' }).waitFor();
      await app.getByText('Champions has no cell, so nobody could ever be in it.').waitFor();
      await app.getByRole('button', { name: 'Remove Champions' }).press('Enter');
      await app.getByText('This scheme cannot be saved yet').waitFor({ state: 'detached' });

      // Taking a segment out leaves its cells without one.
      await app.getByRole('button', { name: 'Remove New', exact: true }).press('Enter');
      await app.getByText('One cell has no segment: R5 F1.').waitFor();
      await app.getByRole('radio', { name: 'Promising' }).press('Space');
      await grid.getByRole('button', { name: 'R5 F1: No segment' }).press('Enter');
      await app.getByText('This scheme cannot be saved yet').waitFor({ state: 'detached' });

      await app.getByRole('button', { name: 'Show what would change' }).press('Enter');
      await app.getByText(/customers would change segment/).waitFor({ timeout: LONG });
      await app.getByRole('columnheader', { name: 'Big spenders' }).waitFor();
      expect(await faultsOf(page)).toEqual([]);
      expect(await appFits(app)).toBe(true);
      await page.getByRole('button', { name: 'Discard' }).click();
      await page.close();
    },
    LONG,
  );

  it(
    'given a mouse, when cells are painted by dragging and the scheme is saved, then its segments name customers on every page, and Home asks before they are written',
    async () => {
      const window = await walk.openPage(1280);
      const { page, app } = window;
      await openScheme(window);
      await app.getByText('Your own scheme').click();
      await app.getByRole('radio', { name: 'Loyal', exact: true }).press('Space');
      await app.getByRole('textbox', { name: 'Name' }).fill('Regulars');
      const cell = (name: string) => app.getByRole('button', { name: new RegExp(`^${name}:`) });
      await cell('R5 F4').hover();
      await page.mouse.down();
      await cell('R5 F5').hover();
      await page.mouse.up();
      await app.getByRole('button', { name: 'R5 F4: Regulars' }).waitFor();
      await app.getByRole('button', { name: 'R5 F5: Regulars' }).waitFor();
      await app.getByRole('button', { name: 'Remove Champions' }).click();
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Saved').first().waitFor();

      await choose(window, 'Segments');
      const regulars = app.getByRole('link', { name: 'Regulars' });
      const shown = async () => {
        await choose(window, 'Rekindle');
        await choose(window, 'Segments');
        await app.getByRole('link', { name: 'Hibernating' }).waitFor();
        return regulars.count();
      };
      await expect.poll(shown, { timeout: LONG }).toBe(1);
      expect(await app.getByRole('link', { name: 'Champions' }).count()).toBe(0);
      await app.getByText('Named by your own scheme.').waitFor();
      await regulars.click();
      await app.getByRole('heading', { name: 'Regulars', exact: true }).waitFor();
      await app
        .getByText(/^Last order .+ ago, /)
        .first()
        .waitFor();
      await app.getByRole('link', { name: 'Champions' }).waitFor({ state: 'detached' });
      await choose(window, 'Grid');
      await app.getByRole('link', { name: /R5 F5 .*Regulars/ }).waitFor();
      await choose(window, 'Rekindle');
      await app.getByRole('button', { name: 'Write', exact: true }).waitFor({ timeout: LONG });
      expect(await faultsOf(page)).toEqual([]);
      await page.close();
    },
    LONG,
  );

  it('reports no fault on any page', () => expect(walk.faults).toEqual([]));
});
