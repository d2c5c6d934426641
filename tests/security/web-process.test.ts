import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { env } from '#app/env.server.ts';
import { killAll, startProcess, type AppProcess } from '#tests/faults/app-process.ts';
import { freePort } from '#tests/fake-shopify/demo-children.ts';
import { signSessionToken } from '#tests/fake-shopify/session-token.ts';
import { startFakeShopify, type FakeShopify } from '#tests/fake-shopify/server.ts';
import { emptyShop } from '#tests/shopify/connected-shop.ts';
import { testDatabase } from '#tests/support/database.ts';

testDatabase();
const shop = emptyShop();
let shopify: FakeShopify;
let web: AppProcess;
let url: string;
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0';

beforeAll(async () => {
  const { SHOPIFY_API_KEY: apiKey, SHOPIFY_API_SECRET: apiSecret } = env;
  shopify = await startFakeShopify({ shops: [shop], apiKey, apiSecret });
  shopify.shop(shop.domain).installed = true;
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  web = startProcess('web', shopify.url, { PORT: String(port), LISTEN_ADDRESS: '127.0.0.1' });
  for (const end = performance.now() + 30_000; ; await sleep(50)) {
    if (
      await fetch(`${url}/healthcheck`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      break;
    if (performance.now() > end) throw new Error(`the web process does not answer:\n${web.said()}`);
  }
});
afterAll(async () => {
  await web.stop();
  killAll();
  await shopify.close();
});

const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(url + path, { method, redirect: 'manual', headers: { 'user-agent': BROWSER, ...headers } });
const signed = () => {
  const who = {
    apiKey: env.SHOPIFY_API_KEY,
    apiSecret: env.SHOPIFY_API_SECRET,
    shop: shop.domain,
    userId: 1001,
  };
  return { authorization: `Bearer ${signSessionToken(who)}` };
};

describe('C14: what every answer says', () => {
  it.each([
    ['a page', '/app/settings?shop=SHOP', true],
    ['the data of a page', '/app/settings?_data=routes%2Fapp.settings', true],
    ['data of its own', '/app/progress', true],
    ['a page that fails', '/app/customers/0', true],
    ['a page that is refused', '/app', false],
    ['a page that is not there', '/no/such/page', false],
    ['the login', '/auth/login', false],
    ['the bounce page', '/auth/session-token?shop=SHOP', false],
    ['a redirect', '/?shop=SHOP', false],
    ['the health', '/healthcheck', false],
  ])('%s: not to be sniffed, stored, framed by strangers or read by other sites', async (_, path, who) => {
    const { headers } = await ask(path.replace('SHOP', shop.domain), who ? signed() : {});
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'strict-transport-security': expect.stringMatching(/max-age=\d{8}/) as string,
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'content-security-policy': expect.stringMatching(/frame-ancestors /) as string,
    });
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('given a script of the app, then it may be kept, and no more than that', async () => {
    const path = /\/assets\/[^"']+\.js/.exec(await (await ask('/auth/login')).text())?.[0];
    const { status, headers } = await ask(path ?? '');
    expect([status, headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
  });

  it('given a page, then only our own scripts, those with its nonce and App Bridge may run, and no other origin is named', async () => {
    const answer = await ask(`/app/settings?shop=${shop.domain}`, signed());
    const [first, second] = [answer, await ask(`/app/settings?shop=${shop.domain}`, signed())].map(
      ({ headers }) =>
        /script-src 'self' 'nonce-([^']+)' https:\/\/cdn\.shopify\.com;/.exec(
          headers.get('content-security-policy') ?? '',
        )?.[1],
    );
    expect(first).toMatch(/^[\w+/=]{20,}$/);
    expect(second).not.toBe(first);
    const text = await answer.text();
    for (const [, attributes = ''] of text.matchAll(/<script(?![^>]*\bsrc=)([^>]*)>/g))
      expect(attributes).toContain(`nonce="${first}"`);
    const origins = [...text.matchAll(/(?:src|href)="(https?:\/\/[^/"]+)/g)].map((found) => found[1]);
    expect([...new Set(origins)].filter((origin) => origin !== 'https://cdn.shopify.com')).toEqual([]);
  });
});

describe('C10: one client that asks too often', () => {
  const from = (address: string) => ask('/no/such/page?_data=root', { 'x-forwarded-for': address });

  it('is told to wait and for how long; others, and the health of the process, are not touched', async () => {
    const flood = async (claimed: string) => {
      const answers = await Promise.all(Array.from({ length: 200 }, () => from(claimed)));
      return answers.filter(({ status }) => status === 429);
    };
    let refused = await flood('203.0.113.7');
    for (let n = 0; n < 30 && refused.length === 0; n += 1) refused = await flood('203.0.113.7');
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    // What a client claims before the address our proxy saw changes nothing.
    expect((await flood('198.51.100.1, 203.0.113.7')).length).toBeGreaterThan(0);
    expect((await from('203.0.113.8')).status).not.toBe(429);
    expect((await ask('/healthcheck', { 'x-forwarded-for': '203.0.113.7' })).status).toBe(200);
  });
});

describe('C15: production', () => {
  it.each([
    ['AS_OF_DAY', '2011-12-10'],
    ['APP_BRIDGE_URL', 'http://127.0.0.1:4000/app-bridge.js'],
    ['FAKE_SHOPIFY_URL', 'http://127.0.0.1:4000'],
  ])('given the demo switch %s, then the process does not start and says why', async (name, value) => {
    const { FAKE_SHOPIFY_URL: _, ...own } = process.env;
    const switched = { ...own, NODE_ENV: 'production' as const, [name]: value };
    const { status, stderr } = spawnSync(process.execPath, ['app/web.server.ts'], {
      env: switched,
      encoding: 'utf8',
    });
    expect(status).not.toBe(0);
    expect(stderr).toContain(`${name}: is for the demo only`);
  });

  it('has nothing of the stand-in in its build', () => {
    const built = readFileSync('build/server/index.js', 'utf8');
    for (const word of ['fake-shopify', 'FakeShop', 'stand-in', 'x-fake-host'])
      expect(built).not.toContain(word);
  });
});
