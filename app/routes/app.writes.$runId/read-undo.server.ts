import { now } from '#app/clock.server.ts';
import type { ShopRow } from '#app/db.server.ts';
import type { UndoBarrier, UndoView } from '#app/components/undo-card.tsx';
import { readSettings, type Settings } from '#app/models/settings.server.ts';
import { mayHaveWritten, newestUndoOf, writtenAfter } from '#app/models/undo.server.ts';
import { isOpen, latestWriteRun, type WriteRun } from '#app/models/write-runs.server.ts';

/** How long a write-back can be undone: after that "before" is no longer what a shop wants to go back to. */
const UNDO_DAYS = 30;
const DAY_MS = 86_400_000;

/** Why a write-back cannot be undone now, null when it can. */
export async function undoBarrier(shop: ShopRow, run: WriteRun): Promise<UndoBarrier | null> {
  return barrierOf(shop, run, await readSettings(shop.id));
}

/** Where the undo of a write-back stands. */
export async function readUndo(shop: ShopRow, run: WriteRun): Promise<UndoView> {
  const [settings, last, later] = await Promise.all([
    readSettings(shop.id),
    newestUndoOf(shop.id, run.id),
    writtenAfter(shop.id, run.id),
  ]);
  const undoing = settings.undoRunId === run.id;
  // Stopping was asked for, and what is on its way still ends.
  const underWay = undoing || (last !== null && isOpen(last));
  if (!underWay) {
    const barrier = await barrierOf(shop, run, settings);
    const ended = last && { id: last.id, state: last.state, startedAt: last.startedAt };
    return { underWay: null, barrier, last: ended, later };
  }
  const progress = last !== null && isOpen(last) ? last : null;
  return {
    underWay: {
      state: progress?.state ?? 'planned',
      planned: Object.values(progress?.plan.byKind ?? {}).reduce((sum, count) => sum + count, 0),
      done: progress?.done ?? 0,
      kept: progress?.kept ?? 0,
      failed: progress?.failed ?? 0,
    },
    barrier: null,
    last: null,
    later,
  };
}

async function barrierOf(
  { id: shopId, generation }: ShopRow,
  run: WriteRun,
  settings: Settings,
): Promise<UndoBarrier | null> {
  if (run.generation !== generation) return 'former-install';
  if (run.startedAt < now() - UNDO_DAYS * DAY_MS) return 'old';
  if (settings.writeBack === 'removing') return 'removing';
  if (settings.writeBack === 'undoing' && settings.undoRunId !== run.id) return 'undoing';
  const latest = await latestWriteRun(shopId);
  if (isOpen(run) || (latest?.kind === 'undo' && isOpen(latest))) return 'open';
  return (await mayHaveWritten(shopId, run.id)) ? null : 'nothing';
}
