import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directory, sqlInShop, type ShopRow } from '#app/db.server.ts';
import { applyInbox } from '#app/jobs/apply-inbox.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { runJob } from '#app/jobs/run-job.server.ts';
import { JOBS } from '#app/jobs/workers.server.ts';
import { addCampaign } from '#app/models/campaigns.server.ts';
import { addSegment } from '#app/models/saved-segments.server.ts';
import { createWriteRun, type StoredPlan } from '#app/models/write-runs.server.ts';
import { createPlanTotals } from '#app/rfm/write-cost.ts';
import { planOf } from '#tests/campaigns/plans.ts';
import { builtPages, storeScores, type BuiltPages } from '#tests/routes/built-pages.ts';
import { testDatabase } from '#tests/support/database.ts';

const databaseUrl = testDatabase();
let pages: BuiltPages;
let database: Client;
let mine: ShopRow;
let other: ShopRow;

beforeAll(async () => {
  pages = await builtPages();
  database = new Client(databaseUrl);
  await database.connect();
  const [first, second] = pages.shops;
  // Somebody works in the other shop only.
  for (const [shop, user] of [
    [first, 1001],
    [second, 1001],
    [second, 1002],
  ] as const)
    expect((await pages.askAs(shop, '/app/progress', {}, user)).status).toBe(200);
  mine = (await directory.shopByDomain(first))!;
  other = (await directory.shopByDomain(second))!;
  await storeScores(mine.id, 1001, 60);
  await storeScores(other.id, 5001, 60);
  await createWriteRun(other.id, other.generation, PLAN);
  await database.query('update write_runs set id = 76543210');
  await addSegment(other.id, 1001, 'Theirs', { match: 'all', parts: [] });
  await database.query('update saved_segments set id = 76543211');
  await addCampaign(other.id, 1001, { name: 'Theirs', plan: planOf(), operation: 'theirs' });
  for (const [table, id] of [
    ['campaigns', 'id'],
    ['campaign_versions', 'campaign_id'],
    ['campaign_events', 'campaign_id'],
  ])
    await database.query(`update ${table} set ${id} = 76543212`);
  await database.query(`update shops set currency = case shop_id when ${mine.id} then 'EUR' else 'JPY' end`);
});
afterAll(async () => {
  await database.end();
  await pages.close();
  await closeQueue(1);
});

/** The plan of a write-back that has nothing to do. */
const PLAN: StoredPlan = {
  ...createPlanTotals().finish(),
  seconds: 0,
  transport: { direct: [], bulk: {}, seconds: 0 },
  cleanUp: false,
  problem: null,
};

/** Parameters of addresses: an id of the other shop and one of nobody, or null for what is no id. */
const PARAMETERS: Record<string, { theirs: string; nobodys: string } | null> = {
  customerId: { theirs: '5001', nobodys: '987654321' },
  segment: null,
  state: null,
  segmentId: { theirs: '76543211', nobodys: '987654321' },
  campaignId: { theirs: '76543212', nobodys: '987654321' },
  runId: { theirs: '76543210', nobodys: '987654321' },
  token: null,
  '*': null,
};

/** Everything stored of a shop, as text. */
async function stored(shopId: number): Promise<string> {
  const { rows: tables } = await database.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'shop_id'
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1`,
  );
  const all = [];
  for (const { name } of tables) {
    const { rows } = await database.query(`select t.* from ${name} t where shop_id = $1 order by t::text`, [
      shopId,
    ]);
    all.push([name, rows]);
  }
  return JSON.stringify(all);
}

describe('(c) an id of another shop is as unknown as one of nobody', () => {
  it('given the routes, then every parameter of an address is in the table above', () => {
    const found = Object.values(pages.routes).flatMap((route) => [
      ...(route?.path ?? '').matchAll(/:(\w+)|(\*)/g),
    ]);
    expect(new Set(found.map(([, name, star]) => name ?? star))).toEqual(new Set(Object.keys(PARAMETERS)));
  });

  it('given each of them, when it is asked for as a page and as data, then nothing tells them apart', async () => {
    for (const [id, route] of Object.entries(pages.routes)) {
      const name = /:(\w+)/.exec(route?.path ?? '')?.[1];
      const ids = name === undefined ? null : PARAMETERS[name];
      if (!ids || route === undefined) continue;
      const path = `/${(route.path ?? '').replace(/^\/?(app\/)?/, 'app/')}`;
      const ask = async (value: string) => {
        const at = path.replace(`:${name}`, value);
        const seen = [await pages.askAs(mine.domain, `${at}?_data=${encodeURIComponent(id)}`)];
        seen.push(await pages.askAs(mine.domain, `${at}?shop=${mine.domain}`));
        seen.push(
          await pages.askAs(mine.domain, `${at}?_data=${encodeURIComponent(id)}`, { method: 'POST' }),
        );
        return Promise.all(
          seen.map(async (answer) => [
            answer.status,
            // A page tells its own address and has a nonce of its own.
            (await answer.text())
              .replaceAll(value, 'ID')
              .replaceAll(/nonce(="|&quot;:&quot;|":")[^"&]+/g, 'nonce'),
          ]),
        );
      };
      const theirs = await ask(ids.theirs);
      expect(theirs).toEqual(await ask(ids.nobodys));
      // What takes no forms says so; what does knows nothing of the id.
      expect(theirs.map(([status]) => status)).toEqual([
        404,
        404,
        route.module.action === undefined ? 405 : 404,
      ]);
    }
  });

  it('given a place in the list of another shop, then only own customers are listed from there', async () => {
    for (const cursor of ['after_1010_5010', 'before_1010_5010', 'after_99999999_9999999']) {
      const path = `/app/segments/champions?cursor=${cursor}&_data=${encodeURIComponent('routes/app.segments.$segment')}`;
      const text = await (await pages.askAs(mine.domain, path)).text();
      const { members } = JSON.parse(text.split('\n\n')[0] ?? '') as { members: { customerId: number }[] };
      for (const { customerId } of members) expect(customerId).toBeLessThan(5000);
    }
  });

  it('given the at-risk list, then no place in it shows customers of another shop, and what is noted about them is not to be changed', async () => {
    const route = 'routes/app.at-risk';
    const send = (form: Record<string, string>) => pages.send(mine.domain, '/app/at-risk', route, form);
    const said = async (customers: string) =>
      (await send({ what: 'note', value: 'canary of mine', customers })).text();
    const before = await stored(other.id);
    expect((await said('5001:0')).replaceAll('5001', 'ID')).toBe(
      (await said('987654321:0')).replaceAll('987654321', 'ID'),
    );
    // Somebody of the other shop only is nobody here.
    const assigned = (value: string) => send({ what: 'assigned', value, customers: '1001:0' });
    const [theirs, nobodys] = [await assigned('1002'), await assigned('424242')];
    expect([theirs.status, await theirs.text()]).toEqual([404, await nobodys.text()]);
    expect(await stored(other.id)).toBe(before);
    for (const cursor of ['', 'after_99999999_9999999', 'before_0_0', 'after_1010_5010']) {
      const path = `/app/at-risk?cursor=${cursor}&_data=${encodeURIComponent(route)}`;
      const text = await (await pages.askAs(mine.domain, path)).text();
      const { list } = JSON.parse(text.split('\n\n')[0] ?? '') as {
        list: { people: number[]; customers: { customerId: number }[] };
      };
      expect(list.people).toEqual([1001]);
      for (const { customerId } of list.customers) expect(customerId).toBeLessThan(5000);
    }
    expect(
      (
        await (await pages.askAs(mine.domain, `/app/at-risk?_data=${encodeURIComponent(route)}`)).text()
      ).match(/"customerId"/g)?.length,
    ).toBeGreaterThan(0);
  });

  it('given somebody who works in the other shop only, when their role is changed from here, then nobody has that id', async () => {
    const change = (userId: string) =>
      pages.send(mine.domain, '/app/settings', 'routes/app.settings', {
        intent: 'change-role',
        userId,
        role: 'manager',
      });
    const [theirs, nobodys] = [await change('1002'), await change('424242')];
    expect([theirs.status, await theirs.text()]).toEqual([404, await nobodys.text()]);
  });
});

describe('(d) work for one shop cannot reach another', () => {
  it.each(JOBS.map((job) => [job.name, job] as const))(
    'given %s, when its payload carries more than the shop and the install, then the rest is dropped',
    (_, job) => {
      const payload = { shopId: 7, generation: 1 };
      const stuffed = {
        ...payload,
        customerId: 5001,
        orderIds: [1],
        shop: other.domain,
        domain: other.domain,
      };
      expect(job.payload.parse(stuffed)).toEqual(payload);
      for (const bad of [{}, { shopId: '7', generation: 1 }, { shopId: -1, generation: 1 }, null, [payload]])
        expect(() => job.payload.parse(bad)).toThrow();
    },
  );

  it.each([
    'customers/update',
    'customers/delete',
    'customers/redact',
    'customers/merge',
    'orders/updated',
    'orders/delete',
  ])(
    'given a %s that names what is another shop’s, when it is handled, then nothing of that shop changes',
    async (topic) => {
      await database.query('delete from inbox');
      const before = await stored(other.id);
      await database.query(
        `insert into inbox (shop_id, webhook_id, topic, resource_id, detail) values ($1, $2, $3, 5001, $4)`,
        [mine.id, `forged-${topic}`, topic, { customerId: 5002, orderIds: [5001], into: 5003 }],
      );
      const payload = { shopId: mine.id, generation: mine.generation };
      await runJob(applyInbox, payload, AbortSignal.timeout(20_000)).catch(() => undefined);
      expect(await stored(other.id)).toBe(before);
    },
  );

  it('given the shop of one and the install of another, then the work is dropped', async () => {
    const before = await stored(other.id);
    await runJob(
      applyInbox,
      { shopId: other.id, generation: other.generation + 1 },
      AbortSignal.timeout(5_000),
    );
    expect(await stored(other.id)).toBe(before);
  });
});

describe('(f) a file for a customer', () => {
  const take = async (shop: ShopRow, request: string) => {
    const form = { intent: 'download', request };
    const answer = await pages.send(shop.domain, '/app/privacy', 'routes/app.privacy', form);
    return [answer.status, await answer.text()];
  };

  it('given a request of the other shop, then its file is as unknown here as one that never was, and untouched', async () => {
    const { rows } = await database.query<{ id: string }>(
      `insert into data_requests (shop_id, webhook_id, customer_id, order_ids, made_at, file)
       values ($1, 'asked', 5001, '{}', now(), '{"about":"canary"}') returning id`,
      [other.id],
    );
    const id = rows[0]!.id;
    const before = await stored(other.id);
    expect(await take(mine, id)).toEqual(await take(mine, '987654'));
    expect(await stored(other.id)).toBe(before);
    expect((await take(other, id))[1]).toContain('canary');
  });

  it('given the list of requests and the log of the other shop, then no place in it shows anything here', async () => {
    const text = await (
      await pages.askAs(mine.domain, '/app/privacy?before=99999&_data=routes%2Fapp.privacy')
    ).text();
    expect(text).not.toMatch(/5001|canary/);
  });
});

describe('(e) two shops at the same time', () => {
  it('given 10,000 mixed requests and reads in parallel, then none of them holds anything of the other shop', async () => {
    const data = (path: string, route: string) => `${path}?_data=${encodeURIComponent(route)}`;
    const frame = data('/app', 'routes/app');
    const customer = data('/app/customers/1001', 'routes/app.customers.$customerId');
    let wrong = 0;
    const ask = async (shop: ShopRow, n: number) => {
      const answer = await pages.askAs(shop.domain, n % 40 === 7 ? customer : frame);
      const text = await answer.text();
      const [own, foreign] = shop === mine ? ['EUR', 'JPY'] : ['JPY', 'EUR'];
      const right = n % 40 === 7 && shop !== mine ? answer.status === 404 : answer.status === 200;
      if (!right || text.includes(foreign) || (n % 40 !== 7 && !text.includes(own))) wrong += 1;
    };
    const read = async (shop: ShopRow) => {
      const ids = await sqlInShop(shop.id, async (client) => {
        const { rows } = await client.query<{ id: number }>('select customer_id as id from scores limit 3');
        return rows.map(({ id }) => id);
      });
      if (ids.length !== 3 || ids.some((id) => id < 5000 !== (shop === mine))) wrong += 1;
    };
    let next = 0;
    const worker = async () => {
      for (let n = next++; n < 10_000; n = next++) {
        const shop = n % 2 === 0 ? mine : other;
        await (n % 20 < 2 ? ask(shop, Math.floor(n / 20)) : read(shop));
      }
    };
    await Promise.all(Array.from({ length: 16 }, worker));
    expect(wrong).toBe(0);
  }, 60_000);
});
