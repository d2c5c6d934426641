import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * Runs a file of this folder in a process of its own, so that its memory is its own, and reads its last line.
 * @param flags for Node, beside those that `npm start` gives
 */
export async function measuredProcess<T>(
  file: string,
  url: string,
  args: string[],
  flags: string[] = [],
): Promise<T> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      '--initial-old-space-size=64',
      '--max-semi-space-size=4',
      '--heap-growing-percent=80',
      ...flags,
      join(import.meta.dirname, file),
      ...args,
    ],
    { env: { ...benchEnvironment(url), MALLOC_MMAP_THRESHOLD_: '262144' } },
  );
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as T;
}

/** The environment of a measured process with the database at `url`. */
export function benchEnvironment(url: string): NodeJS.ProcessEnv & { SHOPIFY_API_SECRET: string } {
  return {
    ...process.env,
    NODE_ENV: 'test',
    DATABASE_URL: url,
    SHOPIFY_API_KEY: 'bench-client-id',
    SHOPIFY_API_SECRET: 'bench-client-secret-0123456789',
    SHOPIFY_APP_URL: 'https://rekindle.example',
    TOKEN_KEYS: `bench:${Buffer.alloc(32, 1).toString('base64')}`,
    LOG_LEVEL: 'error',
  };
}
