import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres, type EmbeddedServer } from '../../prisma/embedded-postgres.ts';
import { migrate } from '../../prisma/migrate.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** address of the server's database "postgres" */
    databaseServer: string;
    templateDatabase: string;
  }
}

/** Databases of test files; the number is the process that made them. */
const OF_TESTS = /^rekindle_test_(\d+)_/;

let embedded: EmbeddedServer | null = null;

/**
 * Starts PostgreSQL once for the whole run, or takes TEST_DATABASE_URL, and migrates the database that every
 * test file gets a copy of. Runs at the same time share server and template.
 */
export async function setup(project: TestProject): Promise<void> {
  const given = process.env.TEST_DATABASE_URL;
  if (given === undefined) embedded = await startEmbeddedPostgres('.data/tests');
  const server = given ?? embedded?.url('postgres') ?? '';
  const template = `rekindle_template_${hashOf('prisma/migrations')}`;
  const client = new Client(server);
  await client.connect();
  try {
    if (embedded !== null) await trustThePower(client);
    await client.query('select pg_advisory_lock(hashtext($1))', [template]);
    await dropAbandoned(client);
    await makeTemplate(client, server, template);
  } finally {
    await client.end();
  }
  project.provide('databaseServer', server);
  project.provide('templateDatabase', template);
}

export async function teardown(): Promise<void> {
  await embedded?.release();
}

/** Nothing in this server has to outlive a power cut, and to make and drop a database waits for the disk otherwise. */
async function trustThePower(client: Client): Promise<void> {
  for (const name of ['fsync', 'full_page_writes']) await client.query(`alter system set ${name} = off`);
  await client.query('select pg_reload_conf()');
}

async function makeTemplate(client: Client, server: string, template: string): Promise<void> {
  const { rowCount } = await client.query('select from pg_database where datname = $1', [template]);
  if (rowCount === 1) return;
  const fresh = `${template}_new`;
  await client.query(`drop database if exists ${fresh}`);
  await client.query(`create database ${fresh}`);
  const url = new URL(server);
  url.pathname = `/${fresh}`;
  await migrate(url.href);
  await client.query(`alter database ${fresh} rename to ${template}`);
}

/** Takes away what killed runs left. */
async function dropAbandoned(client: Client): Promise<void> {
  const { rows } = await client.query<{ datname: string }>('select datname from pg_database');
  for (const { datname } of rows) {
    const pid = OF_TESTS.exec(datname)?.[1];
    if (pid !== undefined && !lives(Number(pid))) await client.query(`drop database ${datname} with (force)`);
  }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function hashOf(folder: string): string {
  const hash = createHash('sha256');
  for (const name of (readdirSync(folder, { recursive: true }) as string[]).sort()) {
    const file = join(folder, name);
    if (statSync(file).isFile()) hash.update(name).update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 12);
}
