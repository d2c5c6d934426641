import { existsSync } from 'node:fs';
import sparticuz from '@sparticuz/chromium';
import { chromium, type Browser, type BrowserContext } from 'playwright-core';

const SYSTEM_BROWSERS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/opt/google/chrome/chrome',
];

/** Starts Chromium: CHROMIUM_PATH, else one the machine has, else the one that comes from npm. */
export async function launchBrowser(): Promise<Browser> {
  const own = process.env.CHROMIUM_PATH ?? SYSTEM_BROWSERS.find((path) => existsSync(path));
  // The npm build's own flags would switch web security and separate processes off; these few suffice for a
  // machine without GPU, user namespaces or a large /dev/shm.
  return chromium.launch({
    executablePath: own ?? (await sparticuz.executablePath()),
    args: ['--no-sandbox', '--no-zygote', '--disable-dev-shm-usage', '--disable-gpu'],
    headless: true,
  });
}

/**
 * A fresh profile of `width` pixels that looks like a person's browser: the Shopify library answers 410 to
 * anything that calls itself headless.
 */
export function openProfile(browser: Browser, width: 1280 | 390): Promise<BrowserContext> {
  const version = browser.version().split('.')[0];
  return browser.newContext({
    viewport: { width, height: width === 390 ? 844 : 900 },
    userAgent: `Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 Safari/537.36`,
    locale: 'en-US',
  });
}
