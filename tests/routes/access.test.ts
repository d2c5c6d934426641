import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directory } from '#app/db.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { testDatabase } from '#tests/support/database.ts';
import { builtPages, storeScores, type BuiltPages } from './built-pages.ts';

testDatabase();
let pages: BuiltPages;
let mine: string;
let other: string;

const PAGES = [
  '/app',
  '/app/at-risk',
  '/app/builder/new',
  '/app/customers',
  '/app/grid',
  '/app/moves',
  '/app/moves/people',
  '/app/preview',
  '/app/progress',
  '/app/settings',
  '/app/segments/at-risk',
  '/app/customers/5001',
  '/app/nowhere',
];

beforeAll(async () => {
  pages = await builtPages();
  [mine, other] = pages.shops;
  // Opening the app installs it.
  for (const shop of pages.shops) expect((await pages.askAs(shop, '/app/settings')).status).toBe(200);
  await storeScores((await directory.shopByDomain(mine))!.id, 1001, 60);
  await storeScores((await directory.shopByDomain(other))!.id, 5001, 60);
});
afterAll(async () => {
  await pages.close();
  await closeQueue(1);
});

describe('a page of the app', () => {
  it.each(PAGES)('given no session token, when %s is asked, then nothing of a shop is told', async (path) => {
    for (const ending of ['', `?shop=${mine}`, `?shop=${mine}&embedded=1&host=YWRtaW4&id_token=made-up`]) {
      const answer = await pages.ask(path + ending);
      expect([302, 401, 410]).toContain(answer.status);
      expect(await answer.text()).not.toMatch(/EUR|champions|5001|tagPrefix/);
    }
  });

  it.each(PAGES)('given no session token, when a form is sent to %s, then it is refused', async (path) => {
    const body = new URLSearchParams({ intent: 'write-back', answer: 'write' });
    const answer = await pages.ask(path, { method: 'POST', body });
    expect([302, 401, 405, 410]).toContain(answer.status);
  });

  it("given another shop's customer, when it is asked, then it is as unknown as one that never was", async () => {
    const data = (id: number) => `/app/customers/${id}?_data=routes%2Fapp.customers.%24customerId`;
    expect((await pages.askAs(other, data(5001))).status).toBe(200);
    const theirs = await pages.askAs(mine, data(5001));
    const nobody = await pages.askAs(mine, data(9_999_999));
    expect([theirs.status, nobody.status]).toEqual([404, 404]);
    expect(await theirs.text()).toBe(await nobody.text());
  });

  it("given a token of one shop, when the address names another, then the token's shop answers or nobody", async () => {
    const answer = await pages.askAs(mine, `/app/progress?shop=${other}`);
    const text = await answer.text();
    if (answer.status === 200) expect(JSON.parse(text).run.scored).toBe(60);
    expect(text).not.toContain('5001');
  });

  it('given a segment, a cell or an id that does not exist, then the answer is not found', async () => {
    const missing = [
      'segments/whales',
      'segments/r6f1',
      'segments/r0f1',
      'segments/f2r2',
      'segments/r1f1m1',
      'customers/abc',
      'customers/-1',
    ];
    for (const path of [...missing, 'customers/99999999999999999999', 'nowhere/at/all']) {
      expect([path, (await pages.askAs(mine, `/app/${path}`)).status]).toEqual([path, 404]);
    }
  });

  it('given a cell of each plane, then its address lists the customers who have both scores', async () => {
    for (const [name, first, second] of [
      ['r5f1', 'r', 'f'],
      ['r5m1', 'r', 'm'],
      ['f1m1', 'f', 'm'],
    ] as const) {
      const path = `/app/segments/${name}?_data=routes%2Fapp.segments.%24segment`;
      const [data = ''] = (await (await pages.askAs(mine, path)).text()).split('\n\n');
      const { members, total } = JSON.parse(data) as {
        members: Record<'r' | 'f' | 'm', number>[];
        total: { customers: number };
      };
      expect([name, members.length]).toEqual([name, total.customers]);
      expect(members.length).toBeGreaterThan(0);
      for (const member of members) {
        expect([member[first], member[second]]).toEqual([Number(name[1]), Number(name[3])]);
      }
    }
  });

  it('given the grid with any address, then it answers, and compares with no day there is no history of', async () => {
    const route = '_data=routes%2Fapp.grid';
    for (const query of [
      '',
      'plane=fm&measure=mean',
      'plane=%00&measure[]=1&compare=1e9',
      'compare=0001-01-01',
    ]) {
      const answer = await pages.askAs(mine, `/app/grid?${query}&${route}`);
      expect([query, answer.status]).toEqual([query, 200]);
      const { grid } = (await answer.json()) as {
        grid: { choice: { compare: number | null }; total: { customers: number }; cells: unknown[] };
      };
      expect([grid.choice.compare, grid.total.customers, grid.cells.length]).toEqual([null, 60, 25]);
    }
  });

  it('given members, when they are paged and sorted by the address, then each is listed once', async () => {
    const route = '_data=routes%2Fapp.segments.%24segment';
    const list = async (path: string) => {
      // The names are promised in the same answer, after the first line.
      const [first = ''] = (await (await pages.askAs(mine, path)).text()).split('\n\n');
      return JSON.parse(first) as { members: { customerId: number }[]; next: string | null; sort: string };
    };
    const page = await list(`/app/segments/champions?sort=frequency&${route}`);
    expect(page.sort).toBe('frequency');
    expect(new Set(page.members.map(({ customerId }) => customerId)).size).toBe(page.members.length);
    expect(page.members.length).toBeGreaterThan(0);
    expect((await list(`/app/segments/champions?sort=made-up&cursor=made-up&${route}`)).sort).toBe(
      'monetary',
    );
  });
});

describe('C1: an HTML document', () => {
  const framing = async (answer: Response) =>
    /frame-ancestors ([^;]*)/.exec(answer.headers.get('content-security-policy') ?? '')?.[1];

  it('given a shop, then only that shop and the admin may frame it, errors and login included', async () => {
    for (const shop of pages.shops) {
      for (const path of ['/app/settings', '/app/nowhere', '/app/customers/9999']) {
        expect(await framing(await pages.askAs(shop, `${path}?shop=${shop}`))).toBe(
          `https://${shop} https://admin.shopify.com`,
        );
      }
      const bounce = await pages.ask(`/auth/session-token?shop=${shop}`);
      expect(await framing(bounce)).toBe(`https://${shop} https://admin.shopify.com`);
    }
  });

  it('given the frame loaded again without the shop, then any admin may frame a page that finds it and tells nothing', async () => {
    const headers = { 'sec-fetch-dest': 'iframe' };
    const ways = [
      '',
      '?range=all',
      `?shop=${mine}`,
      '?host=YWRtaW4',
      '?shop=a.myshopify.com.evil.com&host=YWRtaW4',
    ];
    for (const path of PAGES.filter((page) => page !== '/app/progress')) {
      for (const way of ways) {
        const answer = await pages.ask(path + way, { headers });
        expect([path + way, answer.status]).toEqual([path + way, 200]);
        expect(await framing(answer)).toBe('https://*.myshopify.com https://admin.shopify.com');
        const body = await answer.text();
        expect(body).toContain('This page comes back by itself.');
        expect(body).toContain(`<meta name="shopify-api-key" content="${env('SHOPIFY_API_KEY')}"`);
        expect(body).not.toMatch(/EUR|champions|5001|tagPrefix|evil/);
      }
    }
  });

  it.each([
    ['/app/grid', 'document', 'GET'],
    ['/app/grid', 'empty', 'GET'],
    ['/app/settings', 'iframe', 'POST'],
    ['/auth/login', 'iframe', 'GET'],
    ['/apple', 'iframe', 'GET'],
  ])('given %s asked without a shop as %s by %s, then no admin may frame it', async (path, dest, method) => {
    const answer = await pages.ask(path, { method, headers: { 'sec-fetch-dest': dest } });
    if (answer.status === 302) expect(answer.headers.get('location')).toBe('/auth/login');
    else expect(await framing(answer)).toBe("'none'");
  });

  it.each([
    '',
    '?shop=a.myshopify.com.evil.com',
    '?shop=evil.com/a.myshopify.com',
    '?shop=a.myshopify.com%00',
    '?shop=A.MYSHOPIFY.COM',
    '?shop=a.myshopify.com%3B%20script-src%20*',
  ])('given no valid shop (%s), then nobody may frame it', async (query) => {
    for (const path of ['/', '/auth/login', '/nowhere']) {
      const answer = await pages.ask(path === '/' && query !== '' ? '/nowhere' + query : path + query);
      if (answer.status < 300 || answer.status >= 400) expect(await framing(answer)).toBe("'none'");
    }
  });

  it('given any page, then it is not cached, not sniffed and sends no referrer', async () => {
    const answer = await pages.askAs(mine, `/app/settings?shop=${mine}`);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    expect(answer.headers.get('content-security-policy')).toMatch(/script-src 'self' 'nonce-[^']+' https:/);
    const body = await answer.text();
    expect(body).toMatch(
      /<head>(<meta[^>]*>)*<script src="https:\/\/cdn.shopify.com\/shopifycloud\/app-bridge.js">/,
    );
    expect(body).not.toContain(env('SHOPIFY_API_SECRET'));
  });
});

const env = (name: string): string => process.env[name] ?? '';
