import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directory, sqlInShop } from '#app/db.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { savedSegment } from '#app/models/saved-segments.server.ts';
import type { Tree } from '#app/rfm/conditions.ts';
import { loggedAccess } from '#tests/support/access-log.ts';
import { testDatabase } from '#tests/support/database.ts';
import { builtPages, storeScores, type BuiltPages } from './built-pages.ts';

testDatabase();
const [MANAGER, STAFF] = [1002, 1003];
const LIST = 'routes/app.customers._index';
const BUILDER = 'routes/app.builder.$segmentId';
let pages: BuiltPages;
let shop: string;
let other: string;
let shopId: number;

const twice: Tree = { match: 'all', parts: [{ what: 'orders', from: 2, to: null }] };
const text = (tree: unknown) => JSON.stringify(tree);

beforeAll(async () => {
  pages = await builtPages();
  [shop, other] = pages.shops;
  for (const user of [MANAGER, STAFF])
    expect((await pages.askAs(shop, '/app/progress', {}, user)).status).toBe(200);
  expect((await pages.askAs(other, '/app/progress')).status).toBe(200);
  shopId = (await directory.shopByDomain(shop))!.id;
});
afterAll(async () => {
  await pages.close();
  await closeQueue(1);
});

type Listed = {
  list: null | {
    page: { members: { customerId: number; frequency: number }[]; next: string | null };
    total: { customers: number };
    view: { id: number; name: string } | null;
    views: { id: number; name: string }[];
    question: string | null;
    gathers: boolean;
  };
};
const ask = (path: string, route: string, user = STAFF) =>
  pages.askAs(shop, `${path}${path.includes('?') ? '&' : '?'}_data=${encodeURIComponent(route)}`, {}, user);
const list = async (search = '') => {
  const answer = await ask(`/app/customers?index${search}`, LIST);
  return (JSON.parse((await answer.text()).split('\n\n')[0] ?? '') as Listed).list;
};
const send = async (path: string, route: string | null, form: Record<string, string>, user = MANAGER) =>
  pages.askAs(
    shop,
    route === null ? path : `${path}?_data=${encodeURIComponent(route)}`,
    { method: 'POST', body: new URLSearchParams(form) },
    user,
  );
const save = async (id: string, form: Record<string, string>) =>
  (await send(`/app/builder/${id}`, BUILDER, { intent: 'save', ...form })).json() as Promise<{
    result: string;
    id: number;
  }>;

describe('the list of customers', () => {
  it('given no scores yet, then list, builder and count say so', async () => {
    expect(await list()).toBeNull();
    expect(await (await ask('/app/builder/new', BUILDER)).json()).toMatchObject({ scored: false });
    expect((await send('/app/builder/count', null, { where: text(twice) })).status).toBe(404);
  });

  it('given scores, then everybody is listed, a question makes it fewer, and pages go on', async () => {
    await storeScores(shopId, 1001, 120);
    expect(await list()).toMatchObject({ total: { customers: 120 }, question: null, view: null });
    const found = (await list(`&where=${encodeURIComponent(text(twice))}&sort=frequency`))!;
    expect(found.total.customers).toBe(90);
    expect(found.page.members).toHaveLength(50);
    expect(found.page.members[0]!.frequency).toBe(4);
    const next = (await list(
      `&where=${encodeURIComponent(text(twice))}&sort=frequency&cursor=${found.page.next}`,
    ))!;
    expect(next.page.members).toHaveLength(40);
    const filtered = (await list('&segment=champions&tier=high&reach=any'))!;
    expect(filtered.total.customers).toBe(0);
    expect(JSON.parse(filtered.question ?? '')).toMatchObject({ match: 'all' });
    expect((await list('&ids=1001,1005,77,drop'))!.total.customers).toBe(2);
  });

  it('given an address that is made up, then it is refused or not heard', async () => {
    expect((await ask('/app/customers?index&where=%7B', LIST)).status).toBe(400);
    expect((await ask('/app/customers?index&view=987654', LIST)).status).toBe(404);
    expect((await list('&segment=;drop&tier=x&reach=y&view=z&cursor=%00'))!.total.customers).toBe(120);
  });

  it('given a question about orders that nobody gathered yet, then the page says that, and the worker is asked', async () => {
    const channel: Tree = { match: 'all', parts: [{ what: 'channel', is: ['online-store'], not: false }] };
    expect((await list(`&where=${encodeURIComponent(text(channel))}`))!.gathers).toBe(true);
    const answer = await send('/app/builder/count', null, { where: text(channel) }, STAFF);
    expect(await answer.json()).toMatchObject({ count: { customers: 0, gathers: true } });
  });
});

describe('a search', () => {
  const find = async (words: string) =>
    (await send('/app/customers/find', null, { words }, STAFF)).json() as Promise<unknown>;
  it('given a customer’s number, then that customer is found without asking Shopify', async () => {
    const before = pages.calls().length;
    expect(await find(' 1007 ')).toEqual({ at: 'found', ids: [1007], more: false });
    expect(pages.calls()).toHaveLength(before);
  });

  it('given other words, then Shopify is asked; nothing of them is stored, and no words are refused', async () => {
    expect(await find('mara')).toEqual({ at: 'found', ids: [], more: false });
    expect((await send('/app/customers/find', null, { words: ' ' }, STAFF)).status).toBe(400);
    expect((await send('/app/customers/find', null, { words: 'x'.repeat(101) }, STAFF)).status).toBe(400);
  });
});

describe('a segment of the merchant’s own', () => {
  it('given conditions, then staff may count and see what the customers are like', async () => {
    const count = async (what: string) =>
      (await send('/app/builder/count', null, { where: text(twice), what }, STAFF)).json();
    expect(await count('count')).toEqual({
      count: { customers: 90, asOf: 20_000, of: 120, gathers: false },
    });
    expect(await count('profile')).toMatchObject({ profile: { customers: 90, reach: { unknown: 90 } } });
    expect((await send('/app/builder/count', null, { where: '{}' }, STAFF)).status).toBe(400);
  });

  it('given a manager saves it, then it is listed, and its list is that of its question', async () => {
    expect((await send('/app/builder/new', BUILDER, { intent: 'save' }, STAFF)).status).toBe(403);
    const { result, id } = await save('new', { name: ' Came <b>back</b> ', where: text(twice) });
    expect(result).toBe('saved');
    expect(await savedSegment(shopId, id)).toMatchObject({
      version: 1,
      name: 'Came <b>back</b>',
      tree: twice,
      changedBy: MANAGER,
    });
    expect(await list(`&view=${id}`)).toMatchObject({
      total: { customers: 90 },
      view: { id, name: 'Came <b>back</b>' },
      views: [{ id, name: 'Came <b>back</b>' }],
    });
    const shown = await (await ask(`/app/builder/${id}`, BUILDER)).json();
    expect(shown).toMatchObject({ tree: twice, segment: { version: 1 }, shop: { currency: 'EUR' } });
  });

  it('given two who save the same version, then the second one hears of it, and a wrong form changes nothing', async () => {
    const { id } = await save('new', { name: 'A', where: text(twice) });
    const at = String(id);
    expect(await save(at, { version: '1', name: 'B', where: text(twice) })).toEqual({ result: 'saved', id });
    expect(await save(at, { version: '1', name: 'C', where: text(twice) })).toEqual({
      result: 'changed-elsewhere',
    });
    expect(
      await save(at, { version: '2', name: ' ', where: '{"match":"all","parts":[{"what":"r"}]}' }),
    ).toEqual({
      result: 'invalid',
      name: true,
      problems: [{ at: [0], problem: 'no-end' }],
    });
    for (const form of [
      {},
      { intent: 'erase' },
      { intent: 'save', version: 'x', name: 'D', where: text(twice) },
    ])
      expect((await send(`/app/builder/${at}`, BUILDER, form as Record<string, string>)).status).toBe(400);
    expect(await savedSegment(shopId, id)).toMatchObject({ name: 'B', version: 2 });
    const remove = (version: string) => send(`/app/builder/${at}`, BUILDER, { intent: 'delete', version });
    expect(await (await remove('1')).json()).toEqual({ result: 'changed-elsewhere' });
    expect(await (await remove('2')).json()).toEqual({ result: 'deleted' });
    // Whoever saves it now hears of it on the page where everything still stands.
    const late = await send(`/app/builder/${at}`, BUILDER, {
      intent: 'save',
      version: '2',
      name: 'D',
      where: text(twice),
    });
    expect([late.status, await late.json()]).toEqual([404, { result: 'gone' }]);
  });

  it('given the other shop, then it sees none of them', async () => {
    const answer = await pages.askAs(other, `/app/builder/1?_data=${encodeURIComponent(BUILDER)}`);
    expect(answer.status).toBe(404);
  });
});

describe('the values that conditions can ask for', () => {
  const values = async (search: string) => {
    const answer = await pages.askAs(shop, `/app/builder/values?${search}`, {}, STAFF);
    return answer.status === 200 ? ((await answer.json()) as { values: unknown[] }).values : answer.status;
  };
  it('given products and tags, then those that fit are offered, those that begin with the text first', async () => {
    await sqlInShop(shopId, async (client) => {
      await client.query(
        `insert into products (shop_id, id, title, type, vendor) values
           ($1, 5, 'Green tea', 'Tea', null), ($1, 6, 'Teapot', ' ', 'Clay'), ($1, 7, '50% off_', 'Mug', 'Clay')`,
        [shopId],
      );
      await client.query(
        `insert into customers (shop_id, id, created_at, updated_at, company_ids, tags)
         values ($1, 1001, now(), now(), '{}', '{vip,news}')`,
        [shopId],
      );
    });
    expect(await values('what=product&text=tea')).toEqual([
      { value: '6', label: 'Teapot' },
      { value: '5', label: 'Green tea' },
    ]);
    expect(await values('what=product&text=%25')).toEqual([{ value: '7', label: '50% off_' }]);
    expect(await values('what=type')).toEqual([
      { value: 'Mug', label: 'Mug' },
      { value: 'Tea', label: 'Tea' },
    ]);
    expect(await values('what=vendor&text=cl')).toEqual([{ value: 'Clay', label: 'Clay' }]);
    expect(await values('what=tag')).toEqual([
      { value: 'news', label: 'news' },
      { value: 'vip', label: 'vip' },
    ]);
  });

  it('given what has no values of the shop, then it is refused', async () => {
    for (const search of ['', 'what=tier', 'what=constructor', `what=tag&text=${'x'.repeat(256)}`])
      expect([search, await values(search)]).toEqual([search, 400]);
  });
});

describe('the file of a list', () => {
  const file = (search: string, user = MANAGER) =>
    pages.askAs(shop, `/app/customers/export?${search}`, {}, user);
  it('given a list, then a manager gets everybody in it, and the log says who was taken out', async () => {
    const before = (await loggedAccess(shopId)).length;
    const answer = await file(`where=${encodeURIComponent(text(twice))}&as=csv`);
    expect(answer.headers.get('content-disposition')).toContain('rekindle-customers-2024-10-04.csv');
    const rows = (await answer.text()).trimEnd().split('\r\n').slice(1);
    expect(rows).toHaveLength(90);
    const log = await loggedAccess(shopId);
    expect(log).toHaveLength(before + 1);
    expect(log[0]).toMatchObject({ userId: MANAGER, what: 'export' });
    expect(log[0]!.customerIds).toHaveLength(90);
    const told = (await (await file('ids=1001,1002&as=json')).json()) as { customers: unknown[] };
    expect(told.customers).toHaveLength(2);
  });

  it('given staff, or a segment that is none, then there is no file', async () => {
    expect((await file('as=csv', STAFF)).status).toBe(403);
    expect((await file('view=424242')).status).toBe(404);
  });
});
