import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { makePlace } from './place.ts';
import type { Line } from './script.ts';
import type { playRound } from './round.ts';

/** Rounds that failed once: what was wrong, and the lines that showed it. */
const FAILED: readonly { readonly what: string; readonly seed: number; readonly script: readonly Line[] }[] =
  [
    {
      what: 'a connection that was reset while a transaction began ended the whole process',
      seed: 1,
      script: Array.from({ length: 6 }, () => ({ steps: 9, shop: 0, do: 'cut-database' as const })),
    },
  ];

let place: Awaited<ReturnType<typeof makePlace>>;
let play: typeof playRound;

beforeAll(async () => {
  const name = `rekindle_test_${process.pid}_soak`;
  place = await makePlace(inject('databaseServer'), name, inject('templateDatabase'));
  // Only now, because modules of the app read their environment when they are loaded.
  play = (await import('./round.ts')).playRound;
});
afterAll(() => place.remove());

describe('given a round of the soak that failed once', () => {
  it.each(FAILED)(
    'then it is clean: $what',
    async ({ seed, script }) => {
      const { findings, givenUp } = await play(seed, script, place);
      expect({ findings, givenUp }).toEqual({ findings: [], givenUp: [] });
    },
    90_000,
  );
});
