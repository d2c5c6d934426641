import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directory, sqlInShop, type ShopRow } from '#app/db.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { settleWrites } from '#app/models/settle-writes.server.ts';
import { createWriteRun, updateWriteRun, type StoredPlan } from '#app/models/write-runs.server.ts';
import { planWrites, takePlanned } from '#app/models/writes.server.ts';
import { createPlanTotals } from '#app/rfm/write-cost.ts';
import { CLERKS } from '#tests/fake-shopify/shop-office.ts';
import { addCustomer } from '#tests/fake-shopify/store-customers.ts';
import { loggedAccess } from '#tests/support/access-log.ts';
import { testDatabase } from '#tests/support/database.ts';
import { builtPages, storeScores, type BuiltPages } from './built-pages.ts';

testDatabase();
const ROUTE = 'routes/app.customers.$customerId';
const [FIRST, SECOND, THIRD] = [1001, 1002, 1003];
let pages: BuiltPages;
let shop: ShopRow;
let other: ShopRow;

beforeAll(async () => {
  pages = await builtPages();
  for (const domain of pages.shops) expect((await pages.askAs(domain, '/app/progress')).status).toBe(200);
  shop = (await directory.shopByDomain(pages.shops[0]))!;
  other = (await directory.shopByDomain(pages.shops[1]))!;
  await storeScores(shop.id, FIRST, 20);
  await sqlInShop(shop.id, async (client) => {
    await client.query(
      `insert into orders (shop_id, id, customer_id, created_at, processed_at, updated_at, test, financial_status,
         currency, total, refunded)
       select $1, n, $2, now(), timestamptz '2024-09-01' - n * interval '1 day', now(), n = 30, 'PAID', 'EUR', 100 * n, 0
       from generate_series(1, 30) n`,
      [shop.id, FIRST],
    );
    await client.query(
      `insert into order_details (shop_id, order_id, updated_at, source_name, company_id, discount_codes, lines_load)
       select $1, n, now(), case when n % 3 = 0 then 'pos' else 'web' end, case when n < 11 then 5 end, '{}', 1
       from generate_series(1, 30) n`,
      [shop.id],
    );
    await client.query(
      `insert into line_items (shop_id, load, part, order_ids, ids, product_ids, quantities, amounts)
       select $1, 1, 0, array_agg(n), array_agg(n), array_agg(case when n % 5 = 0 then 8 else 9 end),
         array_agg(1), array_agg(100) from generate_series(1, 30) n`,
      [shop.id],
    );
    await client.query(
      `insert into products (shop_id, id, title, type, vendor) values ($1, 8, 'Pot', 'Ware', 'Clay'), ($1, 9, 'Oolong', 'Tea', '')`,
      [shop.id],
    );
    await client.query(
      `insert into bought (shop_id, customer_id, first_source, last_source) values ($1, $2, 'Instagram', 'direct')`,
      [shop.id, FIRST],
    );
    await client.query(
      `insert into customers (shop_id, id, created_at, updated_at, email_consent) values ($1, $2, now(), now(), 'SUBSCRIBED')`,
      [shop.id, FIRST],
    );
  });
  addCustomer(pages.office(shop.domain).shop, {
    id: FIRST,
    firstName: 'Ada',
    lastName: 'Test',
    createdAt: 0,
  });
});
afterAll(async () => {
  await pages.close();
  await closeQueue(1);
});

type Page = {
  manages: boolean;
  customer: {
    timeline: {
      entries: { what: string; place: string; leftOut?: string | null; channel?: string }[];
      next: string | null;
      front: boolean;
    };
    preferences: Record<string, unknown>;
    consent: object | null;
    putBack: { at: string; barrier?: string; runId?: number; writes?: object[]; under?: boolean };
  };
};

async function look(id: number, query = '', userId?: number): Promise<{ page: Page; text: string }> {
  const answer = await pages.askAs(
    shop.domain,
    `/app/customers/${id}?${query}&_data=${encodeURIComponent(ROUTE)}`,
    {},
    userId,
  );
  const text = await answer.text();
  return { page: JSON.parse(text.split('\n\n')[0] ?? '') as Page, text };
}
const putBackOf = async (id: number) => (await look(id)).page.customer.putBack;
const send = (id: number, form: Record<string, string>, of = shop) =>
  pages.send(of.domain, `/app/customers/${id}`, ROUTE, form);
const answered = async (...given: Parameters<typeof send>) => (await send(...given)).json();

describe('a customer’s page', () => {
  it('given orders and what is in them, then it tells what the customer prefers and whom they buy for', async () => {
    const { preferences, consent } = (await look(FIRST)).page.customer;
    // The test order does not count.
    expect(preferences).toEqual({
      channel: { what: 'online-store', orders: 20, of: 29 },
      type: { what: 'Tea', orders: 24, of: 29 },
      vendor: { what: 'Clay', orders: 5, of: 29 },
      product: { what: 'Oolong', orders: 24, of: 29 },
      orders: 29,
      population: 'mixed',
      companies: 10,
      newest: null,
      firstSource: 'Instagram',
      lastSource: 'direct',
    });
    expect(consent).toEqual({ email: 'SUBSCRIBED', sms: null });
    const page = await pages.askAs(shop.domain, `/app/customers/${FIRST}?shop=${shop.domain}`);
    const text = (await page.text()).replaceAll('<!-- -->', '');
    for (const words of [
      '20 of 29 orders',
      'A company and themselves (mixed)',
      'Agreed',
      'No phone number',
      'Instagram',
    ])
      expect(text).toContain(words);
  });

  it('given a customer with no order stored and not read yet, then it says so', async () => {
    const { preferences, consent, timeline } = (await look(SECOND)).page.customer;
    expect(preferences).toMatchObject({ orders: 0, population: null, channel: null, firstSource: null });
    expect([consent, timeline.entries]).toEqual([null, []]);
    const page = await pages.askAs(shop.domain, `/app/customers/${SECOND}?shop=${shop.domain}`);
    const text = await page.text();
    expect(text).toContain('No order that counts was read with its contents yet.');
    expect(text).toContain('Not read from Shopify yet.');
  });

  it('given more than a page of orders, then pages show each once, and the test order says why it does not count', async () => {
    const first = (await look(FIRST)).page.customer.timeline;
    expect([first.entries.length, first.front]).toEqual([20, true]);
    const second = (await look(FIRST, `before=${first.next}`)).page.customer.timeline;
    expect([second.entries.length, second.front, second.next]).toEqual([10, false, null]);
    expect(new Set([...first.entries, ...second.entries].map(({ place }) => place)).size).toBe(30);
    expect(second.entries.at(-1)).toMatchObject({ what: 'order', leftOut: 'test', channel: 'pos' });
    expect((await look(FIRST, 'show=written')).page.customer.timeline.entries).toEqual([]);
    expect((await look(FIRST, 'show=else&before=x')).page.customer.timeline).toEqual(first);
  });

  it('then Shopify’s own group and the name follow, asked for at once, and who saw the name is in the log', async () => {
    const asked = pages.calls().length;
    const { text } = await look(FIRST);
    expect(text).toContain('"known":true,"group":"PROSPECTS"');
    expect(text).toContain('Ada Test');
    expect(pages.calls().length - asked).toBe(1);
    expect((await loggedAccess(shop.id))[0]).toMatchObject({ what: 'names', customerIds: [FIRST] });
    pages.office(shop.domain).protectedData = 'level-1';
    const without = await look(FIRST);
    expect(without.text).toContain('"known":true,"group":"PROSPECTS"');
    expect(without.text).not.toContain('Ada Test');
    pages.office(shop.domain).protectedData = 'level-2';
    expect((await look(SECOND)).text).toContain('"known":false');
  });
});

describe('the settings page', () => {
  it('given customers who buy for a company, then it counts them; given none, then it is silent', async () => {
    const settings = async () => (await pages.askAs(shop.domain, `/app/settings?shop=${shop.domain}`)).text();
    expect(await settings()).not.toContain('Whom customers buy for');
    await set(
      `insert into customer_populations (shop_id, customer_id, population) values (${shop.id}, ${FIRST}, 'mixed'), (${shop.id}, ${SECOND}, 'b2b'), (${shop.id}, ${THIRD}, 'b2b')`,
    );
    const text = (await settings()).replaceAll('<!-- -->', '');
    expect(text).toContain('Whom customers buy for');
    for (const words of ['17 customers', '2 customers', '1 customer']) expect(text).toContain(words);
    expect(text).toContain('From 50 on they are scored among themselves.');
  });
});

const PLAN: StoredPlan = {
  ...createPlanTotals().finish(),
  seconds: 0,
  transport: { direct: [], bulk: {}, seconds: 0 },
  cleanUp: false,
  problem: null,
};

/** A write-back that put a tag on two customers. */
async function writtenRun(): Promise<number> {
  const { id } = await createWriteRun(shop.id, shop.generation, PLAN);
  await sqlInShop(shop.id, (client) =>
    planWrites(
      client,
      shop.id,
      id,
      [FIRST, SECOND].map((customerId) => ({ customerId, kind: 'tag-add', value: 'rfm:new', before: '' })),
    ),
  );
  const rows = await takePlanned(shop.id, id, 'tags-add', 10);
  await settleWrites(shop.id, id, { done: rows.map((row) => row.id), failed: [], points: 30 });
  await updateWriteRun(shop.id, id, { state: 'done', finishedAt: Date.now() });
  return id;
}

const set = (statement: string) => sqlInShop(shop.id, (client) => client.query(statement));
const holds = async () =>
  (await set('select customer_id, back_to, asked, held_by from write_holds order by 1')).rows as object[];

describe('given what was written to a customer', () => {
  let run: number;
  beforeAll(async () => {
    expect(await putBackOf(FIRST)).toEqual({ at: 'nothing' });
    run = await writtenRun();
  });

  it('then the timeline tells it, and a manager sees what undoing it for this customer would do', async () => {
    const { customer, manages } = (await look(FIRST, 'show=written')).page;
    expect(manages).toBe(true);
    expect(customer.timeline.entries).toMatchObject([
      { what: 'write', runId: run, value: 'rfm:new', state: 'done' },
    ]);
    expect(customer.putBack).toMatchObject({
      at: 'possible',
      runId: run,
      writes: [{ kind: 'tag-remove', value: 'rfm:new' }],
      kept: 0,
    });
    expect(await putBackOf(THIRD)).toEqual({ at: 'nothing' });
  });

  it('when staff or another shop send it, then it is refused and nothing is wished', async () => {
    const body = new URLSearchParams({ intent: 'put-back', run: String(run) });
    const path = `/app/customers/${FIRST}?_data=${encodeURIComponent(ROUTE)}`;
    const answer = await pages.askAs(shop.domain, path, { method: 'POST', body }, CLERKS[0]!.id);
    expect(answer.status).toBe(403);
    expect((await send(FIRST, { intent: 'put-back', run: String(run) }, other)).status).toBe(404);
    for (const form of [
      {},
      { intent: 'else' },
      { intent: 'put-back' },
      { intent: 'put-back', run: 'x' },
    ] as Record<string, string>[])
      expect((await send(FIRST, form)).status).toBe(400);
    expect(await answered(FIRST, { intent: 'put-back', run: String(run + 1) })).toEqual({
      result: 'not-possible',
    });
    expect(await answered(FIRST, { intent: 'again' })).toEqual({ result: 'not-possible' });
    expect(await holds()).toEqual([]);
  });

  it('then it says in one word why it cannot be undone', async () => {
    const barrier = async (statement: string) => {
      await set(statement);
      return (await putBackOf(FIRST)).barrier;
    };
    const change = (what: string) => `update write_runs set ${what} where id = ${run}`;
    expect(await barrier(change(`started_at = now() - interval '31 days'`))).toBe('old');
    expect(await barrier(change(`started_at = now(), generation = generation - 1`))).toBe('former-install');
    expect(await barrier(change(`generation = generation + 1, kind = 'undo'`))).toBe('undone');
    expect(await barrier(change(`kind = 'full', state = 'sending'`))).toBe('busy');
    expect(await barrier(change(`state = 'done'`))).toBeUndefined();
    expect(await barrier(`update settings set write_back = 'removing'`)).toBe('busy');
    await set(`update settings set write_back = 'on'`);
    expect(await barrier('update writes set before = null')).toBe('unknown');
    expect(await barrier(`update writes set before = ''`)).toBeUndefined();
    expect(await barrier(change(`plan = jsonb_set(plan, '{cleanUp}', 'true')`))).toBe('removed');
    expect(await barrier(change(`plan = jsonb_set(plan, '{cleanUp}', 'false')`))).toBeUndefined();
  });

  it('when it is confirmed twice, then it is wished once by whoever did; the journal names the customer, and letting go ends it', async () => {
    for (let click = 0; click < 2; click += 1)
      expect(await answered(FIRST, { intent: 'put-back', run: String(run) })).toEqual({ result: 'asked' });
    expect(await holds()).toMatchObject([{ customer_id: FIRST, back_to: run, asked: true, held_by: 1001 }]);
    expect(await putBackOf(FIRST)).toMatchObject({ at: 'held', under: true });
    const journal = await pages.askAs(shop.domain, `/app/writes?shop=${shop.domain}`);
    expect(await journal.text()).toContain('1 customer is not written, since somebody took back what was.');
    expect(await answered(FIRST, { intent: 'write' })).toEqual({ result: 'written-again' });
    expect(await answered(FIRST, { intent: 'write' })).toEqual({ result: 'written-again' });
    expect(await holds()).toEqual([]);
    expect((await set(`select id from pending where kind = 'write'`)).rows).toEqual([{ id: FIRST }]);
  });
});
