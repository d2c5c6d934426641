import { IMPORT_STEPS, type RunningImport } from '#app/components/progress-card.tsx';
import type { PageState } from '#app/components/state-banner.tsx';
import type { ShopProgress } from '#app/progress.server.ts';
import type { HomeAnswer } from './answer-home.server.ts';

/** The one banner Home shows: what stops work first, then what limits it. */
export function pageState({ parkedReason, givenUp, import: imported }: ShopProgress): PageState | null {
  if (parkedReason !== null) return { state: 'parked', reason: parkedReason };
  if (imported?.phase === 'failed') {
    const { problem, problemDetail } = imported;
    return { state: 'import-failed', problem: problem ?? 'internal', detail: problemDetail ?? {} };
  }
  if (givenUp !== null) return { state: 'given-up', reason: givenUp.reason };
  if (imported?.phase === 'done' && imported.problem === 'missing-scope') {
    return { state: 'denied', scope: String(imported.problemDetail?.scope ?? '') };
  }
  return imported?.limitedHistory === true ? { state: 'limited-history' } : null;
}

/** The import while it runs, null before, after and when it failed. */
export function runningImport(imported: ShopProgress['import']): RunningImport | null {
  const phase = IMPORT_STEPS.find((step) => step === imported?.phase);
  return imported && phase ? { ...imported, phase } : null;
}

/** Whether something is going on that the page should follow. */
export function isUnderWay(progress: ShopProgress): boolean {
  const { import: imported, run, writeBack, givenUp } = progress;
  if (progress.parkedReason !== null) return false;
  const writing = ['planned', 'sending', 'stopping'].includes(writeBack?.state ?? '');
  if (runningImport(imported) !== null || writing) return true;
  // What was given up does not begin by itself: there is nothing to wait for.
  if (givenUp !== null) return false;
  const scoring = run === null && imported?.phase !== 'failed';
  return imported === null || scoring || progress.counting || progress.recalling;
}

/** Whether what was last begun on this page has not shown itself yet. */
export function isAwaited(answer: HomeAnswer | undefined, progress: ShopProgress): boolean {
  if (answer?.result === 'writing') return (progress.writeBack?.id ?? null) === answer.after;
  if (answer?.result === 'importing') return (progress.import?.startedAt ?? null) === answer.after;
  return false;
}
