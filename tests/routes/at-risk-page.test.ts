import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { directory } from '#app/db.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { customerCare } from '#app/models/customer-care.server.ts';
import { formatDay, parseDay } from '#app/rfm/calendar.ts';
import { testDatabase } from '#tests/support/database.ts';
import { builtPages, storeScores, type BuiltPages } from './built-pages.ts';

// Whatever happens at midnight happens elsewhere.
vi.hoisted(() => (process.env.AS_OF_DAY = '2026-11-22'));
const databaseUrl = testDatabase();
const ROUTE = 'routes/app.at-risk';
const DATA = `_data=${encodeURIComponent(ROUTE)}`;
const [OWNER, MARA, STEN] = [1001, 1002, 1003];
let pages: BuiltPages;
let shop: string;
let shopId: number;
let database: Client;

beforeAll(async () => {
  pages = await builtPages();
  [shop] = pages.shops;
  for (const user of [OWNER, MARA, STEN]) await pages.askAs(shop, '/app/progress', {}, user);
  shopId = (await directory.shopByDomain(shop))!.id;
  database = new Client(databaseUrl);
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await pages.close();
  await closeQueue(1);
});
beforeEach(() => database.query('delete from customer_care'));

type List = {
  asOf: number;
  today: number;
  you: number;
  people: number[];
  counts: Record<string, number>;
  customers: {
    customerId: number;
    segment: string;
    daysSince: number;
    usualGap: number | null;
    reach: object | null;
    monetary: number;
  }[];
};
const list = async (search = '', user = STEN): Promise<List> => {
  const text = await (await pages.askAs(shop, `/app/at-risk?${DATA}${search}`, {}, user)).text();
  return (JSON.parse(text.split('\n\n')[0] ?? '') as { list: List }).list;
};
const page = async (path: string, user = STEN) =>
  (await pages.askAs(shop, `${path}${path.includes('?') ? '&' : '?'}shop=${shop}`, {}, user)).text();
const send = (what: string, value: string, customers: string, user = STEN) =>
  pages.askAs(
    shop,
    `/app/at-risk?${DATA}`,
    { method: 'POST', body: new URLSearchParams({ what, value, customers }) },
    user,
  );
const saved = async (...form: Parameters<typeof send>) => (await send(...form)).json();
/** A day so many days after today in the shop's zone. */
const inDays = async (days: number) => formatDay((await list()).today + days);

describe('the at-risk page', () => {
  it('given no scores yet, then it says when there will be a list', async () => {
    expect(await list()).toBeNull();
    expect(await page('/app/at-risk')).toContain('The list appears with the first scores.');
  });

  it('given scores, then staff see who is at risk with consent and usual gap, as the shop’s zone has it', async () => {
    await storeScores(shopId, 1001, 60);
    const { customers, asOf, today, you, people, counts } = await list();
    expect([you, people]).toEqual([STEN, [OWNER, MARA, STEN]]);
    expect(today).toBe(parseDay('2026-11-22'));
    expect(counts['to-do']).toBe(customers.length);
    const id = customers[0]!.customerId;
    await database.query(
      `insert into customers (shop_id, id, created_at, updated_at, email_consent, sms_consent, company_ids, tags)
       values ($1, $2, now(), now(), 'SUBSCRIBED', 'NOT_SUBSCRIBED', '{}', '{}')`,
      [shopId, id],
    );
    for (const [order, daysAgo] of [100, 60, 20].entries())
      await database.query(
        `insert into orders (shop_id, id, customer_id, created_at, processed_at, updated_at, test, financial_status,
           currency, total, refunded)
         select $1, $2, $3, at, at, at, false, 'PAID', 'EUR', 1000, 0
         from (select timestamptz '1970-01-01 12:00:00+00' + make_interval(days => $4) as at) t`,
        [shopId, 9000 + order, id, asOf - daysAgo],
      );
    const [first, second] = (await list()).customers;
    expect(first).toMatchObject({
      customerId: id,
      usualGap: 40,
      reach: { email: true, sms: false, phone: true },
    });
    expect(second).toMatchObject({ usualGap: null, reach: null });
    const html = await page('/app/at-risk');
    for (const words of [
      'about 40 days',
      'E-mail',
      'Has a phone number',
      'Shopify records no consent for calls or post',
      'Not known yet',
      'Can’t lose them',
    ])
      expect(html).toContain(words);
  });

  it('given a segment in the address, then it shows that one; anything made up shows all three', async () => {
    const all = await list();
    const some = await list('&segment=at-risk');
    expect(new Set(some.customers.map(({ segment }) => segment))).toEqual(new Set(['at-risk']));
    expect(some.customers.length).toBeLessThan(all.customers.length);
    expect(await list('&segment=champions&show=everything&cursor=%00')).toEqual(all);
  });

  it('given nobody at risk, all put off, or nothing assigned, then it says which', async () => {
    const { customers } = await list();
    const everybody = customers.map(({ customerId }) => `${customerId}:0`).join();
    expect(await page('/app/at-risk?show=mine')).toContain('Nothing is assigned to you');
    expect(await page('/app/at-risk?show=later')).toContain('Nobody is put off');
    expect(await page('/app/at-risk?cursor=after_0_0')).toContain('Nobody is left on this page');
    await send('later', await inDays(3), everybody);
    const done = await page('/app/at-risk');
    expect(done).toContain('All done');
    expect(done).toContain(`${customers.length} customers are put off until later.`);
    expect((await list('&show=later')).customers).toHaveLength(customers.length);
    expect(await page('/app/at-risk?segment=cant-lose-them')).toContain('Nobody is in Can’t lose them now');
    const [, other] = pages.shops;
    await pages.askAs(other, '/app/progress');
    await storeScores((await directory.shopByDomain(other))!.id, 1001, 1);
    expect(await (await pages.askAs(other, `/app/at-risk?shop=${other}`)).text()).toContain(
      'Nobody is at risk now',
    );
  });
});

describe('what staff note', () => {
  it('given each of the four, when staff set it for two customers, then it is stored and the customer’s page tells it', async () => {
    const two = '1011:0,1012:0';
    expect(await saved('assigned', String(MARA), two)).toEqual({
      result: 'saved',
      what: 'assigned',
      saved: 2,
      gone: 0,
      over: [],
    });
    const day = await inDays(2);
    await saved('later', day, two);
    await saved('contacted', 'today', two);
    await saved('note', '  Two cats,\r\nlikes <b>oolong</b> ', two);
    const { today } = await list();
    expect(await customerCare(shopId, 1012)).toMatchObject({
      version: 4,
      assignedTo: MARA,
      laterUntil: today + 2,
      contactedOn: today,
      contactedBy: STEN,
      note: 'Two cats,\nlikes <b>oolong</b>',
    });
    expect((await list('&show=mine', MARA)).customers).toEqual([]);
    const html = await page('/app/customers/1012');
    expect(html).toContain('likes &lt;b&gt;oolong&lt;/b&gt;');
    expect(html).toMatch(/Written by you on/);
    expect(html).toMatch(/Last contacted on .*, noted by you/);
    expect(await page('/app/customers/1012', MARA)).toContain('Put off until');
    for (const what of ['assigned', 'later', 'contacted', 'note']) await saved(what, '', two);
    expect(await customerCare(shopId, 1012)).toMatchObject({
      version: 8,
      assignedTo: null,
      laterUntil: null,
      contactedOn: null,
      note: null,
    });
  });

  it('given five windows that send the same form at the same moment, then all of them hear that it is saved', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => saved('note', 'Call', '1011:0')));
    for (const answer of answers)
      expect(answer).toEqual({ result: 'saved', what: 'note', saved: 1, gone: 0, over: [] });
    expect((await customerCare(shopId, 1011)).version).toBe(1);
  });

  it('given somebody else’s change since the page was opened, then the last one wins and hears whose it was', async () => {
    await saved('note', 'From Sten', '1011:0');
    expect(await saved('note', 'From Mara', '1011:0', MARA)).toMatchObject({
      saved: 1,
      over: [{ customerId: 1011, by: STEN }],
    });
    expect(await customerCare(shopId, 1011)).toMatchObject({ note: 'From Mara', noteBy: MARA });
  });

  it('given a customer who is gone, then the page hears that, and the others are saved', async () => {
    expect(await saved('note', 'x', '1011:0,999999:0')).toMatchObject({ saved: 1, gone: 1 });
    expect(await saved('note', 'x', '999999:0')).toMatchObject({ saved: 0, gone: 1 });
  });

  it('given a day that is not to come, or a note that is too long, then that is said and nothing is stored', async () => {
    for (const day of [await inDays(0), await inDays(-1), await inDays(731), '2026-02-30', 'soon'])
      expect([day, await saved('later', day, '1011:0')]).toEqual([
        day,
        { result: 'invalid', what: 'later', problem: 'date' },
      ]);
    expect(await saved('note', 'n'.repeat(501), '1011:0')).toMatchObject({
      result: 'invalid',
      problem: 'long',
    });
    expect(await customerCare(shopId, 1011)).toMatchObject({ version: 0 });
    expect(await saved('note', '👩‍🌾'.repeat(100), '1011:0')).toMatchObject({ result: 'saved' });
    expect(await saved('note', '\ud800 alone', '1011:0')).toMatchObject({ result: 'saved' });
  });

  it('given a form that is not the page’s, then it is refused', async () => {
    const fifty = Array.from({ length: 51 }, (_, i) => `${1001 + i}:0`).join();
    for (const [what, value, customers] of [
      ['erase', 'x', '1011:0'],
      ['note', 'x', ''],
      ['note', 'x', '1011'],
      ['note', 'x', '1011:0,'],
      ['note', 'x', '-1:0'],
      ['note', 'x', '99999999999999999999:0'],
      ['note', 'x', '1011:9999999999'],
      ['note', 'x', fifty],
      ['note', 'nul\0', '1011:0'],
      ['contacted', '2026-01-01', '1011:0'],
      ['assigned', 'somebody', '1011:0'],
    ] as const)
      expect([what, customers, (await send(what, value, customers)).status]).toEqual([what, customers, 400]);
    expect((await send('assigned', '4242', '1011:0')).status).toBe(404);
  });
});
