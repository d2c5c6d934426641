import { setTimeout as sleep } from 'node:timers/promises';
import type { JobOutcome } from './job.server.ts';

/** How long one run of a job goes on before other shops have their turn, in milliseconds. */
const TURN_MS = 10_000;
/** Waits up to this many seconds are sat out; longer ones give the place to others. */
const LONGEST_SITTING = 1;

/**
 * Takes steps of a state machine until it is finished (null), its turn is over or it has to wait long; each
 * step answers with the seconds until the next one.
 */
export async function inBounds(signal: AbortSignal, take: () => Promise<number | null>): Promise<JobOutcome> {
  const until = performance.now() + TURN_MS;
  for (;;) {
    const seconds = await take();
    if (seconds === null) return undefined;
    const over = signal.aborted || performance.now() + seconds * 1000 > until;
    if (over || seconds > LONGEST_SITTING) return { againInSeconds: seconds };
    if (seconds > 0) await sleep(seconds * 1000);
  }
}
