import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, linkSync, mkdirSync, openSync, closeSync } from 'node:fs';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type QueryResult } from 'pg';
import { findEngine, type Engine } from './postgres-engine.ts';

/** Longest wait for a server to answer: recovery after a kill replays at most `max_wal_size`. */
const START_MS = 60_000;
const STOP_MS = 60_000;

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '256MB',
  work_mem: '32MB',
  maintenance_work_mem: '128MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '2GB',
  min_wal_size: '256MB',
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  // Statements and their values can hold customer data: they stay out of the log.
  log_min_error_statement: 'panic',
  log_parameter_max_length_on_error: '0',
  log_error_verbosity: 'terse',
};

// The server needs nothing of ours, least of all the secrets in our environment.
const SERVER_ENV = { PATH: process.env.PATH ?? '/usr/bin:/bin', TZ: 'UTC', NODE_ENV: process.env.NODE_ENV };

export type EmbeddedServer = {
  /** The address of a database on this server, with its password: never print it. */
  url: (database: string) => string;
  /** The address of a database that is made if it is not there yet. */
  ownDatabase: (database: string) => Promise<string>;
  /** Stops the server unless another process still uses it. */
  release: () => Promise<void>;
};

/**
 * The PostgreSQL whose data lives in `folder`: started, or found running because another process started it.
 * Any number of processes may call this at once; PostgreSQL's own lock on the data decides who starts it. The
 * server outlives a kill of this process and is found again by the next call.
 * @throws Error saying what to do when no server can run here
 */
export async function startEmbeddedPostgres(folder: string): Promise<EmbeddedServer> {
  const engine = findEngine(resolve(folder));
  const cluster = join(engine.home, 'cluster');
  if (!existsSync(cluster)) createCluster(engine, cluster);
  const password = readFileSync(join(cluster, 'password'), 'utf8');
  const deadline = Date.now() + START_MS;
  for (;;) {
    const running = readLock(cluster);
    if (running !== null && (await answers(running.port, password))) {
      return {
        url: (database) => address(running.port, password, database),
        ownDatabase: (database) => makeDatabase(running.port, password, database),
        release: async () => {
          if (!(await usedByOthers(running.port, password))) await stopEmbeddedPostgres(folder);
        },
      };
    }
    if (Date.now() > deadline) {
      throw new Error(`PostgreSQL did not start; its log is ${join(engine.home, 'server.log')}`);
    }
    if (running === null || !isServer(running.pid)) {
      if (running !== null) removeStale(cluster, running.text);
      await launch(engine, cluster, await choosePort(engine.home));
    }
    await sleep(20);
  }
}

/** Stops the server of `folder` if it runs, whoever uses it: connections end, nothing committed is lost. */
export async function stopEmbeddedPostgres(folder: string): Promise<void> {
  const cluster = join(findEngine(resolve(folder)).home, 'cluster');
  const running = readLock(cluster);
  if (running === null || !isServer(running.pid)) return;
  // SIGINT is PostgreSQL's fast shutdown: roll back what is open, write everything, exit.
  process.kill(running.pid, 'SIGINT');
  const deadline = Date.now() + STOP_MS;
  while (readLock(cluster)?.pid === running.pid && isServer(running.pid)) {
    if (Date.now() > deadline) throw new Error(`PostgreSQL (process ${running.pid}) does not stop`);
    await sleep(20);
  }
}

/** Made beside and moved into place, so that a cluster is whole or absent whoever dies or runs ahead. */
function createCluster({ bin, home, account }: Engine, cluster: string): void {
  const fresh = join(home, `new-${process.pid}-${randomBytes(4).toString('hex')}`);
  const password = join(fresh, 'password');
  mkdirSync(fresh, { mode: 0o700 });
  writeFileSync(password, randomBytes(24).toString('base64url'), { mode: 0o600 });
  if (account.uid !== undefined)
    for (const path of [fresh, password]) chownSync(path, account.uid, account.gid);
  const made = spawnSync(
    join(bin, 'initdb'),
    ['-D', join(fresh, 'data'), '-U', 'rekindle', '-A', 'scram-sha-256', `--pwfile=${password}`].concat([
      '-E',
      'UTF8',
      '--locale=C',
      '--data-checksums',
    ]),
    { ...account, cwd: '/', encoding: 'utf8', env: SERVER_ENV },
  );
  if (made.status !== 0) {
    rmSync(fresh, { recursive: true });
    throw new Error(`PostgreSQL could not create its data in ${home}: ${made.stderr || made.error?.message}`);
  }
  try {
    renameSync(fresh, cluster);
  } catch (error) {
    rmSync(fresh, { recursive: true });
    if (!existsSync(cluster)) throw error;
  }
}

/** Resolves when the server answers the lock file's question (it wrote its process and port) or gave up. */
async function launch({ bin, home, account }: Engine, cluster: string, port: number): Promise<void> {
  const log = openSync(join(home, 'server.log'), 'a', 0o600);
  const settings = Object.entries({ ...SETTINGS, port }).map(([name, value]) => `--${name}=${value}`);
  const server = spawn(join(bin, 'postgres'), ['-D', join(cluster, 'data'), ...settings], {
    ...account,
    cwd: '/',
    detached: true,
    stdio: ['ignore', log, log],
    env: SERVER_ENV,
  });
  closeSync(log);
  server.unref();
  const ended = new AbortController();
  server.once('exit', () => ended.abort()).once('error', () => ended.abort());
  while (!ended.signal.aborted && readLock(cluster)?.pid !== server.pid) await sleep(10);
}

type Lock = { pid: number; port: number; text: string };

/** What a running server says about itself in its lock file, null when there is none or not all of it yet. */
function readLock(cluster: string): Lock | null {
  const text = read(join(cluster, 'data', 'postmaster.pid'));
  const [pid, , , port] = text.split('\n').map(Number);
  return pid && port ? { pid, port, text } : null;
}

/** Whether the process lives and is a PostgreSQL: after a crash its number may belong to something else. */
function isServer(pid: number): boolean {
  const line = existsSync('/proc/self/stat')
    ? read(`/proc/${pid}/stat`)
    : spawnSync('ps', ['-o', 'comm=,stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout;
  // A dead process that nobody has reaped yet (Z) is not a server.
  return /postgres\)? +[^Z]/.test(line);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Takes away the lock file whose text is `stale`; a newer one that appeared meanwhile is put back. */
function removeStale(cluster: string, stale: string): void {
  const file = join(cluster, 'data', 'postmaster.pid');
  const aside = `${file}-${process.pid}`;
  try {
    renameSync(file, aside);
    if (readFileSync(aside, 'utf8') !== stale) linkSync(aside, file);
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** The port of the last time while it is free, so that processes that know it find the server again. */
async function choosePort(home: string): Promise<number> {
  const file = join(home, 'port');
  const last = Number(read(file));
  const port = (last > 0 && (await freePort(last))) || (await freePort(0));
  writeFileSync(file, String(port));
  return port;
}

/** `port` if it is free, any free one for 0; 0 if it is taken. */
function freePort(port: number): Promise<number> {
  return new Promise((done) => {
    const probe = createServer().once('error', () => done(0));
    probe.listen(port, '127.0.0.1', () => {
      const taken = probe.address();
      probe.close(() => done(typeof taken === 'object' && taken !== null ? taken.port : 0));
    });
  });
}

function address(port: number, password: string, database: string): string {
  return `postgresql://rekindle:${password}@127.0.0.1:${port}/${database}`;
}

async function ask(port: number, password: string, text: string): Promise<QueryResult<{ n: number }>> {
  const client = new Client({
    connectionString: address(port, password, 'postgres'),
    connectionTimeoutMillis: 2000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await client.query(text);
  } finally {
    await client.end();
  }
}

function answers(port: number, password: string): Promise<boolean> {
  return ask(port, password, 'select 1').then(
    () => true,
    () => false,
  );
}

async function makeDatabase(port: number, password: string, database: string): Promise<string> {
  await ask(port, password, `create database ${database}`).catch((error: { code?: string }) => {
    // It exists, or another starter is making it: 42P04, or 23505 when both do so at this very moment.
    if (error.code !== '42P04' && error.code !== '23505') throw error;
  });
  return address(port, password, database);
}

async function usedByOthers(port: number, password: string): Promise<boolean> {
  const { rows } = await ask(
    port,
    password,
    `select count(*)::int as n from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`,
  );
  return (rows[0]?.n ?? 0) > 0;
}
