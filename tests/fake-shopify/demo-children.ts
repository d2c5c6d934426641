import { spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = join(import.meta.dirname, '../..');
const PRELOAD = join(ROOT, 'tests/fake-shopify/preload.ts');
const ORPHAN = join(ROOT, 'tests/fake-shopify/demo-orphan.ts');
const PROGRAMS = {
  web: ['app/web.server.ts'],
  worker: ['app/worker.server.ts'],
} as const;
/** Nothing else of this machine's own environment must reach the demo's app. */
const OWN_ENV = Object.fromEntries(
  ['PATH', 'HOME', 'NODE_COMPILE_CACHE'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  }),
);
/** Last lines of a child's output that are shown when it dies. */
const KEPT_LINES = 25;
/** Milliseconds a child has to end by itself; the worker finishes what it is doing. */
const PATIENCE = { web: 2_000, worker: 25_000 } as const;

/** The app's two processes as the demo runs them. */
export type AppProcesses = {
  /** Of each process, by its name. */
  readonly pids: Readonly<Record<string, number>>;
  /** Rejects when one of them ends before it is told to. */
  readonly died: Promise<never>;
  /** The last lines of both, for an error report. */
  lastLines(): Promise<string>;
  stop(): Promise<void>;
};

/**
 * Starts web and worker of the app with their requests to Shopify going to the stand-in.
 * @param preload what sends them there
 */
export function startApp(env: NodeJS.ProcessEnv, preload = PRELOAD): AppProcesses {
  const lines: Record<string, string[]> = { web: [], worker: [] };
  let stopping = false;
  const died = Promise.withResolvers<never>();
  // Nobody may be waiting at the moment a child dies.
  died.promise.catch(() => undefined);
  const children = Object.entries(PROGRAMS).map(([name, program]) => {
    const child = spawn(process.execPath, ['--import', ORPHAN, '--import', preload, ...program], {
      cwd: ROOT,
      env: { ...OWN_ENV, ...env },
      // Ctrl-C in a terminal reaches the whole group; the demo ends its children itself, gently.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        lines[name] = [...(lines[name] ?? []), ...chunk.toString().trimEnd().split('\n')].slice(-KEPT_LINES);
      });
    }
    child.once('exit', (code, signal) => {
      if (!stopping) died.reject(new Error(`the ${name} process ended (${signal ?? code})`));
    });
    return { name, child, patience: PATIENCE[name as keyof typeof PATIENCE] };
  });
  return {
    pids: Object.fromEntries(children.map(({ name, child }) => [name, child.pid ?? 0])),
    died: died.promise,
    lastLines: async () => {
      // What a process wrote about its fault may still be on its way here.
      await sleep(300);
      return Object.entries(lines)
        .map(([name, kept]) => `${name}:\n${kept.map((one) => `  ${one}`).join('\n')}`)
        .join('\n');
    },
    stop: async () => {
      stopping = true;
      await Promise.all(children.map(end));
    },
  };
}

/** A port that is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

async function end({ child, patience }: { child: ChildProcess; patience: number }): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), patience);
  await gone;
  clearTimeout(late);
}
