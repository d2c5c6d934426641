import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './tests/support/longest-first.ts';

// Two hundred files are each a process of their own, and many start the app: each would compile the same packages anew.
process.env.NODE_COMPILE_CACHE ??= resolve('.data/compiled');

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    // These have a command of their own.
    exclude: ['tests/large/**'],
    globalSetup: ['tests/support/global-setup.ts'],
    setupFiles: ['tests/support/setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // A page of a machine that has much to do is not wrong for being slow.
    expect: { poll: { timeout: 20_000 } },
    pool: 'forks',
    // As many as a small machine has cores: a third would take less time, and calls that pace themselves would stand still.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
  },
});
