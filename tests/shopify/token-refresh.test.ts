import '@shopify/shopify-app-remix/adapters/node';
import { setAbstractFetchFunc } from '@shopify/shopify-api/runtime';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Unavailable, Uninstalled } from '#app/shopify/errors.ts';
import { sealer } from '#app/shopify/sealed-tokens.ts';
import { tokenBroker } from '#app/shopify/token-broker.server.ts';
import { offlineSessionId, shopOfSession, type StoredSession } from '#app/shopify/tokens.ts';
import { memoryTokenStore } from './memory-token-store.ts';

const SHOP = 'a.myshopify.com';
const ID = offlineSessionId(SHOP);
const NOW = Date.UTC(2026, 10, 22, 8);
const MINUTE = 60_000;
const seals = sealer(`k1:${Buffer.alloc(32, 7).toString('base64')}`);
/** A whole answer to a refresh. */
const PAIR = {
  access_token: 'shpat_new',
  refresh_token: 'shprt_new',
  expires_in: 3_600,
  refresh_token_expires_in: 7_776_000,
  scope: 'read_orders',
};

const store = memoryTokenStore();
const broker = tokenBroker({ store, sealer: seals, apiKey: 'the-id', apiSecret: 'the-secret' });
let asked: [url: string, init: RequestInit][];
let answer: () => Response | Promise<Response>;

/** Shopify answers so from now on. */
function answers(status: number, body: unknown): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  answer = () => new Response(text, { status });
}

/** What the app stored of the shop before the test. */
function given(more: Partial<StoredSession> = {}): StoredSession {
  const session: StoredSession = {
    id: ID,
    shop: SHOP,
    state: 'state',
    isOnline: false,
    scope: 'read_customers',
    expires: NOW - 1,
    accessToken: seals.seal('shpat_old', ID),
    refreshToken: seals.seal('shprt_old', ID),
    refreshTokenExpires: NOW + 1,
    userId: null,
    accountOwner: null,
    ...more,
  };
  store.rows.set(ID, session);
  return session;
}

const stored = (): StoredSession => store.rows.get(ID)!;
const opened = (sealed: string | null): string | null => sealed && seals.open(sealed, ID);
const refusal = (call: Promise<unknown>): Promise<Unavailable | Uninstalled> =>
  call.then(
    () => Promise.reject(new Error('It was not refused')),
    (error: Unavailable | Uninstalled) => error,
  );

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
  store.rows.clear();
  asked = [];
  answers(200, PAIR);
  setAbstractFetchFunc(async (url, init) => {
    asked.push([String(url), init as RequestInit]);
    return answer();
  });
});
afterEach(() => vi.useRealTimers());

describe('given a token that is due', () => {
  it('T1: then Shopify is asked for another as the app it gave it to', async () => {
    given();
    expect(await broker.accessToken(SHOP)).toBe('shpat_new');
    const [[url, init]] = asked as [[string, RequestInit]];
    expect(url).toBe('https://a.myshopify.com/admin/oauth/access_token');
    expect(init).toMatchObject({
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      redirect: 'manual',
      signal: expect.any(AbortSignal),
    });
    expect(JSON.parse(String(init.body))).toEqual({
      client_id: 'the-id',
      client_secret: 'the-secret',
      grant_type: 'refresh_token',
      refresh_token: 'shprt_old',
    });
  });

  it('T2: then the new pair is stored whole, with its ends, and the rest stays', async () => {
    const before = given();
    await broker.accessToken(SHOP);
    const { accessToken, refreshToken, ...rest } = stored();
    expect([opened(accessToken), opened(refreshToken)]).toEqual(['shpat_new', 'shprt_new']);
    expect({ ...rest, accessToken: null, refreshToken: null }).toEqual({
      ...before,
      accessToken: null,
      refreshToken: null,
      scope: 'read_orders',
      expires: NOW + 3_600_000,
      refreshTokenExpires: NOW + 7_776_000_000,
    });
  });

  it.each([
    [{ scope: undefined }, { scope: 'read_customers' }],
    [{ scope: 7 }, { scope: 'read_customers' }],
    [{ refresh_token_expires_in: undefined }, { refreshTokenExpires: null }],
    [{ refresh_token_expires_in: '7776000' }, { refreshTokenExpires: null }],
  ])('T3: when the answer says no more than %j, then the pair is stored with %j', async (lacking, kept) => {
    given();
    answers(200, { ...PAIR, ...lacking });
    expect(await broker.accessToken(SHOP)).toBe('shpat_new');
    expect(stored()).toMatchObject(kept);
  });

  it.each<unknown>([
    { ...PAIR, access_token: undefined },
    { ...PAIR, refresh_token: null },
    { ...PAIR, expires_in: undefined },
    { ...PAIR, expires_in: '3600' },
    { ...PAIR, expires_in: 0 },
    { ...PAIR, expires_in: -1 },
    null,
    [],
    7,
    '"shpat_new"',
  ])('T3: when it is answered with %j, then the old pair is kept, and that is said', async (body) => {
    const before = given();
    answers(200, body);
    const error = await refusal(broker.accessToken(SHOP));
    expect(error).toBeInstanceOf(Unavailable);
    expect(error).toMatchObject({
      message: expect.stringContaining('the old pair is kept'),
      unknownOutcome: false,
    });
    expect(stored()).toEqual(before);
  });

  it.each<[number, string, string]>([
    [402, '', 'payment'],
    [423, '', 'locked'],
    [403, '', 'forbidden'],
    [401, '', 'revoked'],
    [404, '', 'revoked'],
    [400, '{"error":"application_cannot_be_found"}', 'revoked'],
    [400, '{"error":"invalid_grant"}', 'reconnect'],
  ])(
    'T5: when it is answered with %i %s, then the shop is closed as %s and the pair forgotten',
    async (status, body, reason) => {
      const before = given();
      answers(status, body);
      const error = await refusal(broker.accessToken(SHOP));
      expect(error).toBeInstanceOf(Uninstalled);
      expect(error).toMatchObject({ reason });
      expect(stored()).toEqual({ ...before, accessToken: null, refreshToken: null });
    },
  );

  it.each([
    [400, '{"error":"invalid_client"}'],
    [500, '{"error":"application_cannot_be_found"}'],
    [500, '{"error":"invalid_grant"}'],
    [301, ''],
    [201, JSON.stringify(PAIR)],
  ])(
    'T6: when it is answered with %i %s, then the pair is kept, because that may pass',
    async (status, body) => {
      const before = given();
      answers(status, body);
      const error = await refusal(broker.accessToken(SHOP));
      expect(error).toBeInstanceOf(Unavailable);
      expect(error).toMatchObject({
        message: `A token refresh was answered with ${status}`,
        unknownOutcome: false,
      });
      expect(stored()).toEqual(before);
    },
  );

  it('T6: when it is answered with a page or not at all, then the pair is kept and the cause is told', async () => {
    const before = given();
    answers(200, '<html>');
    expect(await refusal(broker.accessToken(SHOP))).toMatchObject({
      message: 'A token refresh was answered with something other than JSON',
      unknownOutcome: false,
      cause: expect.any(SyntaxError),
    });
    const cause = new Error('ECONNRESET');
    answer = () => Promise.reject(cause);
    expect(await refusal(broker.accessToken(SHOP))).toMatchObject({
      message: 'No answer to a token refresh',
      unknownOutcome: false,
      cause,
    });
    expect(stored()).toEqual(before);
  });
});

describe('given a stored session', () => {
  it.each([
    [NOW + 5 * MINUTE, 'shpat_old', 0],
    [NOW + 5 * MINUTE - 1, 'shpat_new', 1],
    [null, 'shpat_old', 0],
  ])('T1: whose token ends at %s, then %s is handed out', async (expires, token, calls) => {
    given({ expires });
    expect(await broker.accessToken(SHOP)).toBe(token);
    expect(asked).toHaveLength(calls);
  });

  it('T4: whose token was forgotten, then it is renewed; without a way to renew it the shop waits', async () => {
    given({ accessToken: null, expires: NOW + 60 * MINUTE });
    expect(await broker.accessToken(SHOP)).toBe('shpat_new');
    given({ accessToken: null, refreshToken: null });
    const lost = await refusal(broker.accessToken(SHOP));
    expect(lost).toMatchObject({ name: 'Uninstalled', reason: 'reconnect' });
    expect(lost.message).toContain('the token cannot be renewed');
    store.rows.clear();
    const none = await refusal(broker.accessToken(SHOP));
    expect(none).toMatchObject({ name: 'Uninstalled', reason: 'reconnect' });
    expect(none.message).toContain('no token is stored');
    expect(asked).toHaveLength(1);
  });

  it('T5: whose token was refused, then it is renewed, unless somebody else did that meanwhile', async () => {
    given({ expires: NOW + 60 * MINUTE });
    expect(await broker.renewed(SHOP, 'shpat_older')).toBe('shpat_old');
    expect(asked).toHaveLength(0);
    expect(await broker.renewed(SHOP, 'shpat_old')).toBe('shpat_new');
    expect(asked).toHaveLength(1);
    expect(await broker.renewed(SHOP, 'shpat_old')).toBe('shpat_new');
    expect(asked).toHaveLength(1);
  });

  it('then its id tells the shop it belongs to', () => {
    expect(ID).toBe('offline_a.myshopify.com');
    expect(shopOfSession(ID)).toBe(SHOP);
    expect(shopOfSession('a.myshopify.com_1001')).toBe(SHOP);
    expect(shopOfSession('a_1.offline_myshopify.com_77')).toBe('a_1.offline_myshopify.com');
  });
});
