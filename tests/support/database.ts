import { Client } from 'pg';
import { afterAll, beforeAll, inject } from 'vitest';
import { closeDatabase } from '#app/db.server.ts';
import { installShop, type ShopRow } from '#app/models/shops.server.ts';

/**
 * Gives the test file that calls it at its top a database of its own: a copy of the migrated template, to
 * which the app's modules are already pointed. It is dropped at the end.
 * @returns its address, as the role that owns the tables
 */
export function testDatabase(): string {
  const url = process.env.DATABASE_URL ?? '';
  const name = new URL(url).pathname.slice(1);
  beforeAll(async () => {
    await onServer(`create database ${name} template ${inject('templateDatabase')}`);
    // The server itself is never killed here, so a commit need not wait for the disk.
    await onServer(`alter database ${name} set synchronous_commit = off`);
  });
  afterAll(async () => {
    await closeDatabase();
    await onServer(`drop database if exists ${name} with (force)`);
  });
  return url;
}

let shops = 0;

/** An installed shop with a domain of its own. */
export async function testShop(): Promise<ShopRow> {
  shops += 1;
  return (await installShop(`test-shop-${shops}.myshopify.com`, ['read_customers'])).shop;
}

async function onServer(statement: string): Promise<void> {
  const client = new Client(inject('databaseServer'));
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
