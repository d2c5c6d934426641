// `npm run mutants`: changes the code of areas.ts in every small way there is, one at a time, and counts how many of
// the changes no test notices. It fails when an area loses more than a tenth of them.
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { startEmbeddedPostgres } from '../../prisma/embedded-postgres.ts';
import { AREAS } from './areas.ts';

/** Of a hundred mutants so many must be noticed. */
const LEAST = 90;

const { values } = parseArgs({
  options: {
    // one area, by its name
    only: { type: 'string' },
    // one file of it
    file: { type: 'string' },
  },
});

// Started once: each part would start it again for itself.
const server = await startEmbeddedPostgres('.data/mutants');
process.env.TEST_DATABASE_URL = server.url('postgres');
const table: Record<
  string,
  { mutants: number; killed: number; survived: number; score: number; seconds: number }
> = {};
try {
  for (const { name, parts } of AREAS) {
    if (values.only !== undefined && values.only !== name) continue;
    const start = performance.now();
    const statuses: string[] = [];
    for (const { mutate, tests } of parts) {
      const wanted = values.file ? mutate.filter((file) => values.file?.startsWith(file)) : mutate;
      if (wanted.length > 0) statuses.push(...(await survive(values.file ? [values.file] : wanted, tests)));
    }
    // Those with which the code does not even load are not counted.
    const count = (...which: string[]): number => statuses.filter((status) => which.includes(status)).length;
    const killed = count('Killed', 'Timeout');
    const survived = count('Survived', 'NoCoverage');
    table[name] = {
      mutants: killed + survived,
      killed,
      survived,
      score: Math.floor((1000 * killed) / (killed + survived)) / 10,
      seconds: Math.round((performance.now() - start) / 1000),
    };
    console.table(table);
  }
} finally {
  await server.release();
}
const scores = Object.values(table).map(({ score }) => score);
if (scores.length === 0 || !scores.every((score) => score >= LEAST)) process.exitCode = 1;

/**
 * What became of each mutant of the files; those that survived are printed. No kind of mutant is left out: a statement
 * of SQL is one string, which becomes empty as a whole, and words of errors and names of steps are promises, too.
 */
async function survive(mutate: string[], tests: string[]): Promise<string[]> {
  process.env.MUTANT_TESTS = tests.join(' ');
  const results = await new Stryker({
    mutate,
    testRunner: 'vitest',
    plugins: [import.meta.resolve('@stryker-mutator/vitest-runner')],
    vitest: { configFile: 'tests/mutants/vitest.config.ts', pool: 'forks', related: false },
    coverageAnalysis: 'perTest',
    concurrency: 1,
    tempDirName: '.cache/mutants',
    ignorePatterns: ['.data', '.cache', 'build', 'public'],
    disableTypeChecks: false,
    // A mutant that waits for ever is told from a busy machine only by patience.
    timeoutMS: 20_000,
    reporters: ['clear-text', 'progress-append-only'],
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false, reportScoreTable: false },
    allowConsoleColors: false,
  }).runMutationTest();
  return results.map(({ status }) => status);
}
