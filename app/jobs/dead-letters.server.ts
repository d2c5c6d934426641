import type { Job } from './job.server.ts';
import { DEAD_LETTERS, enqueue, openQueue } from './queue.server.ts';

/** A job that was given up: what it was, why, and when (epoch milliseconds). */
export interface DeadLetter {
  id: string;
  job: string;
  reason: string;
  at: number;
}

/** The jobs of a shop that were given up in the last 30 days, newest first. */
export async function deadLetters(shopId: number): Promise<DeadLetter[]> {
  const boss = await openQueue();
  const found = await boss.findJobs(DEAD_LETTERS, { data: { shopId } });
  return found
    .map((letter) => ({
      id: letter.id,
      job: letter.sourceName ?? '',
      reason: reasonOf(letter.sourceOutput),
      at: letter.createdOn.getTime(),
    }))
    .sort((a, b) => b.at - a.at);
}

/** Queues a given-up job once more, with all its attempts; false when there is no such letter. */
export async function rerun(job: Job, shopId: number, letterId: string): Promise<boolean> {
  const boss = await openQueue();
  const [letter] = await boss.findJobs(DEAD_LETTERS, { id: letterId, data: { shopId } });
  if (letter === undefined || letter.sourceName !== job.name) return false;
  await enqueue(job, job.payload.parse(letter.data));
  await boss.deleteJob(DEAD_LETTERS, letterId);
  return true;
}

/** The words of the error that a job last ended with. */
export function reasonOf(output: object | null): string {
  const error = output as { message?: unknown; value?: { message?: unknown } } | null;
  const words = error?.message ?? error?.value?.message;
  return typeof words === 'string' ? words : 'no reason was recorded';
}
