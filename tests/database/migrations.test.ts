import { spawn } from 'node:child_process';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { migrate } from '../../prisma/migrate.ts';

const names = ['ours', 'prismas', 'crowd'].map((what) => `rekindle_test_${process.pid}_${what}`);
const [ours, prismas, crowd] = names.map((name) => {
  const url = new URL(inject('databaseServer'));
  url.pathname = `/${name}`;
  return url.href;
}) as [string, string, string];

async function run(address: string, ...statements: string[]): Promise<unknown[]> {
  const client = new Client(address);
  await client.connect();
  try {
    let rows: unknown[] = [];
    for (const statement of statements) ({ rows } = await client.query(statement));
    return rows;
  } finally {
    await client.end();
  }
}

beforeAll(() => run(inject('databaseServer'), ...names.map((name) => `create database ${name}`)));
afterAll(() =>
  run(inject('databaseServer'), ...names.map((name) => `drop database if exists ${name} with (force)`)),
);

/** Runs Prisma's own tool until it says `done`; it lingers for ten seconds after that, which nobody waits for. */
function prisma(address: string, args: string[], done: RegExp): Promise<void> {
  const tool = spawn(process.execPath, ['node_modules/prisma/build/index.js', ...args], {
    env: { ...process.env, DATABASE_URL: address, CHECKPOINT_DISABLE: '1' },
  });
  let said = '';
  return new Promise((resolve, reject) => {
    const hear = (words: Buffer): void => {
      said += words;
      if (!done.test(said)) return;
      resolve();
      tool.kill();
    };
    tool.stdout.on('data', hear);
    tool.stderr.on('data', hear);
    tool.once('exit', () => reject(new Error(said)));
  });
}

const LEDGER = `select migration_name, checksum, finished_at is not null as done, rolled_back_at, applied_steps_count
  from _prisma_migrations order by 1`;

describe('migrations', () => {
  it('applied by us, are up to date for Prisma, and nothing differs from the schema', async () => {
    const applied = await migrate(ours);
    expect(applied.length).toBeGreaterThan(0);
    expect(await migrate(ours)).toEqual([]);
    await prisma(ours, ['migrate', 'status'], /Database schema is up to date/);
    const diff = ['migrate', 'diff', '--from-migrations', 'prisma/migrations', '--script'];
    await prisma(
      ours,
      [...diff, '--to-schema-datamodel', 'prisma/schema.prisma'],
      /This is an empty migration/,
    );
  });

  it('applied by Prisma, are up to date for us, and both leave the same ledger', async () => {
    await prisma(prismas, ['migrate', 'deploy'], /All migrations have been successfully applied/);
    expect(await migrate(prismas)).toEqual([]);
    expect(await run(prismas, LEDGER)).toEqual(await run(ours, LEDGER));
    const columns = `select table_name, column_name, data_type, character_maximum_length, is_nullable, column_default
      from information_schema.columns where table_schema = 'public' order by 1, 2`;
    expect(await run(prismas, columns)).toEqual(await run(ours, columns));
  });

  it('asked for by five at once, are applied by one of them', async () => {
    const applied = await Promise.all(Array.from({ length: 5 }, () => migrate(crowd)));
    expect(applied.filter((names) => names.length > 0)).toHaveLength(1);
  });

  it('are refused when one was changed after it was applied', async () => {
    await run(crowd, `update _prisma_migrations set checksum = 'other'`);
    await expect(migrate(crowd)).rejects.toThrow(/was changed after it was applied/);
  });
});
