import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { startEmbeddedPostgres } from '../prisma/embedded-postgres.ts';
import { migrate } from '../prisma/migrate.ts';

/** How long web and worker may take to finish what they are doing, in milliseconds. */
const STOP_MS = 30_000;
/** `--dev`: started by `shopify app dev`, which gives client id, secret and the tunnel's address. */
const DEVELOPMENT = process.argv.includes('--dev');

/**
 * Runs the whole app: database, web and worker. Without DATABASE_URL a PostgreSQL of its own is started in
 * .data/. Both children stop together: told to stop, or when one of them ends, which then also decides the
 * exit code.
 */
async function start(): Promise<number> {
  const embedded =
    process.env.DATABASE_URL === undefined ? await startEmbeddedPostgres('.data/postgres') : null;
  const url = process.env.DATABASE_URL ?? (await embedded?.ownDatabase('rekindle')) ?? '';
  try {
    await migrate(url);
    return await runTogether({
      ...process.env,
      NODE_ENV: process.env.NODE_ENV ?? (DEVELOPMENT ? 'development' : 'production'),
      ...(DEVELOPMENT && developmentValues()),
      DATABASE_URL: url,
    });
  } finally {
    await embedded?.release();
  }
}

async function runTogether(environment: NodeJS.ProcessEnv): Promise<number> {
  const run = (...args: string[]): ChildProcess =>
    spawn(process.execPath, [...process.execArgv, ...args], { stdio: 'inherit', env: environment });
  const children = DEVELOPMENT
    ? [run('node_modules/@remix-run/dev/dist/cli.js', 'vite:dev'), run('--watch', 'app/worker.server.ts')]
    : [run('app/web.server.ts'), run('app/worker.server.ts')];
  let asked = false;
  const stop = (): void => {
    for (const child of children) child.kill('SIGTERM');
    setTimeout(() => children.forEach((child) => child.kill('SIGKILL')), STOP_MS).unref();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      asked = true;
      stop();
    });
  }
  const ends = children.map((child) => once(child, 'exit') as Promise<[number | null]>);
  const [first] = await Promise.race(ends);
  stop();
  await Promise.all(ends);
  return asked ? 0 : (first ?? 1);
}

/** What Shopify CLI calls otherwise or does not give: the app's address, and token keys kept in .data/. */
function developmentValues(): Record<string, string | undefined> {
  const file = '.data/token-keys';
  mkdirSync('.data', { recursive: true });
  if (!existsSync(file)) writeFileSync(file, `dev:${randomBytes(32).toString('base64')}`, { mode: 0o600 });
  return { SHOPIFY_APP_URL: process.env.HOST, TOKEN_KEYS: readFileSync(file, 'utf8') };
}

process.exitCode = await start();
