import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { mailToken } from '#app/mail-tokens.server.ts';
import { LOCALES, type Locale } from '#app/i18n/locale.ts';
import { generateShop } from '#tests/fake-shopify/generator.ts';
import { addCustomer } from '#tests/fake-shopify/store-customers.ts';
import { placeOrder } from '#tests/fake-shopify/store-orders.ts';
import { createShop, PLANS, type FakeShop } from '#tests/fake-shopify/store.ts';
import { faultsOf } from '#tests/support/axe.ts';
import { install, journey, LONG } from '#tests/support/journey.ts';
import { givePast, settled, type Past } from './past.ts';
import { readIn, type Reader, type Width } from './reader.ts';
import { storeCampaigns, type StoredCampaigns } from './stored-campaigns.ts';

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
  '/app/campaigns',
  // An address that says which form it is stays as it is.
  '/app/campaigns/new?template=first&operation=0123456789abcdef',
  '/app/moves',
  '/app/cycle',
  '/app/past',
  '/app/scheme',
  '/app/settings',
  '/app/mail',
  '/app/writes',
  '/app/health',
  '/app/privacy',
];

/** What there is only where customers are: of each screen its name, the fewest customers, and its address. */
const OF_CUSTOMERS: [string, number, (known: Known) => string][] = [
  ['a customer', 1, ({ customer }) => `/app/customers/${customer}`],
  // Where nobody came back there is no cycle, and there are no states of it.
  ['a state of the cycle', 2, () => '/app/cycle/lapsed'],
  ['moves between two days', 2, ({ past }) => `/app/moves?from=${past?.from}&to=${past?.to}`],
  [
    'the customers of a move',
    2,
    ({ past }) => `/app/moves/people?from=${past?.from}&to=${past?.to}&before=loyal&after=${past?.after}`,
  ],
];

/** Pages of campaigns: of each its name and its address. */
const OF_CAMPAIGNS: [string, (campaigns: StoredCampaigns) => string][] = [
  ['a draft', ({ draft }) => `/app/campaigns/${draft}`],
  ['a draft as a form', ({ draft }) => `/app/campaigns/${draft}/edit`],
  ['a paused campaign', ({ paused }) => `/app/campaigns/${paused}`],
  ['a campaign that has begun, as a form', ({ paused }) => `/app/campaigns/${paused}/edit`],
  ['a queue', ({ paused }) => `/app/campaigns/${paused}/review`],
  ['a queue where nothing was put off', ({ paused }) => `/app/campaigns/${paused}/review?show=later`],
  ['a finished campaign', ({ finished }) => `/app/campaigns/${finished}`],
  ['a result', ({ finished }) => `/app/campaigns/${finished}/result`],
  ['no result yet', ({ paused }) => `/app/campaigns/${paused}/result`],
  ['a campaign that has ended, as a form', ({ finished }) => `/app/campaigns/${finished}/edit`],
];

/** At what widths axe looks in a language: a page is built alike in each, but words differ in length. */
const AXE_AT: Readonly<Record<Locale, readonly Width[]>> = { en: [1280, 390], ko: [390], 'zh-TW': [390] };

/** How many of a hundred customers who bought did so once, where there are enough of them to say. */
const ONE_TIME = 82;
/** What the generator needs to be told for it: it also gives orders that do not count to those who never come back. */
const SHARES = { oneTime: 0.84 };

const DAY_MS = 86_400_000;
const NAMES = { domain: 'morning-row.myshopify.com', name: 'Morning Row', currency: 'EUR', timeZone: 'UTC' };

type Known = { customer: string; past: Past | null; campaigns: StoredCampaigns };

/** A shop with nobody or hardly anybody in it, each with one order: fewer than can be generated. */
function tinyShop(customers: number): FakeShop {
  const at = Date.now() - 30 * DAY_MS;
  const shop = createShop({ ...NAMES, createdAt: at - DAY_MS });
  for (let n = 0; n < customers; n += 1) {
    const { id } = addCustomer(shop, { createdAt: at, email: `first-${n}@shop.example`, firstName: 'Ada' });
    placeOrder(shop, { customerId: id, createdAt: at, total: 4_200 });
  }
  return shop;
}

function usualShop(customers: number): FakeShop {
  const size = { customers, seed: 25, until: Date.now(), shares: SHARES };
  return generateShop({ ...NAMES, ...size, plan: PLANS.standard }).shop;
}

/** Walks through every screen of a shop with so many customers, in every language, on a desk and on a phone. */
export function everyScreen(databaseUrl: string, customers: number): void {
  const here = journey(
    databaseUrl,
    ['--time-scale', '1000'],
    customers < 20 ? tinyShop(customers) : usualShop(customers),
  );
  const known: Known = {
    customer: '',
    past: null,
    campaigns: { shopId: 0, draft: 0, paused: 0, finished: 0 },
  };
  let database: Client;

  beforeAll(async () => {
    database = new Client(databaseUrl);
    await database.connect();
    const window = await here.openPage(1280);
    await install(window, here.stage);
    await vi.waitUntil(() => settled(database), { timeout: 2 * LONG, interval: 250 });
    await window.page.context().close();
    if (customers > 1) known.past = await givePast(database);
    const { rows } = await database.query<{ id: string }>('select min(customer_id) as id from scores');
    known.customer = rows[0]?.id ?? '';
    known.campaigns = await storeCampaigns(database);
  }, 3 * LONG);
  afterAll(() => database?.end());

  describe(`given a shop with ${customers} customers`, () => {
    if (customers > 20) {
      it(`then about ${ONE_TIME} of a hundred who bought did so once`, async () => {
        const { rows } = await database.query<{ share: number }>(
          'select 100 * avg((frequency = 1)::int)::float as share from scores where frequency > 0',
        );
        // Of 500 customers chance leaves a share within four of what it is to be.
        expect(Math.abs((rows[0]?.share ?? 0) - ONE_TIME)).toBeLessThan(4);
      });
    }

    describe.each(LOCALES)('in %s', (locale) => {
      let reader: Reader;
      beforeAll(async () => {
        reader = await readIn(locale, here);
      }, LONG);
      afterAll(() => reader?.window.page.context().close());

      it.each([
        ...SCREENS.map((path) => [path, () => path] as const),
        ...OF_CAMPAIGNS.map(([name, path]) => [name, (all: Known) => path(all.campaigns)] as const),
        ...OF_CUSTOMERS.filter(([, fewest]) => customers >= fewest).map(
          ([name, , path]) => [name, path] as const,
        ),
      ])(
        'when %s is opened, then all of it is there in this language, fits a desk and a phone, and axe finds nothing',
        async (_, path) => {
          await reader.goTo(path(known));
          await reader.looksWell(AXE_AT[locale]);
        },
        LONG,
      );

      it.each(['unsubscribe', 'survey'] as const)(
        'when the page to %s is opened from a message, then it is in this language, fits a desk and a phone, and axe finds nothing',
        async (kind) => {
          const { shopId, finished: campaignId } = known.campaigns;
          const link = { shopId, campaignId, customerId: 1, address: Buffer.alloc(16) };
          const page = await reader.window.page.context().newPage();
          await page.goto(`${here.stage.appUrl}/${kind}/${mailToken(kind, link)}?locale=${locale}`);
          await page.getByRole('heading', { name: reader.text(`mailPages.${kind}.title`) }).waitFor();
          for (const width of [1280, 390]) {
            await page.setViewportSize({ width, height: 900 });
            const html = page.locator('html');
            expect(await html.evaluate((one) => one.scrollWidth <= one.clientWidth)).toBe(true);
            expect(await faultsOf(page)).toEqual([]);
          }
          await page.close();
        },
        LONG,
      );
    });

    it('then the browser reported no fault', () => expect(here.faults).toEqual([]));
  });
}
