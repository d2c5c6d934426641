import type { Browser, FrameLocator, Page } from 'playwright-core';
import { afterAll, beforeAll, vi } from 'vitest';
import { readDemoOptions } from '#tests/fake-shopify/demo-options.ts';
import { demoSecrets } from '#tests/fake-shopify/demo-secrets.ts';
import { demoShop } from '#tests/fake-shopify/demo-shop.ts';
import { setStage, type Stage } from '#tests/fake-shopify/demo-stage.ts';
import type { FakeShop } from '#tests/fake-shopify/store.ts';
import { launchBrowser, openProfile } from './browser.ts';

/** Milliseconds that a step of a journey may take. */
export const LONG = 120_000;

/** A page of the admin, and the app's frame in it. */
export type Window = { page: Page; app: FrameLocator };

/** What a journey walks through: the demo's processes over a database, a browser, and what that complained of. */
export type Journey = {
  readonly stage: Stage;
  /** Everything the pages reported as an error. */
  readonly faults: string[];
  openPage: (width: 1280 | 390) => Promise<Window>;
};

/**
 * Sets the demo up before a file's tests, with these options of its command line, and takes it down after them.
 * @param shop in place of the demo's own
 */
export function journey(databaseUrl: string, options: readonly string[], shop?: FakeShop): Journey {
  let stage: Stage;
  let browser: Browser;
  const faults: string[] = [];
  beforeAll(async () => {
    // One day for the whole journey: it says what shows today, also when a midnight passes on the way.
    const today = new Date().toISOString().slice(0, 10);
    const demo = readDemoOptions(['--as-of', today, ...options, '--port', '0']);
    stage = await setStage(
      demo,
      shop ?? (await demoShop(demo, () => undefined)).shop,
      // Pages from messages are opened by what this process signs, too.
      { ...demoSecrets(), tokenKeys: process.env.TOKEN_KEYS ?? '' },
      databaseUrl,
      () => undefined,
    );
    browser = await launchBrowser();
  }, LONG);
  afterAll(async () => {
    await browser?.close();
    await stage?.close();
  }, LONG);
  return {
    get stage() {
      return stage;
    },
    faults,
    async openPage(width) {
      const page = await (await openProfile(browser, width)).newPage();
      page.setDefaultTimeout(30_000);
      page.on('pageerror', (error) => faults.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error') faults.push(`${message.text()} (${message.location().url})`);
      });
      return { page, app: page.frameLocator('iframe[name="app-iframe"]') };
    },
  };
}

/** Installs the app by the admin's own pages. */
export async function install(window: Window, { adminUrl }: Stage): Promise<void> {
  const { page } = window;
  await page.goto(adminUrl);
  await page.getByRole('link', { name: 'Install app' }).click();
  await loads(window, () => page.getByRole('button', { name: 'Install app' }).click());
}

/** Opens the app of a shop that has it, as the account owner unless the search of the admin's address says otherwise. */
export async function openApp(window: Window, { adminUrl }: Stage, search = ''): Promise<void> {
  await window.page.goto(adminUrl + search);
  await loads(window, () => window.page.getByRole('link', { name: 'Open Rekindle' }).click());
}

/** Does what loads the app's document, and waits until that listens: what is pressed before has nobody to hear it. */
async function loads({ page, app }: Window, act: () => Promise<void>): Promise<void> {
  const loaded = page.waitForEvent('load');
  await act();
  await loaded;
  const listens = () =>
    app
      .locator('html')
      .evaluate((html) => Object.keys(html).some((key) => key.startsWith('__reactFiber$')))
      .catch(() => false);
  await vi.waitUntil(listens, { timeout: LONG, interval: 50 });
}

/**
 * Opens a page of the app by the admin's menu, which a phone shows only when it is asked to. The app's own name loads
 * it anew, as in Shopify's admin.
 */
export async function choose(window: Window, name: string): Promise<void> {
  const { page } = window;
  // Asked by its width: while the admin itself loads, the button may show for a moment on a desk too.
  if (page.viewportSize()?.width === 390) await page.getByRole('button', { name: 'Menu' }).click();
  if (name === 'Rekindle') return loads(window, () => page.getByRole('link', { name, exact: true }).click());
  // Shopify's own menu has words that are ours, too.
  const menu = page.getByRole('list', { name: 'Rekindle' });
  await menu.getByRole('link', { name, exact: true }).click();
}

/** Whether nothing of the app has to be scrolled sideways. */
export function appFits(app: FrameLocator): Promise<boolean> {
  return app.locator('html').evaluate((html) => html.scrollWidth <= html.clientWidth);
}
