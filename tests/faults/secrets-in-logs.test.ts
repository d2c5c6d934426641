import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, expect, it } from 'vitest';
import { freePort } from '#tests/fake-shopify/demo-children.ts';
import { merchant } from '#tests/fake-shopify/demo-merchant.ts';
import { startFakeShopify } from '#tests/fake-shopify/server.ts';
import { signSessionToken } from '#tests/fake-shopify/session-token.ts';
import { OWNER } from '#tests/fake-shopify/shop-office.ts';
import type { FakeShop } from '#tests/fake-shopify/store.ts';
import { smallShop } from '#tests/jobs/pipeline.ts';
import { testDatabase } from '#tests/support/database.ts';
import { killAll, startProcess } from './app-process.ts';

const databaseUrl = testDatabase();
afterAll(killAll);

const SECRETS = {
  SHOPIFY_API_SECRET: 'canary-client-secret-5d1f9c7be2',
  SHOPIFY_API_SECRET_PREVIOUS: 'canary-former-secret-77aa01c4',
  TOKEN_KEYS: `canary:${Buffer.alloc(32, 'canary-key').toString('base64')}`,
};
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0';

/** Gives every customer a name, e-mail and phone that occur nowhere else. */
function peopled(shop: FakeShop): FakeShop {
  for (const customer of shop.customers.values()) {
    customer.firstName = `Zwitscherina${customer.id}`;
    customer.lastName = `Kanarienvogel${customer.id}`;
    customer.email = `piep.${customer.id}@kaefig-canary.example`;
    customer.phone = `+49151${customer.id}77`;
  }
  return shop;
}

/** Whoever opens the app is named nowhere either. */
const PERSON = {
  ...OWNER,
  firstName: 'Besitzerina',
  lastName: 'Kanarienwirt',
  email: 'chefin@kaefig-canary.example',
} as const;

it('C7: when everything happens at debug level, then no secret, token, name, e-mail or phone is in the logs', async () => {
  const shop = peopled(smallShop({ customers: 60 }));
  const port = await freePort();
  const appUrl = `http://127.0.0.1:${port}`;
  const apiKey = 'canary-client-id';
  const apiSecret = SECRETS.SHOPIFY_API_SECRET;
  const paced = { startSeconds: 0, objectsPerSecond: 1e6, mutationLinesPerSecond: 1e6 };
  const shopify = await startFakeShopify({
    shops: [shop],
    staff: [PERSON],
    apiKey,
    apiSecret,
    appUrl,
    bulkPace: paced,
  });
  const office = shopify.shop(shop.domain);
  const tokens = new Set<string>();
  const note = (): void => {
    const { access, refresh } = office.tokens.saved();
    for (const [token] of [...access, ...refresh]) tokens.add(token);
  };
  office.tokens.onChange = note;
  const env = {
    ...SECRETS,
    SHOPIFY_API_KEY: apiKey,
    SHOPIFY_APP_URL: appUrl,
    PORT: String(port),
    LISTEN_ADDRESS: '127.0.0.1',
    LOG_LEVEL: 'debug',
  };
  const web = startProcess('web', shopify.url, env);
  const worker = startProcess('worker', shopify.url, env);
  const who = { shop: shop.domain, apiKey, apiSecret, userId: OWNER.id };
  const user = merchant(appUrl, who);
  const pages: string[] = [];
  const sessionTokens = [signSessionToken(who)];
  /** Asks for a page with a session token in the header or in the address; whatever comes back is kept. */
  const ask = async (path: string, token = sessionTokens[0], init: RequestInit = {}): Promise<string> => {
    if (token !== undefined) sessionTokens.push(token);
    const inHeader = !path.includes('id_token=');
    const headers = { 'user-agent': BROWSER, ...(inHeader && { authorization: `Bearer ${token}` }) };
    const answer = await fetch(appUrl + path.replace('id_token=', `id_token=${token}`), {
      redirect: 'manual',
      ...init,
      headers: { ...headers, ...(init.headers as Record<string, string> | undefined) },
    });
    const text = await answer.text();
    pages.push(text);
    return text;
  };
  const until = async (what: string, check: () => Promise<boolean>): Promise<void> => {
    for (const end = performance.now() + 40_000; !(await check().catch(() => false)); await sleep(100)) {
      if (performance.now() > end) throw new Error(`${what} never came:\n${web.said()}\n${worker.said()}`);
    }
  };
  await until('the web process', async () => (await fetch(`${appUrl}/healthcheck`)).ok);

  // Everything goes wrong once on the way to the scores.
  const garbled = `{"id":"gid:\\/\\/shopify\\/Order\\/1","email":"piep.0@kaefig-canary.example","name":"Zwitscherina0`;
  shopify.trouble.add({
    op: 'bulkOperationRunQuery',
    text: 'SlimOrders',
    action: 'garble',
    bytes: garbled,
    every: 30,
  });
  shopify.trouble.add({ op: 'Shop', action: 'html' });
  shopify.trouble.add({ op: 'BulkOperation', action: 'errors', nth: 2 });
  shopify.trouble.add({ op: 'BulkOperation', action: 'throttle', nth: 3 });
  shopify.trouble.add({ op: 'download', action: 'truncate', share: 0.5 });
  shopify.trouble.add({ op: 'ChangedOrders', action: '5xx', times: 6 });
  shopify.trouble.add({ op: 'ChangedCustomers', action: 'timeoutAfterCommit', times: 5 });
  await user.open();
  await until('the import', async () => (await user.progress()).import?.phase === 'done');

  // Tokens die, a refresh answers half, connections to the database break off, tags are denied.
  shopify.clock.advance(2 * 3_600_000);
  shopify.trouble.add({ op: 'refresh', action: 'noexp' });
  shopify.trouble.add({ op: 'AddTags', action: 'accessDenied', field: 'tagsAdd', times: 50 });
  await user.submit({ intent: 'write-back', answer: 'write' });
  await until('the refused write-back', async () => (await user.progress()).writeBack?.state === 'failed');
  shopify.trouble.clear();
  const database = new Client(databaseUrl);
  await database.connect();
  await database.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`);
  await database.end();
  await user.submit({ intent: 'write-back', answer: 'write' }).catch(() => undefined);
  await until('the write-back', async () => {
    await user.submit({ intent: 'write-back', answer: 'write' });
    return (await user.progress()).writeBack?.state === 'done';
  });

  // Every page, with names; then requests that are wrong in every way.
  const [customer] = [...shop.orders.values()].flatMap(({ customerId }) => customerId ?? []);
  const named = await ask(`/app/customers/${customer}`);
  expect(named).toContain('Kanarienvogel');
  for (const path of ['', '/grid', '/preview', '/progress', '/settings', '/segments/champions', '/nowhere']) {
    await ask(`/app${path}`);
    await ask(`/app${path}?shop=${shop.domain}&embedded=1&id_token=`);
  }
  const forged = signSessionToken({ ...who, apiSecret: 'some-secret-of-somebody-else' });
  const old = signSessionToken({ ...who, at: Date.now() - 86_400_000 });
  const foreign = signSessionToken({ ...who, shop: 'kaefig-canary.example' });
  for (const token of [forged, old, foreign, 'eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.']) {
    await ask('/app', token);
    await ask(`/app?shop=${shop.domain}&embedded=1&host=YWRtaW4&id_token=`, token);
  }
  shopify.trouble.add({ op: /Names|Customers/, action: 'errors', times: 9 });
  await ask(`/app/customers/${customer}`);
  const form = new URLSearchParams({ email: 'piep.0@kaefig-canary.example', intent: 'Zwitscherina0' });
  await ask('/app?index', sessionTokens[0], { method: 'POST', body: form });
  await ask('/webhooks', undefined, {
    method: 'POST',
    body: JSON.stringify([...shop.customers.values()].slice(0, 3)),
  });
  await ask('/auth/login?shop=piep.0@kaefig-canary.example', undefined);
  await ask(`/app/customers/piep.0@kaefig-canary.example`);
  office.uninstall();
  await office.webhooks.settled();
  await until('the uninstall', async () => worker.said().includes('"uninstalled"'));
  expect(await web.stop()).toEqual([0, null]);
  expect(await worker.stop()).toEqual([0, null]);
  await shopify.close();

  const logs = web.said() + worker.said();
  // The logs are there, with faults in them, and tell of which shop.
  expect(logs.split('\n').length).toBeGreaterThan(50);
  expect(logs).toContain(shop.domain);
  expect(logs).toContain('uninstalled');
  expect(logs).toContain('[redacted]');
  expect(logs).toMatch(/"level":(40|50)/);
  const keys = SECRETS.TOKEN_KEYS.slice(SECRETS.TOKEN_KEYS.indexOf(':') + 1);
  const secret = [apiSecret, SECRETS.SHOPIFY_API_SECRET_PREVIOUS, keys, databaseUrl, ...tokens];
  expect(tokens.size).toBeGreaterThanOrEqual(4);
  const personal = [...shop.customers.values()].flatMap(({ firstName, lastName, email, phone }) =>
    [firstName, lastName, email, phone].filter((text) => text !== null),
  );
  const found = [
    ...secret,
    ...sessionTokens,
    ...personal,
    'kaefig-canary',
    'Zwitscherina',
    'Kanarienvogel',
    PERSON.firstName,
    PERSON.lastName,
  ]
    .concat(['shpat_', 'shprt_', 'shpua_', 'id_token', 'postgres://', 'postgresql://'])
    .filter((canary) => logs.includes(canary));
  expect(found).toEqual([]);
  expect(logs).not.toMatch(/eyJ[\w-]{8,}\./);
  const shown = pages.join('\n');
  expect(secret.filter((canary) => shown.includes(canary))).toEqual([]);
}, 150_000);
