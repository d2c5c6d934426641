import type { WriteRun } from '#app/models/write-runs.server.ts';

/** Milliseconds until a write-back that failed is tried again: nobody tells when what it lacked is there. */
const AGAIN_MS = 3_600_000;

/** Whether a write-back failed so short a time before `at` (epoch milliseconds) that trying again is no use yet. */
export function failedLately(
  { state, finishedAt }: Pick<WriteRun, 'state' | 'finishedAt'>,
  at: number,
): boolean {
  return state === 'failed' && at - (finishedAt ?? 0) <= AGAIN_MS;
}

/** Whether a write-back ended because a scope was missing. */
export function wasDenied({ state, plan }: WriteRun): boolean {
  return state === 'failed' && plan.problem?.startsWith('missing-scope') === true;
}
