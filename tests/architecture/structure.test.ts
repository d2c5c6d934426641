import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => /\.(ts|tsx|js|cjs)$/.test(file) && existsSync(file));
const read = (file: string): string => readFileSync(file, 'utf8');

describe('the project', () => {
  it('given any file of the app, then it has at most 250 lines', () => {
    const long = tracked.filter((file) => file.startsWith('app/') && read(file).split('\n').length > 251);
    expect(long).toEqual([]);
  });

  it('given the app, then only the environment file reads process.env and only the clock reads the clock', () => {
    const app = tracked.filter((file) => file.startsWith('app/'));
    const readers = (pattern: RegExp): string[] => app.filter((file) => pattern.test(read(file)));
    expect(readers(/process\.env/)).toEqual(['app/env.server.ts', 'app/start.server.ts']);
    expect(readers(/Date\.now\(\)|new Date\(\)/)).toEqual(['app/clock.server.ts']);
  });

  it('given the app, then no line of it knows of the stand-in', () => {
    const knowing = tracked.filter(
      (file) => file.startsWith('app/') && /fake-shopify|stand-in/i.test(read(file)),
    );
    expect(knowing).toEqual([]);
  });

  it('given the installed packages, then there is one copy of the Shopify API library', () => {
    const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, unknown> };
    const copies = Object.keys(lock.packages).filter((path) =>
      path.endsWith('node_modules/@shopify/shopify-api'),
    );
    expect(copies).toEqual(['node_modules/@shopify/shopify-api']);
  });

  it('given the lock file, then it names no download address and every package is pinned', () => {
    const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
    expect(read('package-lock.json')).not.toContain('"resolved"');
    const ranges = ['dependencies', 'devDependencies', 'optionalDependencies', 'overrides'].flatMap((kind) =>
      Object.entries(manifest[kind] ?? {}).filter(
        ([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
      ),
    );
    expect(ranges).toEqual([]);
  });
});
