import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adminFramePages } from '#tests/fake-shopify/admin-frame/admin-frame-pages.ts';
import { generateShop } from '#tests/fake-shopify/generator.ts';
import { startFakeShopify, type FakeShopify } from '#tests/fake-shopify/server.ts';
import { addTags } from '#tests/fake-shopify/store-customers.ts';
import { faultsOf } from '#tests/support/axe.ts';
import { launchBrowser, openProfile } from '#tests/support/browser.ts';

const { shop } = generateShop({
  domain: 'made.myshopify.com',
  name: 'Made & <sold>',
  currency: 'EUR',
  timeZone: 'Europe/Berlin',
  seed: 1,
  customers: 120,
  until: Date.UTC(2026, 10, 21),
});
const customer = [...shop.customers.values()][3];

/** A page that uses everything App Bridge gives an app; /data answers the first request with a retry. */
function appDocument(bridge: string): string {
  return `<!doctype html><html lang="en"><head><title>App</title><meta name="shopify-api-key" content="key">
  <script src="${bridge}"></script></head><body>
  <ui-nav-menu><a href="/app" rel="home">Home</a><a href="/app/grid">Grid</a></ui-nav-menu>
  <ui-title-bar title="Segments"><button variant="primary" onclick="shopify.toast.show('Pressed')">Do it</button></ui-title-bar>
  <ui-save-bar id="bar"><button variant="primary" onclick="shopify.saveBar.hide('bar')"></button><button></button></ui-save-bar>
  <ui-modal id="sure"><ui-title-bar title="Sure?"><button onclick="shopify.modal.hide('sure')">Yes</button></ui-title-bar></ui-modal>
  <p id="page"></p><a id="customer" href="shopify://admin/customers/${customer?.id}">Customer</a>
  <script>const show = () => { page.textContent = location.pathname; }; show();
  document.getElementById('sure').content.textContent = 'Really';
  addEventListener('shopify:navigate', (event) => {
    history.pushState(null, '', event.target.getAttribute('href')); show(); });</script></body></html>`;
}

let app: Server;
let fake: FakeShopify;
let browser: Browser;
let page: Page;
const tokens: string[] = [];

beforeAll(async () => {
  app = createServer((request, response) => {
    if (request.url?.startsWith('/data') === true) {
      tokens.push(request.headers.authorization ?? '');
      if (tokens.length === 1) response.writeHead(401, { 'x-shopify-retry-invalid-session-request': '1' });
      response.end('{}');
      return;
    }
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end(appDocument(`${fake.url}/app-bridge/app-bridge.js`));
  });
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
  const appUrl = `http://127.0.0.1:${(app.address() as AddressInfo).port}`;
  const client = { apiKey: 'key', apiSecret: 'a secret of the app' };
  const office = (domain: string) => (domain === shop.domain ? fake.shop(domain) : null);
  const extraRoutes = adminFramePages({ ...client, appUrl, appName: 'Rekindle', office });
  fake = await startFakeShopify({ ...client, shops: [shop], extraRoutes });
  browser = await launchBrowser();
  page = await (await openProfile(browser, 1280)).newPage();
});
afterAll(async () => {
  await browser.close();
  await fake.close();
  app.close();
});

const admin = () => `${fake.url}/store/made`;
const inApp = () => page.frameLocator('#app');
const evaluate = <T>(work: () => T) => {
  const frame = page.frames().find((one) => one.name() === 'app-iframe');
  if (frame === undefined) throw new Error('the app is not shown');
  return frame.evaluate(work);
};

describe('the admin around the app', () => {
  it('installs the app when the merchant says so, and shows it with its menu and title', async () => {
    await page.goto(admin());
    await page.getByRole('link', { name: 'Install app' }).click();
    await page.getByRole('button', { name: 'Install app' }).click();
    await inApp().getByText('/app').waitFor();
    await page.getByRole('link', { name: 'Grid' }).waitFor();
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Segments');
    expect(fake.shop(shop.domain).installed).toBe(true);
  });

  it('passes what is pressed in its title bar to the app, and shows the toast the app asks for', async () => {
    await page.getByRole('button', { name: 'Do it' }).click();
    await page.getByText('Pressed').waitFor();
  });

  it('moves the app by its menu, and a reload opens the same page again', async () => {
    await page.getByRole('link', { name: 'Grid' }).click();
    await inApp().getByText('/app/grid').waitFor();
    await page.waitForURL('**/apps/key/app/grid');
    await page.reload();
    await inApp().getByText('/app/grid').waitFor();
  });

  it('signs what the app fetches, and signs again when the app says the token is dead', async () => {
    expect(await evaluate(async () => (await fetch('/data')).status)).toBe(200);
    expect(tokens).toHaveLength(2);
    expect(tokens.every((token) => /^Bearer [\w-]+\.[\w-]+\.[\w-]+$/.test(token))).toBe(true);
    expect(tokens[0]).not.toBe(tokens[1]);
  });

  it('shows the save bar until the app takes it away', async () => {
    await evaluate(() => shopify.saveBar.show('bar'));
    await page.getByText('Unsaved changes').waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Unsaved changes').waitFor({ state: 'hidden' });
  });

  it('shows a modal that Escape and its own button close', async () => {
    const modal = inApp().getByRole('dialog', { name: 'Sure?' });
    await evaluate(() => shopify.modal.show('sure'));
    await modal.getByText('Really').waitFor();
    await modal.press('Escape');
    await modal.waitFor({ state: 'hidden' });
    await evaluate(() => shopify.modal.show('sure'));
    await modal.getByRole('button', { name: 'Yes' }).click();
    await modal.waitFor({ state: 'hidden' });
  });

  it('follows a link of the app to a customer and shows the tags written there', async () => {
    if (customer) addTags(shop, customer.id, ['rfm:<b>'], Date.now());
    await inApp().getByText('Customer').click();
    await page.getByText('rfm:<b>').waitFor();
  });

  it('finds customers by tag', async () => {
    await page.goto(`${admin()}/customers`);
    await page.getByRole('searchbox').fill('RFM:<B>');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByText('1 customers').waitFor();
  });

  it.each(['', '/customers', `/customers/${customer?.id}`, '/orders', '/apps/key/app'])(
    'axe finds nothing and nothing overflows at 390 px: %s',
    async (path) => {
      const narrow = await (await openProfile(browser, 390)).newPage();
      await narrow.goto(admin() + path);
      expect(await faultsOf(narrow, ['#app'])).toEqual([]);
      expect(await narrow.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
      await narrow.context().close();
    },
  );
});
