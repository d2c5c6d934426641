import { readdirSync, readFileSync } from 'node:fs';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { parseTree } from '#app/rfm/parse-conditions.ts';

const MIGRATIONS = 'prisma/migrations';
const THIS = '20261122223101_traffic_sources';
const name = `rekindle_test_${process.pid}_sources`;

async function inDatabase<T>(database: string, work: (client: Client) => Promise<T>): Promise<T> {
  const url = new URL(inject('databaseServer'));
  if (database !== '') url.pathname = `/${database}`;
  const client = new Client(url.href);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

beforeAll(() => inDatabase('', (client) => client.query(`create database ${name}`)));
afterAll(() => inDatabase('', (client) => client.query(`drop database if exists ${name} with (force)`)));

it('given segments saved when a source was a channel, then they ask for the channel, and what was gathered is due anew', async () => {
  const saved = {
    match: 'all',
    parts: [
      { what: 'tag', is: ['"what": "first-source"'], not: false },
      { what: 'first-source', is: ['online_store', 'Amazon'], not: false },
      { match: 'any', parts: [{ what: 'last-source', is: ['b2b'], not: true }] },
    ],
  };
  const others = {
    match: 'all',
    parts: [{ what: 'channel', is: ['web', 'shopify_draft_order'], not: false }],
  };
  const [segments, bought] = await inDatabase(name, async (client) => {
    const earlier = readdirSync(MIGRATIONS)
      .filter((folder) => folder < THIS && !folder.includes('.'))
      .sort();
    for (const folder of earlier)
      await client.query(readFileSync(`${MIGRATIONS}/${folder}/migration.sql`, 'utf8'));
    await client.query(
      `insert into saved_segments (shop_id, name, conditions, changed_by)
      values (1, 'a', $1, 1), (2, 'b', $2, 1)`,
      [JSON.stringify(saved), JSON.stringify(others)],
    );
    await client.query(`insert into bought (shop_id, customer_id, run_id, channels, first_source)
      values (1, 7, 3, '{web}', 'online_store')`);
    await client.query(readFileSync(`${MIGRATIONS}/${THIS}/migration.sql`, 'utf8'));
    const read = async (sql: string) => (await client.query<Record<string, unknown>>(sql)).rows;
    return [
      await read('select version, conditions from saved_segments order by name'),
      await read('select run_id, first_source from bought'),
    ] as const;
  });
  expect(bought).toEqual([{ run_id: null, first_source: null }]);
  expect(segments.map(({ version }) => version)).toEqual([2, 1]);
  const [first, second] = segments.map(({ conditions }) => parseTree(conditions));
  expect(first).toMatchObject({
    tree: {
      parts: [
        { what: 'tag', is: ['"what": "first-source"'] },
        { what: 'channel', is: ['online-store', 'Amazon'] },
        { parts: [{ what: 'channel', is: ['b2b'], not: true }] },
      ],
    },
  });
  expect(second).toMatchObject({ tree: { parts: [{ is: ['online-store', 'draft-order'] }] } });
});
