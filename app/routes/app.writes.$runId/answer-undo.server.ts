import { z } from 'zod';
import type { ShopRow } from '#app/db.server.ts';
import { planWriteBack } from '#app/jobs/plan-write-back.server.ts';
import { enqueue } from '#app/jobs/queue.server.ts';
import { writeBack } from '#app/jobs/write-back.server.ts';
import { endUndoWish, wishUndo } from '#app/models/undo.server.ts';
import type { WriteRun } from '#app/models/write-runs.server.ts';
import { limitShop } from '#app/rate-limit.server.ts';
import { undoBarrier } from './read-undo.server.ts';

const form = z.strictObject({ intent: z.enum(['undo', 'stop']) });

/**
 * Carries out what was clicked on the page of a write-back. Sending the same form twice does what sending it once
 * does: the wish is stored as a state.
 * @throws Response 400 when the form is not the page's, 429 when an undo was asked for too often
 */
export async function answerUndo(
  shop: ShopRow,
  run: WriteRun,
  sent: FormData,
): Promise<{ result: 'undoing' | 'stopping' | 'not-possible' }> {
  const parsed = form.safeParse(Object.fromEntries(sent));
  if (!parsed.success) throw new Response(null, { status: 400 });
  const payload = { shopId: shop.id, generation: shop.generation };
  if (parsed.data.intent === 'stop') {
    await endUndoWish(shop.id, run.id);
    await enqueue(writeBack, payload);
    return { result: 'stopping' };
  }
  limitShop('launch', shop.id);
  if ((await undoBarrier(shop, run)) !== null) return { result: 'not-possible' };
  if ((await wishUndo(shop.id, run.id)) === 'busy') return { result: 'not-possible' };
  await enqueue(planWriteBack, payload);
  return { result: 'undoing' };
}
