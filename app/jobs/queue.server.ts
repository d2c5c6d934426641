import { PgBoss, type SendOptions } from 'pg-boss';
import { env } from '#app/env.server.ts';
import { logger } from '#app/logger.server.ts';
import type { Job, ShopPayload } from './job.server.ts';

/** Given-up jobs of every kind end here, with the reason. */
export const DEAD_LETTERS = 'dead-letters';
/** Seconds without a sign of life after which a claimed job is handed out again (pg-boss's least is 10). */
const HEARTBEAT_SECONDS = 10;
/** Longest one bounded run may take; a large file is loaded in one run, with heartbeats. */
const LONGEST_RUN_SECONDS = 6 * 3600;

let running: Promise<PgBoss> | undefined;
const known = new Map<string, Promise<void>>();

/**
 * The queue of this process. The web process only sends; `supervise` makes the worker's also hand out again
 * what a killed worker left behind.
 */
export function openQueue(options: { supervise: boolean } = { supervise: false }): Promise<PgBoss> {
  running ??= start(options.supervise);
  return running;
}

async function start(supervise: boolean): Promise<PgBoss> {
  const boss = new PgBoss({
    connectionString: env.DATABASE_URL,
    application_name: 'rekindle-queue',
    max: 4,
    schedule: false,
    supervise,
    superviseIntervalSeconds: 1,
    monitorIntervalSeconds: 1,
    useListenNotify: supervise,
  });
  boss.on('error', (error) => logger.error({ err: error }, 'queue'));
  await boss.start();
  await boss.createQueue(DEAD_LETTERS, {
    retryLimit: 5,
    retryBackoff: true,
    deleteAfterSeconds: 30 * 86_400,
  });
  return boss;
}

/** Makes the queue of a job once per process: at most one queued run per shop. */
export function prepareQueue(boss: PgBoss, job: { name: string; attempts: number }): Promise<void> {
  const prepared =
    known.get(job.name) ??
    boss.createQueue(job.name, {
      policy: 'short',
      notify: true,
      deadLetter: DEAD_LETTERS,
      retryLimit: job.attempts - 1,
      retryDelay: 1,
      retryBackoff: true,
      retryDelayMax: 300,
      heartbeatSeconds: HEARTBEAT_SECONDS,
      expireInSeconds: LONGEST_RUN_SECONDS,
      deleteAfterSeconds: 3600,
    });
  known.set(job.name, prepared);
  return prepared;
}

/**
 * Queues a run of `job` for the payload's shop. While one of this install is queued already no second is added, but
 * one that was to begin later is brought forward. A job carries no wish of its own, since the one that is queued
 * already is the one that runs: what is wished is stored, and the job reads it.
 * @param startAfter seconds from now, fractions allowed
 */
export async function enqueue<P extends ShopPayload>(job: Job<P>, payload: P, startAfter = 0): Promise<void> {
  if (await send(job, payload, startAfter)) return;
  const boss = await openQueue();
  const singletonKey = onePer(payload);
  if (startAfter === 0) await boss.update(job.name, undefined, { singletonKey, startAfter: new Date(0) });
  else await boss.getDb().executeSql(FORWARD, [job.name, singletonKey, startAfter]);
}

// What pg-boss updates it cannot compare with: somebody else may have brought the run forward further meanwhile.
const FORWARD = `update pgboss.job set start_after = least(start_after, pgboss.job_now() + make_interval(secs => $3))
  where name = $1 and singleton_key = $2 and state < 'active'`;

/** The same, but a run that is queued already, postponed or not, stays as it is. */
export async function enqueueUnlessQueued<P extends ShopPayload>(
  job: Job<P>,
  payload: P,
  startAfter = 0,
): Promise<void> {
  await send(job, payload, startAfter);
}

async function send<P extends ShopPayload>(job: Job<P>, payload: P, startAfter: number): Promise<boolean> {
  const boss = await openQueue();
  await prepareQueue(boss, job);
  const options: SendOptions = { singletonKey: onePer(payload), group: { id: String(payload.shopId) } };
  const data = job.payload.parse(payload);
  return (await boss.send(job.name, data, startAfter > 0 ? { ...options, startAfter } : options)) !== null;
}

function onePer({ shopId, generation }: ShopPayload): string {
  return `${shopId} ${generation}`;
}

/** Takes every job of a shop out of the queue, of whatever install; one that runs at this moment ends by itself. */
export async function forgetJobs(shopId: number): Promise<void> {
  const boss = await openQueue();
  for (const { name } of await boss.getQueues()) {
    const jobs = await boss.findJobs(name, { data: { shopId } });
    const idle = jobs.filter(({ state }) => state !== 'active').map(({ id }) => id);
    if (idle.length > 0) await boss.deleteJob(name, idle);
  }
}

/** Ends this process's part of the queue; claimed jobs get `seconds` to come to their next bounded end. */
export async function closeQueue(seconds = 20): Promise<void> {
  const boss = await running;
  // Jobs that end meanwhile still name the next one: opened anew for that, the queue would never close again.
  await boss?.stop({ graceful: true, timeout: seconds * 1000 });
  running = undefined;
  known.clear();
}
