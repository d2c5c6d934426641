import { z } from 'zod';
import type { ShopRow } from '#app/db.server.ts';
import { planWriteBack } from '#app/jobs/plan-write-back.server.ts';
import { previewUndo } from '#app/jobs/preview-undo.server.ts';
import { enqueue } from '#app/jobs/queue.server.ts';
import { writeBack } from '#app/jobs/write-back.server.ts';
import { endUndoWish, wishUndo } from '#app/models/undo.server.ts';
import { askUndoPreview } from '#app/models/undo-previews.server.ts';
import type { WriteRun } from '#app/models/write-runs.server.ts';
import { limitShop, useUp } from '#app/rate-limit.server.ts';
import { undoBarrier } from './read-undo.server.ts';

const form = z.strictObject({ intent: z.enum(['preview', 'undo', 'stop']) });

/** What became of it; `number` is that of the count that was begun. */
export type UndoAnswer =
  { result: 'counting'; number: number } | { result: 'undoing' | 'stopping' | 'not-possible' | 'too-often' };

/**
 * Carries out what was clicked on the page of a write-back. Sending the same form twice does what sending it once
 * does: the wish is stored as a state.
 * @throws Response 400 when the form is not the page's, 429 when an undo was asked for too often
 */
export async function answerUndo(shop: ShopRow, run: WriteRun, sent: FormData): Promise<UndoAnswer> {
  const parsed = form.safeParse(Object.fromEntries(sent));
  if (!parsed.success) throw new Response(null, { status: 400 });
  const payload = { shopId: shop.id, generation: shop.generation };
  if (parsed.data.intent === 'stop') {
    await endUndoWish(shop.id, run.id);
    await enqueue(writeBack, payload);
    return { result: 'stopping' };
  }
  if (parsed.data.intent === 'preview') {
    if (useUp('preview', shop.id) > 0) return { result: 'too-often' };
    if ((await undoBarrier(shop, run)) !== null) return { result: 'not-possible' };
    const number = await askUndoPreview(shop.id, run.id);
    await enqueue(previewUndo, payload);
    return { result: 'counting', number };
  }
  limitShop('launch', shop.id);
  if ((await undoBarrier(shop, run)) !== null) return { result: 'not-possible' };
  if ((await wishUndo(shop.id, run.id)) === 'busy') return { result: 'not-possible' };
  await enqueue(planWriteBack, payload);
  return { result: 'undoing' };
}
