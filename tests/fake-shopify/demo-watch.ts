import { setTimeout as sleep } from 'node:timers/promises';
import type { ShopProgress } from '#app/progress.server.ts';
import type { AppProcesses } from './demo-children.ts';
import { waitingJobs } from './demo-database.ts';
import type { Merchant } from './demo-merchant.ts';

const LOOK_EVERY_MS = 250;
/** Without any change of the progress for so long the demo gives up. */
const STANDSTILL_MS = 300_000;
/** A point in time among the phases: it tells how soon, and adds nothing up. */
export const FIRST_SCORES = 'first scores after';
const START_MS = 90_000;

/** What the demo watches, and where it notes how long each phase took. */
export type Watch = {
  readonly merchant: Merchant;
  readonly app: AppProcesses;
  readonly databaseUrl: string;
  /** Milliseconds by phase, and until the first scores. */
  readonly spent: Map<string, number>;
  readonly say: (text: string) => void;
};

/** Resolves when the web process answers. */
export async function answers(appUrl: string, app: AppProcesses): Promise<void> {
  const deadline = Date.now() + START_MS;
  const up = async () => (await fetch(`${appUrl}/healthcheck`).catch(() => null))?.ok === true;
  while (!(await Promise.race([up(), app.died]))) {
    if (Date.now() > deadline) throw new Error('the app did not answer in time');
    await sleep(100);
  }
}

/**
 * Waits until `done` says so and the app has no job left, telling what goes on.
 * @throws Error when the import failed, the shop is parked, a process died, or nothing moves any more
 */
export async function settled(
  watch: Watch,
  done: (progress: ShopProgress) => boolean,
): Promise<ShopProgress> {
  let told = '';
  let unscored = false;
  let moved = { text: '', at: Date.now() };
  for (let last = Date.now(); ;) {
    const progress = await Promise.race([watch.merchant.progress(), watch.app.died]);
    const phase = phaseOf(progress);
    watch.spent.set(phase, (watch.spent.get(phase) ?? 0) + Date.now() - last);
    last = Date.now();
    // Scores come while the import still goes on: how soon is told, how long they take is part of its phases.
    unscored ||= progress.run === null;
    if (progress.run !== null && unscored && !watch.spent.has(FIRST_SCORES)) {
      watch.spent.set(
        FIRST_SCORES,
        [...watch.spent.values()].reduce((sum, ms) => sum + ms, 0),
      );
    }
    refuse(progress);
    if (done(progress) && (await waitingJobs(watch.databaseUrl)) === 0) return watch.merchant.progress();
    if (phase !== told) watch.say(`${(told = phase)} …`);
    const text = JSON.stringify({ ...progress, import: { ...progress.import, secondsLeft: null } });
    if (text !== moved.text) moved = { text, at: Date.now() };
    if (Date.now() - moved.at > STANDSTILL_MS) throw new Error(`nothing moves any more: ${text}`);
    await sleep(LOOK_EVERY_MS);
  }
}

function phaseOf({ import: imported, run, writeBack }: ShopProgress): string {
  if (imported === null) return 'install';
  if (imported.phase !== 'done') return `import ${imported.phase}`;
  if (run === null) return 'score';
  // Nothing is asked of anybody now: what changed meanwhile is read, scored and written.
  return writeBack?.state === 'planned' || writeBack?.state === 'sending' ? 'write back' : 'catch up';
}

function refuse({ import: imported, parkedReason, writeBack }: ShopProgress): void {
  if (parkedReason !== null) throw new Error(`the app parked the shop: ${parkedReason}`);
  if (imported?.phase === 'failed') {
    const detail = JSON.stringify(imported.problemDetail);
    throw new Error(`the import failed: ${imported.problem} ${detail}`);
  }
  if (writeBack?.state === 'failed' || writeBack?.state === 'stopped') {
    throw new Error(`the write-back ${writeBack.state}`);
  }
}
