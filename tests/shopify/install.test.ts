import '@shopify/shopify-app-remix/adapters/node';
import { createHmac } from 'node:crypto';
import { setAbstractFetchFunc } from '@shopify/shopify-api/runtime';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adminFor } from '#app/admin-for.server.ts';
import { directory } from '#app/db.server.ts';
import { env } from '#app/env.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { authenticate } from '#app/shopify.server.ts';
import { readCounts } from '#app/shopify/shop.server.ts';
import { fetchFrom } from '#tests/fake-shopify/redirected-fetch.ts';
import { startFakeShopify, type FakeShopify } from '#tests/fake-shopify/server.ts';
import { testDatabase } from '#tests/support/database.ts';
import { emptyShop } from './connected-shop.ts';

const databaseUrl = testDatabase();
const shops = [emptyShop(), emptyShop()] as const;
const [A, B] = shops.map((shop) => shop.domain) as [string, string];
let shopify: FakeShopify;
let database: Client;

beforeAll(async () => {
  shopify = await startFakeShopify({ shops, apiKey: env.SHOPIFY_API_KEY, apiSecret: env.SHOPIFY_API_SECRET });
  setAbstractFetchFunc(fetchFrom(shopify.url));
  database = new Client(databaseUrl);
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await closeQueue(1);
  await shopify.close();
});

const seconds = () => Math.floor(Date.now() / 1000);
const claims = (shop: string) => ({
  iss: `https://${shop}/admin`,
  dest: `https://${shop}`,
  aud: env.SHOPIFY_API_KEY,
  sub: String(shopify.shop(shop).staff[0]!.id),
  exp: seconds() + 60,
  nbf: seconds() - 1,
  iat: seconds() - 1,
  jti: crypto.randomUUID(),
  sid: crypto.randomUUID(),
});
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

function token(payload: object, secret: string = env.SHOPIFY_API_SECRET, alg = 'HS256'): string {
  const content = `${encode({ alg, typ: 'JWT' })}.${encode(payload)}`;
  return `${content}.${alg === 'none' ? '' : createHmac('sha256', secret).update(content).digest('base64url')}`;
}

/** The shop a request is signed in to, or the status of the refusal. */
async function signIn(bearer: string, query = ''): Promise<string | number> {
  const headers = { authorization: `Bearer ${bearer}`, 'user-agent': 'Mozilla/5.0 Chrome/140.0.0.0' };
  try {
    const { session } = await authenticate.admin(
      new Request(`${env.SHOPIFY_APP_URL}/app${query}`, { headers }),
    );
    return session.shop;
  } catch (error) {
    if (error instanceof Response) return error.status;
    throw error;
  }
}

describe('C4: a session token', () => {
  const vectors: [name: string, make: () => string][] = [
    ['for another app', () => token({ ...claims(A), aud: 'another-app' })],
    ['that has expired', () => token({ ...claims(A), exp: seconds() - 60 })],
    ['of the future', () => token({ ...claims(A), nbf: seconds() + 60 })],
    ['signed with another secret', () => token(claims(A), 'a-secret-of-someone-else')],
    ['that is not signed', () => token(claims(A), '', 'none')],
    ['issued by another shop', () => token({ ...claims(A), iss: `https://${B}/admin` })],
    [
      'for something that is no shop',
      () => token({ ...claims(A), dest: 'https://evil.com', iss: 'https://evil.com/admin' }),
    ],
    ['for no address at all', () => token({ ...claims(A), dest: 'evil' })],
    ['that is no token', () => 'nonsense'],
  ];

  it.each(vectors)('%s is refused', async (_, make) => {
    expect(await signIn(make())).toBe(401);
  });

  it('of shop A stays in shop A, whatever the address says', async () => {
    expect(await signIn(token(claims(A)), `?shop=${B}`)).toBe(A);
    expect(await directory.shopByDomain(B)).toBeNull();
  });
});

describe('installing', () => {
  it('makes the shop and its import, and says nothing twice', async () => {
    expect(await signIn(token(claims(A)))).toBe(A);
    expect(await signIn(token(claims(A)))).toBe(A);
    expect(shopify.calls.of('token-exchange')).toHaveLength(2);
    const queued = await database.query(`select data from pgboss.job where name = 'import-shop'`);
    const shop = await directory.shopByDomain(A);
    expect(queued.rows).toEqual([{ data: { shopId: shop!.id, generation: 1 } }]);
  });

  it('T8: leaves no token in the database that anyone can read or move to another shop', async () => {
    await signIn(token(claims(B)));
    const { rows } = await database.query('select * from sessions');
    // Of each shop its own token and that of the person who opened it.
    expect(rows).toHaveLength(4);
    expect(JSON.stringify(rows)).not.toMatch(/shpat_|shpua_|shprt_|Olive|Owner|olive@/);
    await database.query(
      `update sessions s set access_token = o.access_token from sessions o where o.id <> s.id`,
    );
    const shop = (await directory.shopByDomain(A))!;
    await expect(readCounts(adminFor(shop))).rejects.toThrow();
    expect(await database.query('delete from sessions').then((result) => result.rowCount)).toBe(4);
    expect(await signIn(token(claims(A)))).toBe(A);
  });

  it('T1: 32 parallel callers on the real row cause exactly one refresh', async () => {
    await database.query(`update sessions set expires = now() - interval '1 minute'`);
    shopify.calls.clear();
    const shop = (await directory.shopByDomain(A))!;
    await Promise.all(Array.from({ length: 32 }, () => readCounts(adminFor(shop))));
    expect(shopify.calls.of('refresh')).toHaveLength(1);
  });
});
