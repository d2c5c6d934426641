// `npm run screenshots`: every screen of the app over a made-up shop, in each language and at both widths, as pictures
// in a folder for people to look at.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { Client } from 'pg';
import { temporaryDatabase } from './fake-shopify/demo-database.ts';
import { readDemoOptions } from './fake-shopify/demo-options.ts';
import { demoSecrets } from './fake-shopify/demo-secrets.ts';
import { demoShop } from './fake-shopify/demo-shop.ts';
import { setStage } from './fake-shopify/demo-stage.ts';
import { launchBrowser, openProfile } from './support/browser.ts';

const { values } = parseArgs({
  options: {
    customers: { type: 'string', default: '500' },
    out: { type: 'string', default: join('build', 'screenshots') },
    languages: { type: 'string', default: 'en,ko,zh-TW' },
  },
});

/** Milliseconds a page gets to fetch the names that come after it. */
const QUIET_MS = 1_500;
const LONG = 300_000;
/** Pixels of the longest picture. */
const TALLEST = 6_000;

const options = readDemoOptions(['--customers', values.customers, '--time-scale', '100', '--port', '0']);
const database = await temporaryDatabase();
const stage = await setStage(
  options,
  (await demoShop(options, () => undefined)).shop,
  demoSecrets(),
  database.url,
  () => undefined,
);
const browser = await launchBrowser();
const client = new Client(database.url);
await client.connect();
try {
  const first = await (await openProfile(browser, 1280)).newPage();
  await first.goto(stage.adminUrl);
  await first.getByRole('link', { name: 'Install app' }).click();
  await first.getByRole('button', { name: 'Install app' }).click();
  await until(`select from score_runs where data_mark ~ ' done$'`);
  await client.query(`update settings set write_back = 'on', planned_run_id = null, version = version + 1`);
  await until(`select from write_runs where kind = 'full' and state = 'done'`);
  const { rows } = await client.query<{ id: string }>(
    `select customer_id as id from scores where segment is not null order by monetary desc, customer_id limit 1`,
  );
  const paths = [
    '/app',
    '/app/customers',
    '/app/builder/new',
    '/app/segments',
    '/app/segments/at-risk',
    `/app/customers/${rows[0]?.id ?? 0}`,
    '/app/grid',
    '/app/at-risk',
    '/app/campaigns',
    '/app/campaigns/new',
    '/app/moves',
    '/app/past',
    '/app/cycle',
    '/app/preview',
    '/app/writes',
    '/app/writes/1',
    '/app/settings',
    '/app/mail',
    '/app/scheme',
    '/app/health',
    '/app/privacy',
    '/app/no/such/page',
  ];
  for (const width of [1280, 390] as const) {
    const page = await (await openProfile(browser, width)).newPage();
    for (const language of values.languages.split(',')) {
      const folder = join(values.out, language, String(width));
      await mkdir(folder, { recursive: true });
      for (const path of paths) {
        await page.goto(`${stage.adminUrl.replace(/\/$/, '')}/apps/rekindle${path}?locale=${language}`);
        await picture(page, width, join(folder, `${path.slice(1).replaceAll('/', '-')}.png`));
      }
    }
    console.log(`${width} px: ${paths.length} screens in ${values.languages}`);
  }
  console.log(`in ${values.out}`);
} finally {
  await client.end();
  await browser.close();
  await stage.close();
  await database.close();
}

/** Until a query finds a row. */
async function until(query: string): Promise<void> {
  for (const end = performance.now() + LONG; performance.now() < end;) {
    if (((await client.query(query)).rowCount ?? 0) > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`it never came to pass: ${query}`);
}

async function picture(page: Page, width: number, file: string): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.waitForTimeout(QUIET_MS);
  const frame = page.frame({ name: 'app-iframe' });
  const height = await frame?.evaluate(() => document.documentElement.scrollHeight);
  const size = page.viewportSize()?.height ?? 900;
  await page.setViewportSize({ width, height: Math.min(TALLEST, Math.max(size, (height ?? 0) + 120)) });
  await page.waitForTimeout(200);
  await page.screenshot({ path: file });
  await page.setViewportSize({ width, height: size });
}
