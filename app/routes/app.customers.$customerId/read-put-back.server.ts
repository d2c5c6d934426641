import { now } from '#app/clock.server.ts';
import type { PutBackBarrier, PutBackView } from '#app/components/put-back-card.tsx';
import type { ShopRow } from '#app/db.server.ts';
import { countPutBack } from '#app/jobs/put-back.server.ts';
import { readSettings } from '#app/models/settings.server.ts';
import { customerWriting } from '#app/models/write-holds.server.ts';
import { isOpen, latestWriteRun, type WriteRun } from '#app/models/write-runs.server.ts';

/** As long as a whole write-back can be undone. */
const PUT_BACK_DAYS = 30;
const DAY_MS = 86_400_000;

/** What putting a customer back would do and whether it can be done, or how far it is. */
export async function readPutBack(shop: ShopRow, customerId: number): Promise<PutBackView> {
  const { hold, newest } = await customerWriting(shop.id, customerId);
  if (hold !== null) {
    const { asked, heldBy, since, run } = hold;
    // A write-back also ends when Shopify refused what it sent, or when it is not known what there was.
    const all = run?.state === 'done' && run.failed === 0;
    const ended = !all ? 'failed' : run.plan.undo?.unknown ? 'unknown' : 'done';
    const counts = { done: run?.done ?? 0, kept: (run?.kept ?? 0) + (run?.plan.undo?.kept ?? 0) };
    return { at: 'held', under: asked, ended, heldBy, since, run: run?.id ?? null, ...counts };
  }
  if (newest === null) return { at: 'nothing' };
  const barrier = await barrierOf(shop, newest);
  if (barrier !== null) return { at: 'barred', barrier };
  const { writes, kept, known } = await countPutBack(shop.id, customerId, newest.id);
  if (!known) return { at: 'barred', barrier: 'unknown' };
  if (writes.length === 0) return { at: 'barred', barrier: 'as-before' };
  return { at: 'possible', runId: newest.id, begun: newest.startedAt, writes, kept };
}

async function barrierOf(shop: ShopRow, newest: WriteRun): Promise<PutBackBarrier | null> {
  if (newest.kind === 'undo' || newest.kind === 'put-back') return 'undone';
  if (newest.plan.cleanUp) return 'removed';
  if (newest.generation !== shop.generation) return 'former-install';
  if (newest.startedAt < now() - PUT_BACK_DAYS * DAY_MS) return 'old';
  const { writeBack } = await readSettings(shop.id);
  if (writeBack === 'removing' || writeBack === 'undoing') return 'busy';
  const last = await latestWriteRun(shop.id);
  const short = last?.kind === 'following' || last?.kind === 'put-back';
  return last !== null && isOpen(last) && !short ? 'busy' : null;
}
