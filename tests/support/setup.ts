import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';

// Every test file has the name of a database of its own before app modules read the environment; the database
// itself is made by testDatabase() in those files that use one.
const url = new URL(inject('databaseServer'));
url.pathname = `/rekindle_test_${process.pid}_${randomBytes(4).toString('hex')}`;

Object.assign(process.env, {
  NODE_ENV: 'test',
  DATABASE_URL: url.href,
  SHOPIFY_API_KEY: 'test-client-id',
  SHOPIFY_API_SECRET: 'test-client-secret-0123456789',
  SHOPIFY_APP_URL: 'https://rekindle.example',
  TOKEN_KEYS: `test:${Buffer.alloc(32, 7).toString('base64')}`,
  LOG_LEVEL: 'silent',
});
for (const name of ['SHOPIFY_API_SECRET_PREVIOUS', 'AS_OF_DAY', 'APP_BRIDGE_URL']) delete process.env[name];
