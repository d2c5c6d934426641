import { beforeAll, describe, expect, it } from 'vitest';
import { directory } from '#app/db.server.ts';
import { customerScore } from '#app/models/customer-standing.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { valueRange } from '#app/rfm/ranges.ts';
import { generateShop } from '#tests/fake-shopify/generator.ts';
import { PLANS } from '#tests/fake-shopify/store.ts';
import { faultsOf } from '#tests/support/axe.ts';
import { testDatabase } from '#tests/support/database.ts';
import { appFits, choose, install, journey, LONG, openApp, type Window } from '#tests/support/journey.ts';

/** A wholesaler who also sells to people, in a shop and online. */
const { shop } = generateShop({
  domain: 'morning-row.myshopify.com',
  name: 'Morning Row Wholesale',
  currency: 'EUR',
  timeZone: 'Europe/Berlin',
  plan: PLANS.plus,
  seed: 3,
  customers: 500,
  until: Date.now() - 3_600_000,
  shares: { company: 0.4, inStore: 0.5 },
});
const walk = journey(testDatabase(), ['--time-scale', '300'], shop);

const APART = /Scored among themselves: company buyers \(B2B\)/;

/** Loads Home anew until it says, or no longer says, that companies are scored apart. */
async function homeSays(window: Window, apart: boolean): Promise<void> {
  const says = async () => {
    await choose(window, 'Rekindle');
    await window.app.getByText(/^Data up to/).waitFor({ timeout: LONG });
    return (await window.app.getByText(APART).count()) > 0;
  };
  await expect.poll(says, { timeout: LONG }).toBe(apart);
}

async function looksWell({ page, app }: Window): Promise<void> {
  expect(await faultsOf(page)).toEqual([]);
  expect(await appFits(app)).toBe(true);
}

async function openSettings(window: Window): Promise<void> {
  await choose(window, 'Settings');
  await window.app.getByRole('heading', { name: 'Who is scored among themselves' }).waitFor();
}

/** Opens somebody all of whose orders are for companies. */
async function openCompanyBuyer(window: Window): Promise<number> {
  const [id] = [...shop.ordersByCustomer].find(([, orders]) =>
    orders.every((order) => {
      const { companyId, cancelledAt, test, financialStatus, total } = shop.orders.get(order)!;
      return companyId !== null && total > 0 && cancelledAt === null && !test && financialStatus === 'PAID';
    }),
  )!;
  await window.page.goto(
    `${walk.stage.adminUrl.replace(/\/$/, '')}/apps/rekindle/app/customers/${id}?locale=en`,
  );
  await window.app.getByRole('heading', { name: 'Why this segment' }).waitFor();
  return id;
}

/** The days of a customer's recency score, among company buyers. */
async function daysOf(id: number): Promise<(number | null)[]> {
  const { id: shopId } = (await directory.shopByDomain(shop.domain))!;
  const [run, score] = await Promise.all([latestRun(shopId), customerScore(shopId, id)]);
  const range = valueRange(run!.cutPoints.apart!.b2b!, 'r', score!.r, score!.r);
  return [range!.from, range!.to];
}

describe('a merchant to whom people and companies come', () => {
  let desk: Window;
  beforeAll(async () => {
    desk = await walk.openPage(1280);
    await install(desk, walk.stage);
    await desk.app.getByRole('heading', { name: 'Segments', exact: true }).waitFor({ timeout: LONG });
  }, LONG);

  it(
    'given an import, then Home, the grid and a customer say who is scored among themselves, and by which ranges',
    async () => {
      const { app } = desk;
      await homeSays(desk, true);
      await choose(desk, 'Grid');
      await app.getByText(/The ranges here are those of all others\.$/).waitFor();
      const id = await openCompanyBuyer(desk);
      await app.getByText(/^Compared only with company buyers \(B2B\)\./).waitFor();
      const own = await app.getByText(/^R\d is /).innerText();
      const days = own
        .split(/ days?|\. /)[0]!
        .match(/\d+/g)!
        .slice(1)
        .map(Number);
      expect(days).toEqual((await daysOf(id)).filter((day) => day !== null));
      await looksWell(desk);
    },
    LONG,
  );

  it(
    'given no mouse, when it is switched off, then it shows who would move before it is saved, and after that everyone is compared with everyone',
    async () => {
      const { page, app } = desk;
      await openApp(desk, walk.stage);
      await openSettings(desk);
      await app.getByText('Scored among themselves.', { exact: true }).first().waitFor();
      await app.getByRole('checkbox', { name: 'Score company buyers among themselves' }).press('Space');
      await app.getByRole('button', { name: 'Show what would change' }).press('Enter');
      await app.getByText(/^\d+ of \d+ customers would change segment/).waitFor({ timeout: LONG });
      await looksWell(desk);
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Saved').first().waitFor();
      await homeSays(desk, false);
      await openSettings(desk);
      await app.getByText('Scored with everyone else, as set above.').first().waitFor();
      await openCompanyBuyer(desk);
      expect(await app.getByText(/^Compared only with/).count()).toBe(0);
    },
    LONG,
  );

  it(
    'given a phone, when the till is scored apart too, then the card says so, and all of it fits',
    async () => {
      const phone = await walk.openPage(390);
      const { page, app } = phone;
      await openApp(phone, walk.stage);
      await openSettings(phone);
      await app.getByRole('checkbox', { name: 'Score company buyers among themselves' }).press('Space');
      await app.getByRole('checkbox', { name: /^Score customers who buy at the till only/ }).press('Space');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Saved').first().waitFor();
      await homeSays(phone, true);
      await looksWell(phone);
      await openSettings(phone);
      await app.getByText('Themselves, at the till only').waitFor();
      await looksWell(phone);
      await openCompanyBuyer(phone);
      await looksWell(phone);
    },
    LONG,
  );

  it('reports no fault on any page', () => expect(walk.faults).toEqual([]));
});
