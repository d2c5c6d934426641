// `npm run bench:ui`: every screen over a shop of 100,000 customers, in production mode and in Chromium. It never fails
// on a figure.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { formatDay } from '#app/rfm/calendar.ts';
import { temporaryDatabase } from '#tests/fake-shopify/demo-database.ts';
import { generateShop } from '#tests/fake-shopify/generator.ts';
import { PLANS } from '#tests/fake-shopify/store.ts';
import { launchBrowser } from '#tests/support/browser.ts';
import { overAims, percentile, uiHeading, uiLine, type UiRow } from './ui-figures.ts';
import { screensOf } from './ui-screens.ts';
import { measureServer } from './ui-server-time.ts';
import { prepareUiShop } from './ui-shop.ts';
import { setUiStage } from './ui-stage.ts';
import { measureVitals, type Vitals } from './ui-vitals.ts';

const { values } = parseArgs({
  options: {
    customers: { type: 'string', default: '100000' },
    // of the browser; the server is asked ten times as often
    loads: { type: 'string', default: '3' },
    // part of a screen's name or of its address
    only: { type: 'string', default: '' },
  },
});
const loads = Number(values.loads);
const DAY_MS = 86_400_000;
/** Milliseconds Shopify takes to tell names while a browser looks: pages must stand without them. */
const NAMES_MS = 300;

const until = Date.now() - 3_600_000;
const today = Math.floor(Date.now() / DAY_MS);
const { shop } = generateShop({
  domain: 'measured-pages.myshopify.com',
  name: 'Measured pages',
  currency: 'EUR',
  timeZone: 'UTC',
  plan: PLANS.plus,
  customers: Number(values.customers),
  seed: 20,
  until,
});
console.log(`${shop.customers.size} customers, ${shop.orders.size} orders`);
const database = await temporaryDatabase();
const stage = await setUiStage(shop, database.url);
const browser = await launchBrowser();
try {
  const measured = await prepareUiShop(stage, database.url, console.log);
  const screens = screensOf(measured, formatDay(today), formatDay(today - 91));
  console.log(`\n${uiHeading()}`);
  const rows: UiRow[] = [];
  for (const screen of screens.filter(({ name, path }) => `${name} ${path}`.includes(values.only))) {
    const namesNow = stage.fake.trouble.add({
      op: 'CustomerNames',
      action: 'delay',
      ms: NAMES_MS,
      times: Infinity,
    });
    const seen: Vitals[] = [];
    for (let load = 0; load < loads; load += 1) seen.push(await measureVitals(browser, stage, screen, 1280));
    const narrow = await measureVitals(browser, stage, screen, 390);
    namesNow();
    const [first] = seen;
    const server = await measureServer(stage, screen.path, first?.routes.at(-1) ?? '', 10 * loads);
    const median = (pick: (one: (typeof seen)[number]) => number) => percentile(seen.map(pick), 0.5);
    const row = {
      name: screen.name,
      lcp: median(({ lcp }) => lcp),
      cls: median(({ cls }) => cls),
      narrowCls: narrow.cls,
      inp: median(({ inp }) => inp),
      ...server,
      javascript: await packedKb(first?.scripts ?? []),
    };
    rows.push(row);
    console.log(uiLine(row));
  }
  console.log(
    `\n! = over its aim: ${overAims(rows)} figures. Medians of ${loads} loads in fresh profiles over 10 Mbit/s and ` +
      '40 ms, App Bridge served from this machine; names come from Shopify 300 ms after they are asked for. Page and ' +
      `data: milliseconds on the server until the answer begins, of ${10 * loads} each; end: until all of it is there, p95.`,
  );
} catch (error) {
  throw new Error(await stage.app.lastLines(), { cause: error });
} finally {
  await browser.close();
  await stage.close();
  await database.close();
}

/** What these files of the build weigh packed, 1 KB = 1,000 bytes. */
async function packedKb(scripts: readonly string[]): Promise<number> {
  const folder = join(import.meta.dirname, '../../build/client');
  const files = await Promise.all(scripts.map((path) => readFile(join(folder, path))));
  return files.reduce((sum, file) => sum + gzipSync(file).length, 0) / 1000;
}
