import { execFile, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findEngine } from '../../prisma/postgres-engine.ts';
import { startEmbeddedPostgres, stopEmbeddedPostgres } from '../../prisma/embedded-postgres.ts';

const root = mkdtempSync(join(tmpdir(), 'rekindle-postgres-'));
// The server's account must get in; a private folder is a test of its own below.
chmodSync(root, 0o755);
const folder = join(root, 'data');
const lockFile = (): string => readFileSync(join(folder, 'cluster/data/postmaster.pid'), 'utf8');
const processId = (): number => Number(lockFile().split('\n')[0]);

const STARTER = `
  const { startEmbeddedPostgres } = await import('./prisma/embedded-postgres.ts');
  console.log((await startEmbeddedPostgres(process.argv[1])).url('postgres'));
  if (process.argv[2] === 'stay') setInterval(() => {}, 1000);`;

/** Starts the server from a process of its own and answers with its address. */
async function startElsewhere(): Promise<string> {
  const args = ['--input-type=module', '--eval', STARTER, folder];
  return (await promisify(execFile)(process.execPath, args)).stdout.trim();
}

async function ask(address: string, text: string): Promise<unknown[]> {
  const client = new Client(address);
  await client.connect();
  try {
    return (await client.query({ text, rowMode: 'array' })).rows.flat();
  } finally {
    await client.end();
  }
}

const numbersIn = async (address: string): Promise<unknown[]> => ask(address, 'select n from t order by n');

beforeAll(() => expect(process.cwd()).toBe(join(import.meta.dirname, '../..')));
afterAll(async () => {
  await stopEmbeddedPostgres(folder);
  rmSync(root, { recursive: true, force: true });
});

describe('the PostgreSQL that comes with the app', () => {
  it('is one server however many processes start it at once', async () => {
    const addresses = await Promise.all([startElsewhere(), startElsewhere(), startElsewhere()]);
    expect(new Set(addresses).size).toBe(1);
    expect(await ask(addresses[0] ?? '', 'show fsync')).toEqual(['on']);
    await ask(addresses[0] ?? '', 'create table t as select 1 as n');
  });

  it('is stopped by its last user only', async () => {
    const server = await startEmbeddedPostgres(folder);
    const other = new Client(server.url('postgres'));
    await other.connect();
    await server.release();
    expect((await other.query('select n from t')).rowCount).toBe(1);
    await other.end();
    await server.release();
    await expect(numbersIn(server.url('postgres'))).rejects.toThrow(/ECONNREFUSED/);
  });

  it('starts over a lock file that a crash left behind', async () => {
    const stale = `${process.pid}\n${join(folder, 'cluster/data')}\n1700000000\n5432\n\n127.0.0.1\n`;
    writeFileSync(join(folder, 'cluster/data/postmaster.pid'), stale);
    const server = await startEmbeddedPostgres(folder);
    expect(await numbersIn(server.url('postgres'))).toEqual([1]);
  });

  it('takes another port when its port is taken', async () => {
    const before = new URL((await startEmbeddedPostgres(folder)).url('postgres')).port;
    await stopEmbeddedPostgres(folder);
    const squatter = createServer().listen(Number(before), '127.0.0.1');
    const server = await startEmbeddedPostgres(folder);
    expect(new URL(server.url('postgres')).port).not.toBe(before);
    expect(await numbersIn(server.url('postgres'))).toEqual([1]);
    squatter.close();
  });

  it('keeps every acknowledged row when it is killed, and starts again', async () => {
    for (let round = 2; round < 5; round += 1) {
      const { url } = await startEmbeddedPostgres(folder);
      await ask(url('postgres'), `insert into t values (${round})`);
      process.kill(processId(), 'SIGKILL');
      const after = await startEmbeddedPostgres(folder);
      expect(await numbersIn(after.url('postgres'))).toEqual(Array.from({ length: round }, (_, i) => i + 1));
    }
  });

  it('outlives the process that started it and is found again', async () => {
    await stopEmbeddedPostgres(folder);
    const starter = spawn(process.execPath, ['--input-type=module', '--eval', STARTER, folder, 'stay']);
    const address = await new Promise<string>((resolve) =>
      starter.stdout.once('data', (words: Buffer) => resolve(words.toString().trim())),
    );
    const before = processId();
    starter.kill('SIGKILL');
    await sleep(100);
    expect((await startEmbeddedPostgres(folder)).url('postgres')).toBe(address);
    expect(processId()).toBe(before);
  });

  it('writes neither its password nor a statement into its log', async () => {
    const server = await startEmbeddedPostgres(folder);
    const address = server.url('postgres');
    await ask(address, `select 'canary-value' / 0`).catch(() => undefined);
    const log = readFileSync(join(folder, 'server.log'), 'utf8');
    expect(log).not.toContain(new URL(address).password);
    expect(log).not.toMatch(/STATEMENT|select 'canary/);
  });

  it.skipIf(process.getuid?.() !== 0)('works for root in a private home', async () => {
    const home = mkdtempSync(join(tmpdir(), 'rekindle-private-'));
    const hidden = join(home, '.data');
    try {
      const server = await startEmbeddedPostgres(hidden);
      expect(await ask(server.url('postgres'), 'select 1')).toEqual([1]);
      expect(readdirSync(hidden)).toEqual([]);
    } finally {
      await stopEmbeddedPostgres(hidden);
      rmSync(findEngine(hidden).home, { recursive: true });
      rmSync(home, { recursive: true });
    }
  });
});
