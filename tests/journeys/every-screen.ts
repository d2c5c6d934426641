import { Client } from 'pg';
import type { Frame } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { addCustomer } from '#tests/fake-shopify/store-customers.ts';
import { placeOrder } from '#tests/fake-shopify/store-orders.ts';
import { createShop, type FakeShop } from '#tests/fake-shopify/store.ts';
import { faultsOf } from '#tests/support/axe.ts';
import { appFits, install, journey, LONG, type Window } from '#tests/support/journey.ts';

/** Conditions of each shape, one of them in a group. */
const QUESTION = JSON.stringify({
  match: 'any',
  parts: [
    { what: 'spent', from: 100, to: null },
    { what: 'moved', days: 30, since: null, before: [], after: ['at-risk'] },
    { match: 'all', parts: [{ what: 'email', is: ['subscribed'], not: true }] },
  ],
});

const SCREENS = [
  '/app',
  '/app/preview',
  '/app/customers',
  '/app/customers?tier=low&reach=any',
  '/app/builder/new',
  `/app/builder/new?where=${encodeURIComponent(QUESTION)}`,
  '/app/segments',
  '/app/segments/hibernating',
  '/app/segments/unscored',
  '/app/segments/r5f1',
  '/app/grid',
  '/app/grid?view=table&plane=rm',
  '/app/at-risk',
  '/app/moves',
  '/app/cycle',
  '/app/cycle/lapsed',
  '/app/past',
  '/app/scheme',
  '/app/settings',
  '/app/writes',
  '/app/health',
  '/app/privacy',
];

/** What no screen prints, however few numbers it has to reckon with. */
const NO_NUMBER = /NaN|undefined|null|Infinity|\[object/;

const DAY_MS = 86_400_000;

/** A shop with nobody or hardly anybody in it, each with one order: fewer than the demo makes. */
function tinyShop(customers: number): FakeShop {
  const at = Date.now() - 30 * DAY_MS;
  const names = { domain: 'morning-row.myshopify.com', name: 'Morning Row' };
  const shop = createShop({ ...names, currency: 'EUR', timeZone: 'UTC', createdAt: at - DAY_MS });
  for (let n = 0; n < customers; n += 1) {
    const { id } = addCustomer(shop, { createdAt: at, email: `first-${n}@shop.example`, firstName: 'Ada' });
    placeOrder(shop, { customerId: id, createdAt: at, total: 4_200 });
  }
  return shop;
}

/** Walks through every screen of a shop with so many customers, on a desk and on a phone. */
export function everyScreen(databaseUrl: string, customers: number): void {
  const options = ['--time-scale', '1000'];
  const here =
    customers < 20
      ? journey(databaseUrl, options, tinyShop(customers))
      : journey(databaseUrl, [...options, '--customers', String(customers)]);
  let window: Window;
  let database: Client;

  beforeAll(async () => {
    database = new Client(databaseUrl);
    await database.connect();
    window = await here.openPage(1280);
    await install(window, here.stage);
    // Until everything is imported and scored, pages may still change beside what is tested.
    await vi.waitUntil(settled, { timeout: 2 * LONG, interval: 250 });
  }, 3 * LONG);
  afterAll(() => database?.end());

  async function settled(): Promise<boolean> {
    const { rows } = await database.query<{ scored: boolean }>(
      `select data_mark ~ ' done$' and not exists (select from pending where kind = 'score') as scored
       from score_runs order by id desc limit 1`,
    );
    return rows[0]?.scored ?? false;
  }

  describe(`given a shop with ${customers} customers`, () => {
    // Where nobody came back there is no cycle, and there are no states of it.
    const screens = SCREENS.filter((path) => path !== '/app/cycle/lapsed' || customers > 1);
    it.each(screens)(
      'when %s is opened, then it says something, fits a desk and a phone, and axe finds nothing',
      async (path) => {
        const { page, app } = window;
        await page.setViewportSize({ width: 1280, height: 900 });
        await goTo(frameOf(window), path);
        const main = app.getByRole('main');
        await main.getByRole('heading', { level: 1 }).waitFor();
        await expect
          .poll(() => frameOf(window).evaluate(() => location.pathname), { timeout: LONG })
          .toBe(new URL(path, 'https://app.example').pathname);
        for (const width of [1280, 390]) {
          await page.setViewportSize({ width, height: 900 });
          await app
            .locator('html')
            .evaluate(() => new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then))));
          const text = await main.innerText();
          expect(text.length).toBeGreaterThan(40);
          expect(text).not.toMatch(NO_NUMBER);
          expect(text).not.toContain('This page could not be shown');
          expect(await appFits(app)).toBe(true);
          expect(await faultsOf(page)).toEqual([]);
        }
      },
      LONG,
    );

    it('then the browser reported no fault', () => expect(here.faults).toEqual([]));
  });
}

/** Goes to a page as the admin's own menu does, without loading the document again. */
async function goTo(frame: Frame, href: string): Promise<void> {
  await frame.waitForSelector('ui-nav-menu', { state: 'attached' });
  await frame.evaluate((to) => {
    const link = document.body.appendChild(document.createElement('a'));
    link.setAttribute('href', to);
    link.dispatchEvent(new Event('shopify:navigate', { bubbles: true }));
    link.remove();
  }, href);
}

function frameOf({ page }: Window): Frame {
  const frame = page.frame({ name: 'app-iframe' });
  if (frame === null) throw new Error('the app is not shown');
  return frame;
}
