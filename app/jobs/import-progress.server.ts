import { now } from '#app/clock.server.ts';
import { operationsOf, type OperationRow } from '#app/models/bulk-operations.server.ts';
import { latestImport, type ImportRow } from '#app/models/imports.server.ts';

/** What the page shows of an import; everything comes from stored rows, so it survives reload and restart. */
export interface ImportProgress {
  phase: ImportRow['phase'];
  problem: string | null;
  problemDetail: ImportRow['problemDetail'];
  limitedHistory: boolean;
  /** Orders or customers of this pass seen so far, and in all; null while the total is unknown. */
  done: number;
  expected: number | null;
  /** Seconds until this pass is loaded, from and to; null while there is nothing to judge by. */
  secondsLeft: [number, number] | null;
  startedAt: number;
  finishedAt: number | null;
}

/** Least milliseconds of an export after which its pace says anything. */
const LEAST_RUN_MS = 2_000;

/** The progress of the shop's newest import, null before the first. */
export async function importProgress(shopId: number): Promise<ImportProgress | null> {
  return progressOf(shopId, await latestImport(shopId));
}

/** The progress of an import that was read already. */
export async function progressOf(shopId: number, run: ImportRow | null): Promise<ImportProgress | null> {
  if (run === null) return null;
  const { phase, problem, problemDetail, limitedHistory, startedAt, finishedAt } = run;
  const exporting = phase === 'orders' || phase === 'details' || phase === 'customers';
  const rows = exporting ? await operationsOf(shopId, run.id, [phase]) : [];
  const current = rows.filter((row) => row.state !== 'replaced');
  const expected = phase === 'customers' ? run.customersExpected : run.ordersExpected;
  const done = current.reduce((sum, row) => sum + row.rootObjects, 0);
  return {
    phase,
    problem,
    problemDetail,
    limitedHistory,
    done,
    expected,
    secondsLeft: exporting ? secondsLeft(current, done, expected) : null,
    startedAt,
    finishedAt,
  };
}

// The export's own pace so far, half as fast again and half as slow again; loading is quick beside it.
function secondsLeft(
  rows: readonly OperationRow[],
  done: number,
  expected: number | null,
): [number, number] | null {
  const first = rows[0];
  if (first === undefined || expected === null || done === 0) return null;
  const ran = now() - first.startedAt;
  if (ran < LEAST_RUN_MS) return null;
  const left = ((ran / done) * Math.max(0, expected - done)) / 1000;
  return [Math.floor(left / 1.5), Math.ceil(left * 1.5) + 2];
}
