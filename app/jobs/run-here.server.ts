import { underNoLease } from '#app/lease-fence.server.ts';
import { logger } from '#app/logger.server.ts';
import type { Job, ShopPayload } from './job.server.ts';
import { enqueue, enqueueUnlessQueued } from './queue.server.ts';
import { runJob } from './run-job.server.ts';

/** Runs at once; most of their time they wait for Shopify or the database. */
const AT_ONCE = 16;

type Asked = { job: Job; payload: ShopPayload };

let works: AbortController | undefined;
/** First come, first served; asking twice is asking once. */
const asked = new Map<string, Asked>();
/** What goes on with work that is begun: before anything new, so that many shops at once do not all wait for its end. */
const goingOn = new Map<string, Asked>();
const running = new Map<string, Promise<void>>();
/** What was put off and now waits in the queue: whoever asks again must not undo the putting off. */
const inQueue = new Set<string>();

/**
 * From now on this process runs jobs that are asked for by `runHere`, past the queue: a webhook becomes a tag within
 * the time that several turns through the queue take. Whoever asks makes sure that the wish is stored, because what
 * is asked for here dies with the process.
 */
export function workHere(): void {
  works = new AbortController();
}

/** Whether this process runs what it is asked for. */
export function worksHere(): boolean {
  return works !== undefined;
}

/** Begins nothing more, tells what runs to come to its next bounded end, and waits for it. */
export async function stopHere(): Promise<void> {
  works?.abort();
  works = undefined;
  asked.clear();
  goingOn.clear();
  await Promise.all(running.values());
  inQueue.clear();
}

/**
 * Runs a job for a shop as soon as there is room, and once more when it runs already. Where this process works on
 * nothing, or the job was put off, it goes through the queue.
 */
export async function runHere<P extends ShopPayload>(job: Job<P>, payload: P): Promise<void> {
  return ask(asked, job, payload);
}

/** The same of what goes on with the work of whoever asks: it is run before anything new. */
export async function goOnHere<P extends ShopPayload>(job: Job<P>, payload: P): Promise<void> {
  return ask(goingOn, job, payload);
}

async function ask<P extends ShopPayload>(among: Map<string, Asked>, job: Job<P>, payload: P): Promise<void> {
  const key = keyOf(job, payload);
  if (works === undefined || inQueue.has(key)) return enqueueUnlessQueued(job, payload);
  among.set(key, { job: job as unknown as Job, payload });
  next();
}

/** To be told of every run that came through the queue: after one that was not put off again the way is free. */
export function ranFromQueue(job: Pick<Job, 'name'>, payload: ShopPayload): void {
  inQueue.delete(keyOf(job, payload));
}

function keyOf(job: { name: string }, { shopId, generation }: ShopPayload): string {
  return `${job.name} ${shopId} ${generation}`;
}

function next(): void {
  for (const [key, one] of [...goingOn, ...asked]) {
    if (running.size >= AT_ONCE) return;
    if (running.has(key)) continue;
    goingOn.delete(key);
    asked.delete(key);
    running.set(
      key,
      run(key, one).finally(() => {
        running.delete(key);
        next();
      }),
    );
  }
}

async function run(key: string, { job, payload }: Asked): Promise<void> {
  if (works === undefined) return;
  try {
    const { signal } = works;
    if ((await underNoLease(() => runJob(job, payload, signal))) === 'put-off') inQueue.add(key);
  } catch (error) {
    logger.warn({ err: error, job: job.name, shopId: payload.shopId }, 'job goes to the queue');
    // There its attempts are counted.
    inQueue.add(key);
    await enqueue(job, payload).catch((away: unknown) => logger.error({ err: away }, 'queue'));
  }
}
