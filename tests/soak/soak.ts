// `npm run soak`: a large import in little memory. `-- --small`: the same with a twentieth of the data, and the rounds
// of a few seeds. `-- --seeds N [--seed S]`: nothing but the rounds of N seeds, the first of them S; with `--real`
// in real time with worker processes that are really killed.
import { rm } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { stopEmbeddedPostgres } from '../../prisma/embedded-postgres.ts';
import { openFolder } from '../support/open-folder.ts';
import { soakMemory } from './memory.ts';
import { playSeeds } from './seeds.ts';

const FEW_SEEDS = 2;

const { values } = parseArgs({
  options: {
    small: { type: 'boolean', default: false },
    seeds: { type: 'string' },
    seed: { type: 'string', default: '1' },
    real: { type: 'boolean', default: false },
  },
});

async function rounds(count: number): Promise<boolean> {
  const folder = await openFolder();
  try {
    const failed = await playSeeds(Number(values.seed), count, folder, values.real);
    console.log(`${count - failed} of ${count} seeds clean`);
    return failed === 0;
  } finally {
    await stopEmbeddedPostgres(folder);
    await rm(folder, { recursive: true, force: true });
  }
}

const seeds = values.seeds ?? (values.small ? FEW_SEEDS : 0);
const roomy = values.seeds !== undefined || (await soakMemory(values.small));
const clean = seeds === 0 || (await rounds(Number(seeds)));
process.exitCode = roomy && clean ? 0 : 1;
