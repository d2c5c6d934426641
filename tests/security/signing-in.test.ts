import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directory } from '#app/db.server.ts';
import { env } from '#app/env.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { markUninstalled } from '#app/models/shops.server.ts';
import { loggedAccess } from '#tests/support/access-log.ts';
import { signSessionToken } from '#tests/fake-shopify/session-token.ts';
import { addCustomer } from '#tests/fake-shopify/store-customers.ts';
import { builtPages, storeScores, type BuiltPages } from '#tests/routes/built-pages.ts';
import { testDatabase } from '#tests/support/database.ts';

const databaseUrl = testDatabase();
let pages: BuiltPages;
let database: Client;
let shop: string;
let shopId: number;
beforeAll(async () => {
  pages = await builtPages();
  [shop] = pages.shops;
  database = new Client(databaseUrl);
  await database.connect();
  expect((await pages.askAs(shop, '/app/progress')).status).toBe(200);
  shopId = (await directory.shopByDomain(shop))!.id;
});
afterAll(async () => {
  await database.end();
  await pages.close();
  await closeQueue(1);
});

const exchanges = () =>
  pages.calls().filter((call) => call.kind === 'token' && call.op === 'token-exchange').length;
const sessions = async () => {
  const { rows } = await database.query('select * from sessions where shop_id = $1 order by id', [shopId]);
  return rows as { id: string; access_token: string | null; user_id: string | null }[];
};

describe('C4: who is signed in', () => {
  it('given several people, then each has a session of their own beside the shop’s, and no name is stored', async () => {
    const before = exchanges();
    expect((await pages.askAs(shop, '/app/progress', {}, 1002)).status).toBe(200);
    // The shop's token and the person's.
    expect(exchanges()).toBe(before + 2);
    const rows = await sessions();
    expect(rows.map(({ user_id }) => user_id)).toEqual([null, '1001', '1002']);
    expect(JSON.stringify(rows)).not.toMatch(/Olive|Mara|@example|shp[a-z]+_/);
    await pages.askAs(shop, '/app/progress', {}, 1002);
    expect(exchanges()).toBe(before + 2);
  });

  it('given somebody who does not work in the shop, then the token is worth nothing', async () => {
    expect((await pages.askAs(shop, '/app/progress', {}, 4711)).status).toBe(401);
    expect(await sessions()).toHaveLength(3);
  });

  it.each([
    ['died', 'access_token = null, refresh_token = null'],
    ['ran out', `expires = now() - interval '1 minute'`],
  ])(
    'given that the shop’s token %s, when somebody who is signed in looks again, then it is new',
    async (_, change) => {
      await database.query(`update sessions set ${change} where shop_id = ${shopId} and not is_online`);
      const before = exchanges();
      expect((await pages.askAs(shop, '/app/progress', {}, 1002)).status).toBe(200);
      expect(exchanges()).toBe(before + 2);
      const { rows } = await database.query(
        'select expires > now() as lives, access_token is not null as there from sessions where shop_id = $1 and not is_online',
        [shopId],
      );
      expect(rows).toEqual([{ lives: true, there: true }]);
    },
  );

  it('given that a person’s own session ran out, then it is exchanged again', async () => {
    await database.query(`update sessions set expires = now() where shop_id = ${shopId} and user_id = 1002`);
    const before = exchanges();
    expect((await pages.askAs(shop, '/app/progress', {}, 1002)).status).toBe(200);
    expect(exchanges()).toBe(before + 2);
  });
});

describe('C13: names of customers', () => {
  const log = () => loggedAccess(shopId);
  const page = (path: string, route: string) => `${path}?_data=${encodeURIComponent(route)}`;
  let ids: number[];
  beforeAll(async () => {
    const fake = pages.office(shop).shop;
    ids = Array.from(
      { length: 8 },
      () => addCustomer(fake, { createdAt: 0, firstName: 'Ann', lastName: 'Doe' }).id,
    );
    await storeScores(shopId, ids[0]!, 8);
  });

  it('given pages without any, then nothing is logged', async () => {
    for (const path of ['/app', '/app/grid', '/app/settings', '/app/progress']) await pages.askAs(shop, path);
    expect(await log()).toEqual([]);
  });

  it('given a customer or a list, when somebody looks, then the log says who saw whose before they are shown', async () => {
    const customer = page(`/app/customers/${ids[0]}`, 'routes/app.customers.$customerId');
    expect(await (await pages.askAs(shop, customer, {}, 1002)).text()).toContain('Ann Doe');
    expect(await log()).toEqual([{ userId: 1002, what: 'names', customerIds: [ids[0]] }]);
    const list = page('/app/segments/at-risk', 'routes/app.segments.$segment');
    const text = await (await pages.askAs(shop, list)).text();
    expect(text).toContain('Ann Doe');
    const [newest] = await log();
    expect(newest).toMatchObject({ userId: 1001, what: 'names' });
    for (const id of newest!.customerIds) expect(text).toContain(String(id));
  });

  it('given a log that cannot be written, then the page is shown without names', async () => {
    await database.query('alter table access_log rename to access_log_away');
    const customer = page(`/app/customers/${ids[0]}`, 'routes/app.customers.$customerId');
    const text = await (await pages.askAs(shop, customer)).text();
    await database.query('alter table access_log_away rename to access_log');
    expect(text).toContain(String(ids[0]));
    expect(text).not.toContain('Ann Doe');
  });
});

describe('C4: after an uninstall', () => {
  it('given a session token from before, when it is used again, then nobody is signed in and nothing is installed', async () => {
    const { SHOPIFY_API_KEY: apiKey, SHOPIFY_API_SECRET: apiSecret } = env;
    const old = signSessionToken({ apiKey, apiSecret, shop, userId: 1001, at: Date.now() - 10_000 });
    pages.office(shop).uninstall();
    await markUninstalled(shopId);
    const answer = await pages.ask('/app/progress', { headers: { authorization: `Bearer ${old}` } });
    expect(answer.status).toBe(401);
    expect((await directory.shopByDomain(shop))?.uninstalledAt).not.toBeNull();
    expect([await sessions(), pages.office(shop).installed]).toEqual([[], false]);
  });

  it('given a new install, then the first who opens it is the manager, whoever was one before', async () => {
    pages.office(shop).installed = true;
    expect((await pages.askAs(shop, '/app/preview?_data=routes%2Fapp.preview', {}, 1003)).status).toBe(200);
    expect((await pages.askAs(shop, '/app/preview?_data=routes%2Fapp.preview', {}, 1002)).status).toBe(403);
  });
});
