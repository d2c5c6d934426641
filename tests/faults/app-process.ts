import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

const PROGRAMS = { web: 'app/web.server.ts', worker: 'app/worker.server.ts' } as const;

/** A process of the app beside the stand-in. */
export type AppProcess = {
  readonly child: ChildProcess;
  /** Everything it has said so far, on both streams. */
  said(): string;
  /** SIGKILL: gone at once, nothing is tidied up. */
  kill(): Promise<void>;
  /** SIGTERM: ends by itself. @returns exit code and signal */
  stop(): Promise<[number | null, NodeJS.Signals | null]>;
};

const running = new Set<ChildProcess>();

/** Starts web or worker with this process's environment and `env`, its requests to Shopify going to `standIn`. */
export function startProcess(
  program: keyof typeof PROGRAMS,
  standIn: string,
  env: Readonly<Record<string, string>> = {},
): AppProcess {
  const said: Buffer[] = [];
  const child = spawn(process.execPath, ['--import', './tests/fake-shopify/preload.ts', PROGRAMS[program]], {
    env: { ...process.env, FAKE_SHOPIFY_URL: standIn, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => said.push(piece));
  const end = async (signal: NodeJS.Signals): Promise<[number | null, NodeJS.Signals | null]> => {
    if (child.exitCode !== null || child.signalCode !== null) return [child.exitCode, child.signalCode];
    const gone = once(child, 'close');
    child.kill(signal);
    return (await gone) as [number | null, NodeJS.Signals | null];
  };
  return {
    child,
    said: () => Buffer.concat(said).toString('utf8'),
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
  };
}

/** Ends what a failed test left running. */
export function killAll(): void {
  for (const child of running) child.kill('SIGKILL');
}
