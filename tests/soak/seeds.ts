import { startEmbeddedPostgres } from '../../prisma/embedded-postgres.ts';
import { makePlace } from './place.ts';
import { scriptOf, type Line } from './script.ts';

/** Things that happen in a round. */
const LINES = 20;
const SHOPS = 2;

/**
 * Plays the rounds of `count` seeds from `first` on and prints what failed, with its script.
 * @param real with worker processes of their own in real time
 * @returns how many failed
 */
export async function playSeeds(
  first: number,
  count: number,
  folder: string,
  real: boolean,
): Promise<number> {
  const server = await startEmbeddedPostgres(folder);
  const name = `soak_${process.pid}`;
  const place = await makePlace(server.url('postgres'), name, null);
  // Only now, because modules of the app read their environment when they are loaded.
  const play = real
    ? (await import('./real-round.ts')).playRealRound
    : (await import('./round.ts')).playRound;
  let failed = 0;
  try {
    for (let seed = first; seed < first + count; seed += 1) {
      const began = performance.now();
      const script = scriptOf(seed, LINES, SHOPS);
      const round = await play(seed, script, place).catch((error: unknown) => ({
        findings: [`the round ended with ${error instanceof Error ? error.stack : String(error)}`],
        steps: 0,
        given: 0,
        errors: [],
        givenUp: [],
      }));
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      const { findings, steps, given, errors, givenUp } = round;
      console.log(
        `seed ${seed}: ${findings.length === 0 ? 'clean' : 'FAILED'}, ${steps} steps, ${given} given, ` +
          `${errors.length} failed runs, ${givenUp.length} given up, ${seconds} s`,
      );
      if (findings.length === 0) continue;
      failed += 1;
      printFailure(script, [...findings, ...givenUp, ...errors]);
    }
  } finally {
    await place.remove();
    await server.release();
  }
  return failed;
}

function printFailure(script: readonly Line[], words: readonly string[]): void {
  for (const line of words.slice(0, 40)) console.log(`    ${line}`);
  console.log('    script:');
  for (const line of script) console.log(`      ${JSON.stringify(line)},`);
}
