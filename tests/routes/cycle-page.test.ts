import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { directory } from '#app/db.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { chosenCycle, readSettings, saveSettings } from '#app/models/settings.server.ts';
import { formatDay } from '#app/rfm/calendar.ts';
import type { ShopGaps } from '#app/rfm/shop-gaps.ts';
import { testDatabase } from '#tests/support/database.ts';
import { builtPages, storeScores, type BuiltPages } from './built-pages.ts';

// Whatever happens at midnight happens elsewhere.
vi.hoisted(() => (process.env.AS_OF_DAY = '2026-11-22'));
const databaseUrl = testDatabase();
const [OWNER, CLERK] = [1001, 1003];
/** Customers 1001 to 1060, of whom the last ordered 0 to 59 days before this day. */
const AS_OF = 20_000;
const GAPS: ShopGaps = {
  customers: 45,
  history: 400,
  days: { quarter: 9, median: 21, threeQuarters: 40, from: 15, to: 27 },
};
let pages: BuiltPages;
let shop: string;
let shopId: number;
let database: Client;

beforeAll(async () => {
  pages = await builtPages();
  [shop] = pages.shops;
  for (const user of [OWNER, CLERK]) await pages.askAs(shop, '/app/progress', {}, user);
  shopId = (await directory.shopByDomain(shop))!.id;
  database = new Client(databaseUrl);
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await pages.close();
  await closeQueue(1);
});

const page = async (path: string, user = OWNER) => {
  const answer = await pages.askAs(shop, `${path}${path.includes('?') ? '&' : '?'}shop=${shop}`, {}, user);
  // React parts what it joins to a sentence with a comment.
  return (await answer.text()).replaceAll('<!-- -->', '');
};
const status = async (path: string) => (await pages.askAs(shop, path)).status;
const measured = (gaps: ShopGaps | null) =>
  database.query(
    `update score_runs set summary = case when $2::jsonb is null then summary - 'gaps'
       else jsonb_set(summary, '{gaps}', $2::jsonb) end where shop_id = $1`,
    [shopId, gaps === null ? null : JSON.stringify(gaps)],
  );
const choose = async (cycleLength: number | null, cycleUnit: 'days' | 'months' | null) => {
  const { version } = await readSettings(shopId);
  expect(await saveSettings(shopId, version, { cycleLength, cycleUnit })).toEqual({ ok: true });
};
const confirm = (form: Record<string, string>) => pages.send(shop, '/app/cycle', 'routes/app.cycle', form);
const order = (id: number, customerId: number, daysAgo: number) =>
  database.query(
    `insert into orders (shop_id, id, customer_id, created_at, processed_at, updated_at, test, financial_status,
       currency, total, refunded)
     select $1, $2, $3, at, at, at, false, 'PAID', 'EUR', 1000, 0
     from (select timestamptz '1970-01-01 12:00:00+00' + make_interval(days => $4) as at) t`,
    [shopId, id, customerId, AS_OF - daysAgo],
  );

describe('the purchase cycle page', () => {
  it('given no scores yet, then it says when there will be something, and no state has a list', async () => {
    expect(await page('/app/cycle')).toContain('The purchase cycle appears with the first scores.');
    expect(await status('/app/cycle/lapsed')).toBe(404);
  });

  it('given a run that did not measure gaps, or too few of them, then it says why nothing is suggested', async () => {
    await storeScores(shopId, 1001, 60);
    await measured(null);
    expect(await page('/app/cycle')).toContain('It has not been measured yet.');
    await measured({ ...GAPS, customers: 29 });
    const html = await page('/app/cycle');
    expect(html).toContain('29 customers ordered on more than one day; it takes at least 30.');
    expect(html).toContain('No purchase cycle is set, so nobody can be called late yet.');
    expect(html).not.toContain('About to lapse');
    expect(html).not.toContain('Use 21 days');
    expect(await status('/app/cycle/lapsed')).toBe(404);
    expect(await page('/app/customers/1001')).toContain('No due date: too few customers ordered again');
  });

  it('given gaps of enough customers, then it suggests what half of them have, says how sure that is, and goes by it', async () => {
    await measured(GAPS);
    const html = await page('/app/cycle');
    for (const words of [
      'Your customers’ usual gap: 21 days',
      'It rests on 45 customers who ordered on more than one day: half of them order again within 21 days on average (95% interval: 15 to 27 days).',
      'The 15 customers who ordered once have no gap yet and are left out',
      'Your purchase cycle follows this gap, 21 days now, until you confirm it or set another.',
      'Where customers are in a cycle of 21 days',
      'Use 21 days',
      // Of 21 customers of the last cycle 15 ordered more than once: all but each fourth.
      '15 of 60 customers (25.0%) bought again within the cycle',
      'Last order Sep 24, 2024 or later',
      'Last order Sep 13, 2024 or earlier',
    ])
      expect(html).toContain(words);
    expect(html).not.toContain('may be too short');
    expect(await page('/app/cycle', CLERK)).not.toContain('Use 21 days');
  });

  it('given a history hardly longer than the gaps, then it says that longer ones cannot be seen', async () => {
    await measured({ ...GAPS, history: 41 });
    expect(await page('/app/cycle')).toContain('The orders looked at go back 41 days.');
    await measured(GAPS);
  });

  it('given R1–2 from few days on, then the page and the grid say whom At risk includes, and only there', async () => {
    await choose(6, 'months');
    const words = /At risk here includes customers who ordered only \d+ days ago/;
    expect(await page('/app/cycle')).toMatch(words);
    expect(await page('/app/grid')).toMatch(words);
    expect(await page('/app/grid?plane=fm')).not.toMatch(words);
    await choose(30, 'days');
    expect(await page('/app/cycle')).not.toMatch(words);
    expect(await page('/app/grid')).not.toMatch(words);
    await choose(null, null);
  });

  it('given each state, then its list holds those customers with their due days, and a made-up state is unknown', async () => {
    const lapsed = await page('/app/cycle/lapsed');
    expect(lapsed).toContain('Purchase cycle: Lapsed');
    expect(lapsed).toContain('39 customers,');
    expect(lapsed).toContain('/app/customers/1060');
    expect(lapsed).not.toContain('/app/customers/1021');
    expect(await page('/app/cycle/about-to-lapse')).toContain('7 customers,');
    expect(await page('/app/cycle/late')).toContain('3 customers,');
    const fresh = await page('/app/cycle/fresh');
    expect(fresh).toContain('11 customers,');
    expect(fresh).toContain('Due about Oct 25, 2024, in 21 days');
    expect(await page('/app/cycle/no-order')).toContain('Nobody is here now.');
    await choose(3, 'months');
    expect(await page('/app/cycle/late')).toContain('Nobody is here now.');
    expect(await page('/app/cycle')).toContain('Nobody: in so short a cycle about to lapse follows fresh');
    await choose(null, null);
    for (const odd of ['imminent', 'Lapsed', 'constructor', '..%2flapsed', '%00'])
      expect([odd, await status(`/app/cycle/${odd}`)]).toEqual([odd, 404]);
  });
});

describe('confirming the suggestion', () => {
  const form = async () => ({
    intent: 'confirm',
    days: '21',
    version: String((await readSettings(shopId)).version),
  });

  it('given a double click, then it is saved once, both hear so, and the page says it is set', async () => {
    const sent = await form();
    for (const answer of [await confirm(sent), await confirm(sent)])
      expect(await answer.json()).toEqual({ result: 'saved', days: 21 });
    const settings = await readSettings(shopId);
    expect(chosenCycle(settings)).toEqual({ length: 21, unit: 'days' });
    expect(settings.version).toBe(Number(sent.version) + 1);
    const html = await page('/app/cycle');
    expect(html).toContain('Your purchase cycle is 21 days, as you set it.');
    expect(html).not.toContain('Use 21 days');
    await choose(null, null);
  });

  it('given settings that were changed elsewhere, then nothing is stored and the page is told', async () => {
    const sent = await form();
    await choose(4, 'months');
    expect(await (await confirm(sent)).json()).toEqual({ result: 'changed-elsewhere', days: 21 });
    expect(chosenCycle(await readSettings(shopId))).toEqual({ length: 4, unit: 'months' });
    await choose(null, null);
  });

  it.each(['0', '1096', '21.5', '-21', '', '1e1'])(
    'given %j days, then the form is refused',
    async (days) => {
      expect((await confirm({ ...(await form()), days })).status).toBe(400);
    },
  );
});

describe('a customer’s place in the purchase cycle', () => {
  it('given three own gaps of 10 days, then the page tells state, usual gap, due day and how sure that is', async () => {
    for (const [i, daysAgo] of [20, 30, 40, 50].entries()) await order(7000 + i, 1024, daysAgo + 3);
    const html = await page('/app/customers/1024');
    const day = (ago: number) =>
      new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeZone: 'UTC' }).format(
        Date.parse(`${formatDay(AS_OF - ago)}T00:00:00Z`),
      );
    for (const words of [
      'Lapsed',
      `Last order 23 days ago, on ${day(23)}.`,
      'Your purchase cycle is 21 days, as suggested; nobody has confirmed it yet.',
      'Usual gap: 10 days, the mean of 3 gaps between own orders.',
      // (2 × 21 + 3 × 10) ÷ 5 = 14.4 days after the last order.
      `Was due about ${day(9)}, 9 days ago`,
      'Expected 14 days after the last order: 3 own gaps, with your customers’ usual gap of 21 days counted as 2 more.',
      `between ${day(17)} and ${day(-6)}`,
    ])
      expect(html).toContain(words);
  });

  it('given one order, then the shop’s usual gap stands for the own one', async () => {
    await order(7100, 1001, 0);
    const html = await page('/app/customers/1001');
    expect(html).toContain('Usual gap: none yet');
    expect(html).toContain('there is no own gap yet, so your customers’ usual gap of 21 days stands for it.');
    expect(html).toContain('Due about Oct 25, 2024, in 21 days');
    expect(html).toContain('Fresh');
  });

  it('given gaps that cannot be said and a cycle of 2 months, then the cycle stands for them', async () => {
    await measured({ ...GAPS, customers: 29 });
    await choose(2, 'months');
    const html = await page('/app/customers/1001');
    expect(html).toContain('so your purchase cycle of 61 days stands for it.');
    expect(html).toContain('Your purchase cycle is 2 months.');
    await choose(null, null);
    await measured(GAPS);
  });
});
