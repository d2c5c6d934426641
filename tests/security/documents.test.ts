import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { env } from '#app/env.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { builtPages, type BuiltPages } from '#tests/routes/built-pages.ts';
import { testDatabase } from '#tests/support/database.ts';
import { ELSEWHERE, NO_SHOPS } from './redirect-vectors.ts';
import { ROUTE_ROLES } from './route-roles.ts';

testDatabase();
let pages: BuiltPages;
beforeAll(async () => {
  pages = await builtPages();
  for (const shop of pages.shops) expect((await pages.askAs(shop, '/app/progress')).status).toBe(200);
});
afterAll(async () => {
  await pages.close();
  await closeQueue(1);
});

const PATHS = [...new Set(Object.values(ROUTE_ROLES).map(({ path }) => path))];
const FAILING = [
  '/app/customers/abc',
  '/app/segments/whales',
  '/app/no/such/page',
  '/auth/exit-iframe?exitIframe=//evil',
];
const isDocument = (answer: Response) => answer.headers.get('content-type')?.startsWith('text/html') === true;
const framing = (answer: Response) =>
  /^frame-ancestors ([^;]*)/.exec(answer.headers.get('content-security-policy') ?? '')?.[1];
const named = (path: string, shop: string) =>
  `${path}${path.includes('?') ? '&' : '?'}shop=${encodeURIComponent(shop)}`;

describe('C1: who may put a page of the app into a frame', () => {
  it.each([...PATHS, ...FAILING])(
    'given %s, then each shop may frame its own and nobody else',
    async (path) => {
      for (const shop of pages.shops) {
        for (const answer of [
          await pages.askAs(shop, named(path, shop)),
          await pages.ask(named(path, shop)),
        ]) {
          if (!isDocument(answer)) continue;
          expect([path, framing(answer)]).toEqual([path, `https://${shop} https://admin.shopify.com`]);
        }
      }
    },
  );

  it.each(NO_SHOPS)('given the shop %j, then nobody may frame any document', async (shop) => {
    const answers = [
      await pages.ask(named('/nowhere', shop)),
      await pages.ask(named('/auth/session-token', shop)),
      await pages.askAs(pages.shops[0], named('/app/no/such', shop)),
    ];
    // The library answers a shop that fits into no header without a document.
    const documents = answers.filter(isDocument);
    expect(documents.length).toBeGreaterThanOrEqual(2);
    expect(new Set(documents.map(framing))).toEqual(new Set(["'none'"]));
  });

  it('given a staff member who is refused, then the refusal is framed like the page', async () => {
    const [shop] = pages.shops;
    const answer = await pages.askAs(shop, named('/app/preview', shop), {}, 1003);
    expect([answer.status, framing(answer)]).toEqual([403, `https://${shop} https://admin.shopify.com`]);
  });
});

describe('C2: no address of the app leads elsewhere', () => {
  const own = new URL(env.SHOPIFY_APP_URL).origin;
  const trusted = (location: string | null) => {
    if (location === null) return true;
    const to = new URL(location, env.SHOPIFY_APP_URL);
    const raw = /^\/(?![/\\])/.test(location) || location.startsWith(`${own}/`);
    const toShopify = /^https:\/\/(admin\.shopify\.com|[a-z0-9-]+\.myshopify\.com)\/(admin\/)?/.test(
      location,
    );
    return (to.origin === own && raw) || toShopify;
  };

  it.each(ELSEWHERE)('%j', async (address) => {
    const given = encodeURIComponent(address);
    const shop = pages.shops[0];
    const host = Buffer.from(address).toString('base64url');
    const asked = [
      `/?shop=${given}`,
      `/auth/login?shop=${given}`,
      `/auth/exit-iframe?shop=${shop}&exitIframe=${given}`,
      `/auth/session-token?shop=${shop}&shopify-reload=${given}`,
      `/app?shop=${shop}&host=${host}`,
      `/app?shop=${shop}&host=${host}&embedded=1`,
      `/app?shop=${given}&host=${host}&embedded=1&id_token=x`,
    ];
    for (const path of asked) {
      const answer = await pages.ask(path, { redirect: 'manual' });
      expect([path, answer.headers.get('location'), trusted(answer.headers.get('location'))]).toContain(true);
      const body = await answer.text();
      // The one page that sends a browser on by itself.
      const opened = /window\.open\("([^"]*)"/.exec(body)?.[1];
      expect([path, opened, trusted(opened ?? null)]).toContain(true);
      expect(body).not.toMatch(/<script>alert|<svg onload/);
    }
  });

  it('and no redirect of ours takes its path from a request', () => {
    const folder = join(import.meta.dirname, '../../app');
    const sources = (readdirSync(folder, { recursive: true }) as string[]).filter((file) =>
      /\.tsx?$/.test(file),
    );
    const redirects = sources.flatMap((file) =>
      [...readFileSync(join(folder, file), 'utf8').matchAll(/\bredirect(?:Document)?\(([^)]*)/g)].map(
        (found) => found[1],
      ),
    );
    for (const target of redirects) expect(target).toMatch(/^[`']\/[a-z]/);
  });
});
