import { Client } from 'pg';
import { migrate } from '../../prisma/migrate.ts';
import { tcpProxy } from '#tests/faults/tcp-proxy.ts';
import { BENT_PATH, bendDatabase } from './virtual-time.ts';
import type { SoakPlace } from './world.ts';

/**
 * A database of its own on `server` whose clock can be moved, and the app's environment naming it through a proxy.
 * To be called before any module of the app is loaded.
 * @param template a migrated database to copy; without it a fresh one is migrated
 */
export async function makePlace(
  server: string,
  name: string,
  template: string | null,
): Promise<SoakPlace & { remove(): Promise<void> }> {
  const prepared = `${name}_prepared`;
  await onServer(server, [`create database ${prepared}${template === null ? '' : ` template ${template}`}`]);
  if (template === null) await migrate(address(server, prepared).href);
  await bendDatabase(address(server, prepared).href);
  const url = address(server, name);
  const proxy = await tcpProxy({ host: url.hostname, port: Number(url.port) });
  const proxied = new URL(url);
  proxied.host = `127.0.0.1:${proxy.port}`;
  Object.assign(process.env, {
    NODE_ENV: 'test',
    DATABASE_URL: proxied.href,
    SHOPIFY_API_KEY: 'test-client-id',
    SHOPIFY_API_SECRET: 'test-client-secret-0123456789',
    SHOPIFY_APP_URL: 'https://rekindle.example',
    TOKEN_KEYS: `test:${Buffer.alloc(32, 7).toString('base64')}`,
    LOG_LEVEL: process.env.SOAK_LOG ?? 'silent',
  });
  return {
    databaseUrl: url.href,
    databaseProxy: proxy,
    renew: () =>
      onServer(server, [
        `drop database if exists ${name} with (force)`,
        `create database ${name} template ${prepared}`,
        `alter database ${name} set search_path = ${BENT_PATH}`,
        // The server itself is never killed in these rounds, so a commit need not wait for the disk.
        `alter database ${name} set synchronous_commit = off`,
      ]),
    remove: async () => {
      await proxy.close();
      await onServer(
        server,
        [name, prepared].map((one) => `drop database if exists ${one} with (force)`),
      );
    },
  };
}

function address(server: string, database: string): URL {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url;
}

async function onServer(server: string, statements: readonly string[]): Promise<void> {
  const client = new Client(server);
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
