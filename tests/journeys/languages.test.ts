import { Client } from 'pg';
import type { Frame, FrameLocator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { textsIn } from '#tests/i18n/texts.ts';
import { faultsOf } from '#tests/support/axe.ts';
import { testDatabase } from '#tests/support/database.ts';
import { appFits, install, journey, LONG } from '#tests/support/journey.ts';
import { englishFinder, saidOn } from './read-aloud.ts';

const databaseUrl = testDatabase();
const here = journey(databaseUrl, ['--customers', '400', '--time-scale', '100']);
let database: Client;
/** What a page of history needs to be told: two days, a customer who moved between them, and how. */
let past: { from: string; to: string; customer: string; after: string };

beforeAll(async () => {
  database = new Client(databaseUrl);
  await database.connect();
  const first = await here.openPage(1280);
  await install(first, here.stage);
  // Until everything is imported and scored, pages may still change beside what is tested.
  await vi.waitUntil(settled, { timeout: LONG, interval: 250 });
  await first.page.context().close();
  past = await givePast();
}, 2 * LONG);
afterAll(() => database?.end());

async function settled(): Promise<boolean> {
  const { rows } = await database.query<{ scored: boolean }>(
    `select data_mark ~ ' done$' and not exists (select from pending where kind = 'score') as scored
     from score_runs order by id desc limit 1`,
  );
  return rows[0]?.scored ?? false;
}

async function written(): Promise<boolean> {
  const { rows } = await database.query(`select from write_runs where kind = 'full' and state = 'done'`);
  return rows.length === 1;
}

/** Makes the first scores twenty days older, and lets a third of those who sleep have been loyal until ten days ago. */
async function givePast(): Promise<typeof past> {
  await database.query(`select set_config('app.shop_id', (select min(shop_id)::text from shops), false)`);
  await database.query('update score_runs set as_of = holds_on - 20');
  await database.query(
    `insert into segment_changes (shop_id, customer_id, run_id, day, before, after, cause, score_before, score_after)
     select s.shop_id, s.customer_id, 0, r.day - 10, 'loyal', s.segment, 'time', '455', concat(s.r, s.f, s.m)
     from scores s, (select max(holds_on) as day from score_runs) r
     where s.segment in ('at-risk', 'hibernating') and s.customer_id % 3 = 0`,
  );
  const { rows } = await database.query<typeof past>(
    `select (day - 2)::text as from, (day + 9)::text as to, customer_id as customer, after
     from segment_changes where run_id = 0 order by after, customer_id limit 1`,
  );
  return rows[0]!;
}

type Place = {
  name: string;
  path: () => string;
  /** The key of a text that stands there once the page is whole. */
  shows: string;
  /** What is done there before it is looked at again. */
  also?: (app: FrameLocator, page: Page, text: (key: string) => string) => Promise<void>;
};

const between = () => `from=${past.from}&to=${past.to}`;
const press = (app: FrameLocator, name: string) =>
  app.getByRole('button', { name, exact: true }).filter({ visible: true }).first().press('Enter');

const BEFORE_WRITING: Place[] = [
  { name: 'Home, which asks whether to write', path: () => '/app', shows: 'write.preview' },
  { name: 'the preview', path: () => '/app/preview', shows: 'preview.intro' },
];
const PLACES: Place[] = [
  { name: 'Home', path: () => '/app', shows: 'write.state.done' },
  {
    name: 'the grid',
    path: () => '/app/grid',
    shows: 'grid.measure.title',
    also: (app, _, text) => press(app, text('grid.asTable')),
  },
  { name: 'another plane', path: () => '/app/grid?plane=fm&measure=mean', shows: 'grid.noNames' },
  {
    name: 'the grid compared',
    path: () => `/app/grid?compare=${past.to}`,
    shows: 'grid.compare.stop',
  },
  {
    name: 'customers at risk',
    path: () => '/app/at-risk',
    shows: 'atRisk.gap',
    also: async (app, _, text) => {
      await app.getByRole('checkbox').filter({ visible: true }).nth(1).press('Space');
      await press(app, text('care.assign'));
      await app.locator('select:focus').waitFor();
    },
  },
  { name: 'customers', path: () => '/app/customers', shows: 'customerList.find' },
  { name: 'nobody found', path: () => '/app/customers?ids=1', shows: 'customerList.empty.searchTitle' },
  {
    name: 'the segment builder',
    path: () =>
      `/app/builder/new?where=${encodeURIComponent('{"match":"all","parts":[{"what":"orders","from":1,"to":null},{"match":"any","parts":[{"what":"moved","days":30,"since":null,"before":[],"after":[]},{"what":"email","is":["none"],"not":true}]}]}')}`,
    shows: 'builder.profile.title',
    also: async (app, _, text) => {
      await press(app, text('builder.add'));
      await press(app, text('builder.save'));
      await app.getByText(text('builder.nameMissing')).waitFor();
    },
  },
  { name: 'nobody put off', path: () => '/app/at-risk?show=later', shows: 'atRisk.empty.later.title' },
  { name: 'moves', path: () => `/app/moves?${between()}`, shows: 'moves.matrix.title' },
  {
    name: 'the customers of a move',
    path: () => `/app/moves/people?${between()}&before=loyal&after=${past.after}`,
    shows: 'moves.people.why',
  },
  {
    name: 'valuable customers who fell',
    path: () => `/app/moves/people?${between()}&fell=valuable`,
    shows: 'moves.fallen.title',
  },
  {
    name: 'a segment',
    path: () => '/app/segments/hibernating',
    shows: 'members.export.do',
    also: async (app, _, text) => {
      await press(app, text('members.export.do'));
      await app.getByRole('menuitem', { name: text('members.export.as.csv') }).waitFor();
    },
  },
  { name: 'customers without scores', path: () => '/app/segments/unscored', shows: 'members.unscored' },
  { name: 'a customer', path: () => `/app/customers/${past.customer}`, shows: 'why.title' },
  {
    name: 'the settings',
    path: () => '/app/settings',
    shows: 'settings.frequency.title',
    also: async (app, page, text) => {
      await app.getByRole('checkbox', { name: text('settings.rules.cancelled') }).press('Space');
      await press(app, text('simulation.ask'));
      await app.getByText(text('simulation.exact')).waitFor();
      await app.getByRole('textbox', { name: text('settings.writeBack.prefix') }).fill('a,b');
      await page.getByRole('button', { name: text('settings.save'), exact: true }).click();
      await app.getByText(text('settings.problems.tagPrefix')).waitFor();
      await page.getByRole('button', { name: text('settings.discard'), exact: true }).click();
    },
  },
  {
    name: 'the scheme of segments',
    path: () => '/app/scheme',
    shows: 'scheme.choice',
    also: async (app, page, text) => {
      await app.getByRole('radio', { name: text('scheme.names.own') }).press('Space');
      await press(app, text('scheme.add'));
      await app.getByText(text('scheme.faults.title')).waitFor();
      await page.getByRole('button', { name: text('settings.discard'), exact: true }).click();
    },
  },
  { name: 'a past day', path: () => '/app/past', shows: 'past.ask' },
  { name: 'what was written', path: () => '/app/writes', shows: 'journal.about' },
  { name: 'one write-back', path: () => '/app/writes/1', shows: 'journal.outcome' },
  { name: 'health', path: () => '/app/health', shows: 'health.fresh.title' },
  { name: 'privacy', path: () => '/app/privacy', shows: 'privacy.stored.title' },
  { name: 'a page that is not there', path: () => '/app/no/such', shows: 'failed.notFound.what' },
];

/** People of the shop and makers of its products, whose names are the same in every language. */
const namesOf = (): string[] => {
  const { shop } = here.stage.fake.shop(`${here.stage.adminUrl.split('/').at(-1)}.myshopify.com`);
  return [
    ...[...shop.customers.values()].map(({ firstName, lastName }) => `${firstName} ${lastName}`),
    ...[...shop.products.values()].map(({ vendor }) => vendor),
  ];
};

const LOCALES = ['ko', 'zh-TW'] as const;
const WIDTHS = [390, 1280] as const;
/** What axe looks at; how a page is built does not depend on the language. */
const AXE_AT = { ko: 390, 'zh-TW': 1280 } as const;

/** Somebody whose admin is in a language. */
function reader(locale: (typeof LOCALES)[number]) {
  const texts = textsIn(`app/i18n/${locale}.json`);
  const text = (key: string): string => texts.get(key) ?? key;
  const englishIn = () => englishFinder(textsIn('app/i18n/en.json'), texts, namesOf());
  let page: Page;
  let app: FrameLocator;

  async function open(): Promise<void> {
    ({ page, app } = await here.openPage(1280));
    await page.goto(`${here.stage.adminUrl}?locale=${locale}`);
    await page.getByRole('link', { name: 'Open Rekindle' }).click();
    await app.getByRole('heading', { name: text('segmentTable.title'), exact: true }).waitFor();
    await follows();
  }

  const shows = (key: string) =>
    app.getByText(text(key), { exact: true }).filter({ visible: true }).first().waitFor();

  /** Until the page follows the admin's menu, whatever is chosen there is lost. */
  const follows = () => app.locator('ui-nav-menu').waitFor({ state: 'attached' });

  /** Looks at the page as it is, on a phone and on a desk. */
  async function looksWell(): Promise<void> {
    const html = app.locator('html');
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      await html.evaluate(
        () => new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then))),
      );
      expect(await html.getAttribute('lang')).toBe(locale);
      expect(englishIn()(await saidOn(html))).toEqual([]);
      expect(await appFits(app)).toBe(true);
      // Once a page: a phone in one language, a desk in the other.
      if (width !== AXE_AT[locale]) continue;
      expect(await faultsOf(page)).toEqual([]);
    }
  }

  /** Goes to a page as the admin's own menu does, without loading the document again, and looks at it. */
  async function visit(place: Place): Promise<void> {
    await page.setViewportSize({ width: 1280, height: 900 });
    await frameOf(page).evaluate((href) => {
      const link = document.body.appendChild(document.createElement('a'));
      link.setAttribute('href', href);
      link.dispatchEvent(new Event('shopify:navigate', { bubbles: true }));
      link.remove();
    }, place.path());
    await shows(place.shows);
    await looksWell();
    if (place.also === undefined) return;
    await place.also(app, page, text);
    await looksWell();
  }

  /** Loads the frame alone, as the menu of a browser's frame does. */
  async function reload(key: string): Promise<void> {
    const frame = frameOf(page);
    await frame.evaluate(() => location.reload());
    await frame.waitForURL(({ searchParams }) => searchParams.has('id_token'));
    await shows(key);
    await follows();
    await looksWell();
  }

  return { open, visit, reload, close: () => page.context().close() };
}

describe.each(LOCALES)('a merchant who reads %s, on a phone and on a desk', (locale) => {
  const { open, visit, reload, close } = reader(locale);
  beforeAll(open, LONG);
  afterAll(close);

  it.each(BEFORE_WRITING)(
    'given $name, then all of it is in this language, fits, and axe finds nothing',
    (place) => visit(place),
    LONG,
  );

  it(
    'given a page inside the app, when its frame is loaded again, then it comes back in the same language',
    () => reload('preview.intro'),
    LONG,
  );
});

describe('given the segments are written', () => {
  beforeAll(async () => {
    await here.stage.merchant.submit({ intent: 'write-back', answer: 'write' });
    await vi.waitUntil(written, { timeout: LONG, interval: 250 });
  }, LONG);

  describe.each(LOCALES)('a merchant who reads %s, on a phone and on a desk', (locale) => {
    const { open, visit, close } = reader(locale);
    beforeAll(open, LONG);
    afterAll(close);

    it.each(PLACES)(
      'given $name, then all of it is in this language, fits, and axe finds nothing',
      (place) => visit(place),
      LONG,
    );
  });

  it('given the whole journey, then the browser reported no fault', () => {
    // A page that is not there answers so.
    expect(here.faults.filter((fault) => !fault.includes('/app/no/such'))).toEqual([]);
  });
});

function frameOf(page: Page): Frame {
  const frame = page.frame({ name: 'app-iframe' });
  if (frame === null) throw new Error('the app is not shown');
  return frame;
}
