import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { startEmbeddedPostgres } from '../prisma/embedded-postgres.ts';
import { migrate } from '../prisma/migrate.ts';

/** How long web and worker may take to finish what they are doing, in milliseconds. */
const STOP_MS = 30_000;

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
    return await runTogether({ ...process.env, DATABASE_URL: url });
  } finally {
    await embedded?.release();
  }
}

async function runTogether(environment: NodeJS.ProcessEnv): Promise<number> {
  const serve = createRequire(import.meta.url).resolve('@remix-run/serve/dist/cli.js');
  const run = (file: string, ...args: string[]): ChildProcess =>
    spawn(process.execPath, [...process.execArgv, file, ...args], { stdio: 'inherit', env: environment });
  const children = [run(serve, './build/server/index.js'), run('app/worker.server.ts')];
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

process.exitCode = await start();
