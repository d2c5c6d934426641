import { describe, expect, it } from 'vitest';
import { readEnv } from '#app/read-env.server.ts';

const good = {
  DATABASE_URL: 'postgresql://127.0.0.1/rekindle',
  SHOPIFY_API_KEY: 'client-id',
  SHOPIFY_API_SECRET: 'a-client-secret-of-the-app',
  SHOPIFY_APP_URL: 'https://rekindle.example',
  TOKEN_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
};

describe('the environment', () => {
  it('given every value, when the app boots, then it has defaults for the rest', () => {
    expect(readEnv(good)).toMatchObject({ NODE_ENV: 'production', PORT: 3000, LOG_LEVEL: 'info' });
  });

  it.each(Object.keys(good))('given no %s, when the app boots, then it refuses and names it', (name) => {
    expect(() => readEnv({ ...good, [name]: undefined })).toThrow(name);
  });

  it.each([
    ['DATABASE_URL', 'mysql://127.0.0.1/rekindle'],
    ['SHOPIFY_API_KEY', ''],
    ['SHOPIFY_API_SECRET', 'short'],
    ['SHOPIFY_API_SECRET_PREVIOUS', 'short'],
    ['SHOPIFY_APP_URL', 'rekindle.example'],
    ['TOKEN_KEYS', 'k1:c2hvcnQ='],
    ['TOKEN_KEYS', Buffer.alloc(32).toString('base64')],
    ['NODE_ENV', 'staging'],
    ['PORT', '70000'],
    ['LOG_LEVEL', 'loud'],
    ['METRICS_TOKEN', 'short'],
    ['AS_OF_DAY', '10.12.2011'],
    ['APP_BRIDGE_URL', 'app-bridge.js'],
  ])('given a malformed %s (%s), when the app boots, then it refuses and names it', (name, value) => {
    expect(() => readEnv({ ...good, [name]: value })).toThrow(new RegExp(`${name}: `));
  });

  it('given several faults, when the app boots, then it names all of them at once', () => {
    expect(() => readEnv({ ...good, SHOPIFY_API_KEY: '', TOKEN_KEYS: 'x' })).toThrow(/API_KEY[^]*TOKEN_KEYS/);
  });

  it('given a wrong secret, when the app refuses to boot, then the message does not show it', () => {
    const secret = 'tiny-secret';
    let message = '';
    try {
      readEnv({ ...good, SHOPIFY_API_SECRET: secret, TOKEN_KEYS: secret });
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain('SHOPIFY_API_SECRET');
    expect(message).not.toContain(secret);
  });

  it.each([
    ['AS_OF_DAY', '2011-12-10'],
    ['APP_BRIDGE_URL', 'http://127.0.0.1:4000/app-bridge.js'],
    ['FAKE_SHOPIFY_URL', 'http://127.0.0.1:4000'],
  ])(
    'given the demo switch %s in production, which is also the default, when the app boots, then it refuses',
    (name, value) => {
      expect(() => readEnv({ ...good, NODE_ENV: 'production', [name]: value })).toThrow(
        `${name}: is for the demo only`,
      );
    },
  );

  it('given plain http in production, when the app boots, then it refuses', () => {
    expect(() =>
      readEnv({ ...good, NODE_ENV: 'production', SHOPIFY_APP_URL: 'http://rekindle.example' }),
    ).toThrow('SHOPIFY_APP_URL: must be https');
  });
});
