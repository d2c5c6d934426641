import { Client } from 'pg';
import type { FrameLocator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { testDatabase } from '#tests/support/database.ts';
import { install, journey, LONG } from '#tests/support/journey.ts';
import { givePast, settled, type Past } from './past.ts';
import { readIn, type Reader } from './reader.ts';

const databaseUrl = testDatabase();
const here = journey(databaseUrl, ['--customers', '400', '--time-scale', '100']);
let database: Client;
let past: Past;

beforeAll(async () => {
  database = new Client(databaseUrl);
  await database.connect();
  const first = await here.openPage(1280);
  await install(first, here.stage);
  await vi.waitUntil(() => settled(database), { timeout: LONG, interval: 250 });
  await first.page.context().close();
  past = await givePast(database);
}, 2 * LONG);
afterAll(() => database?.end());

async function written(): Promise<boolean> {
  const { rows } = await database.query(`select from write_runs where kind = 'full' and state = 'done'`);
  return rows.length === 1;
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
    also: async (app, page, text) => {
      await press(app, text('builder.add'));
      await page.getByRole('button', { name: text('settings.save'), exact: true }).click();
      await app.getByText(text('builder.nameMissing')).waitFor();
      await page.getByRole('button', { name: text('settings.discard'), exact: true }).click();
    },
  },
  { name: 'nobody put off', path: () => '/app/at-risk?show=later', shows: 'atRisk.empty.later.title' },
  { name: 'no campaigns', path: () => '/app/campaigns', shows: 'campaigns.empty.title' },
  {
    name: 'a campaign to be made',
    path: () => '/app/campaigns/new?template=hibernating&operation=0123456789abcdef',
    shows: 'campaigns.ladder.title',
  },
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

const READ = ['ko', 'zh-TW'] as const;
/** At what width axe looks; how a page is built does not depend on the language. */
const AXE_AT = { ko: [390], 'zh-TW': [1280] } as const;

/** Somebody whose admin is in a language, once it is opened. */
function merchantIn(locale: (typeof READ)[number]) {
  let reader: Reader;
  beforeAll(async () => {
    reader = await readIn(locale, here);
  }, LONG);
  afterAll(() => reader?.window.page.context().close());

  const shows = (key: string) =>
    reader.window.app
      .getByText(reader.text(key), { exact: true })
      .filter({ visible: true })
      .first()
      .waitFor();

  async function visit(place: Place): Promise<void> {
    const { window, text } = reader;
    await reader.goTo(place.path());
    await shows(place.shows);
    await reader.looksWell(AXE_AT[locale]);
    if (place.also === undefined) return;
    await place.also(window.app, window.page, text);
    await reader.looksWell(AXE_AT[locale]);
  }

  /** Loads the frame alone, as the menu of a browser's frame does. */
  async function reload(key: string): Promise<void> {
    const frame = reader.window.page.frame({ name: 'app-iframe' });
    await frame?.evaluate(() => location.reload());
    await frame?.waitForURL(({ searchParams }) => searchParams.has('id_token'));
    await shows(key);
    await reader.looksWell(AXE_AT[locale]);
  }

  return { visit, reload };
}

describe.each(READ)('a merchant who reads %s, on a phone and on a desk', (locale) => {
  const { visit, reload } = merchantIn(locale);

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

  describe.each(READ)('a merchant who reads %s, on a phone and on a desk', (locale) => {
    const { visit } = merchantIn(locale);

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
