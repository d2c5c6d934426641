import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmbeddedPostgres, stopEmbeddedPostgres } from '../../prisma/embedded-postgres.ts';
import { migrate } from '../../prisma/migrate.ts';
import { openFolder } from '../support/open-folder.ts';
import { writeExportFiles } from '../bench/export-files.ts';
import { measuredProcess } from '../bench/measured-process.ts';
import type { PipelineRound } from '../bench/pipeline-round.ts';

const HEAP_MB = 256;
const CEILING_MB = 400;
/** An order with its line items takes about 760 bytes of the file. */
const ORDERS = 2_850_000;
const SMALL_ORDERS = 142_000;

/**
 * P11: a details file of 2 GB (100 MB when `small`) with children anywhere goes through the app's own loader, between
 * two scorings, in a process whose heap is 256 MB.
 * @returns whether its resident memory, all native parts included, stayed below the ceiling
 */
export async function soakMemory(small: boolean): Promise<boolean> {
  const folder = await openFolder();
  const database = join(folder, 'database');
  try {
    const server = await startEmbeddedPostgres(database);
    const files = await writeExportFiles(folder, small ? SMALL_ORDERS : ORDERS);
    const url = await server.ownDatabase('soak');
    await migrate(url);
    const args = [files.slim, files.details, String(files.orders), String(files.lines)];
    const heap = [`--max-old-space-size=${HEAP_MB}`];
    const { seconds, peakMb } = await measuredProcess<PipelineRound>('pipeline-round.ts', url, args, heap);
    const size = Math.round((await stat(files.details)).size / 1e6);
    console.log(`details file of ${size} MB, ${files.lines} lines, heap ${HEAP_MB} MB`);
    for (const [name, time] of Object.entries(seconds)) console.log(`    ${name}: ${time.toFixed(1)} s`);
    console.log(`    peak resident memory: ${peakMb} MB (ceiling ${CEILING_MB} MB)`);
    return peakMb <= CEILING_MB;
  } finally {
    await stopEmbeddedPostgres(database);
    await rm(folder, { recursive: true, force: true });
  }
}
