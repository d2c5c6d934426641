import { closeDatabase } from '#app/db.server.ts';
import { logger } from '#app/logger.server.ts';
import { startJobs, stopJobs } from '#app/jobs/workers.server.ts';

const log = logger.child({ process: 'worker' });
let stopping: Promise<void> | undefined;

function stop(signal: string): void {
  stopping ??= (async () => {
    log.info({ signal }, 'worker stops');
    await stopJobs();
    await closeDatabase();
  })();
}

process.on('SIGTERM', () => stop('SIGTERM'));
process.on('SIGINT', () => stop('SIGINT'));
await startJobs();
log.info('worker ready');
