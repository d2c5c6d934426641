import { describe, expect, it } from 'vitest';
import { createLogger } from '#app/logger.server.ts';
import { readEnv } from '#app/read-env.server.ts';

const SECRETS = {
  SHOPIFY_API_SECRET: 'canary-secret-current',
  SHOPIFY_API_SECRET_PREVIOUS: 'canary-secret-former',
  TOKEN_KEYS: `k1:${Buffer.alloc(32, 3).toString('base64')}`,
  DATABASE_URL: 'postgres://app:canary-password@db.example/rekindle',
};
const TOKEN = 'shpat_0123456789abcdef0123456789abcdef';
const REFRESH = 'shprt_0123456789abcdef0123456789abcdef';
const SESSION = 'eyJhbGciOiJIUzI1NiJ9.eyJkZXN0IjoiY2FuYXJ5In0.c2lnbmF0dXJlLWNhbmFyeQ';
const EMAIL = 'ann.canary+1@mail.example.com';
const PHONE = '+49 30 1234567';
const CANARIES = [TOKEN, REFRESH, SESSION, EMAIL, PHONE, 'canary-secret', 'canary-password', 'Y2FuYXJ5'];

function logged(write: (logger: ReturnType<typeof createLogger>) => void): string {
  const environment = readEnv({
    ...SECRETS,
    SHOPIFY_API_KEY: 'key',
    SHOPIFY_APP_URL: 'https://app.example',
    LOG_LEVEL: 'debug',
  });
  let text = '';
  write(createLogger({ write: (line) => void (text += line) }, environment));
  return text;
}

describe('C7: nothing secret and nobody’s address reaches the log', () => {
  it.each<[string, object, string]>([
    [
      'in fields',
      { accessToken: TOKEN, session: { refreshToken: REFRESH }, a: { b: { email: EMAIL } } },
      'x',
    ],
    ['in the message', {}, `Failed to parse session token '${SESSION}': ${TOKEN} of ${EMAIL}, ${PHONE}`],
    ['in an error', { err: new Error(`refused ${REFRESH} with ${SECRETS.SHOPIFY_API_SECRET}`) }, 'x'],
    ['in deep objects', { a: [{ b: { c: { d: { note: `${EMAIL} ${PHONE} ${TOKEN}` } } } }] }, 'x'],
    ['in headers', { headers: { authorization: `Bearer ${SESSION}`, cookie: TOKEN } }, 'x'],
    ['in addresses', { url: `https://app.example/?id_token=${SESSION}` }, SECRETS.DATABASE_URL],
    ['in secrets of ours', { old: SECRETS.SHOPIFY_API_SECRET_PREVIOUS }, SECRETS.TOKEN_KEYS],
  ])('%s', (_, fields, message) => {
    const text = logged((logger) =>
      logger.child({ shop: 'a.myshopify.com', ...fields }).error(fields, message),
    );
    for (const canary of CANARIES) expect(text).not.toContain(canary);
    expect(text).not.toContain(SECRETS.TOKEN_KEYS.slice(3));
    expect(() => JSON.parse(text.split('\n')[0]!) as unknown).not.toThrow();
  });

  it('and what is neither stays readable', () => {
    const text = logged((logger) => logger.info({ shop: 'a.myshopify.com', orders: 12410 }, 'import done'));
    expect(JSON.parse(text)).toMatchObject({ shop: 'a.myshopify.com', orders: 12410, msg: 'import done' });
  });
});
