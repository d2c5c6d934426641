import { z } from 'zod';
import type { ShopRow } from '#app/db.server.ts';
import { importShop } from '#app/jobs/import-shop.server.ts';
import { planWriteBack } from '#app/jobs/plan-write-back.server.ts';
import { enqueue } from '#app/jobs/queue.server.ts';
import { knockAgain, tryAgain } from '#app/jobs/try-again.server.ts';
import { noteGuideStep, saveHomeChoices } from '#app/models/home-choices.server.ts';
import { latestImport, openImport } from '#app/models/imports.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { readSettings, saveSettings } from '#app/models/settings.server.ts';
import { forgetGivenUp } from '#app/models/shop-health.server.ts';
import { latestWriteRun } from '#app/models/write-runs.server.ts';

const form = z.discriminatedUnion('intent', [
  z.strictObject({ intent: z.literal('write-back'), answer: z.enum(['write', 'not-now']) }),
  z.strictObject({ intent: z.literal('import-again') }),
  z.strictObject({ intent: z.literal('try-again') }),
  z.strictObject({ intent: z.literal('guide'), answer: z.enum(['orders-right', 'close']) }),
]);

/** What was begun, and what stood there before it: until something newer stands there, it has not started. */
export type HomeAnswer =
  | { result: 'writing'; after: number | null }
  | { result: 'importing'; after: number | null }
  | { result: 'postponed' }
  | { result: 'trying-again' }
  | { result: 'still-refused' }
  | { result: 'guide' };

/**
 * Carries out what was clicked on Home. Sending the same form twice does what sending it once does: the wish is
 * stored as a state, and a shop has at most one queued run of each job.
 * @throws Response 400 when the form is none of Home's
 */
export async function answerHome(shop: ShopRow, sent: FormData): Promise<HomeAnswer> {
  const parsed = form.safeParse(Object.fromEntries(sent));
  if (!parsed.success) throw new Response(null, { status: 400 });
  const payload = { shopId: shop.id, generation: shop.generation };
  if (parsed.data.intent === 'try-again') {
    if (shop.parkedReason !== null && !(await knockAgain(shop))) return { result: 'still-refused' };
    await tryAgain(shop);
    return { result: 'trying-again' };
  }
  if (parsed.data.intent === 'guide') {
    if (parsed.data.answer === 'close') await saveHomeChoices(shop.id, { guideClosed: true });
    else await noteGuideStep(shop.id, 'orders');
    return { result: 'guide' };
  }
  if (parsed.data.intent === 'import-again') {
    const latest = await latestImport(shop.id);
    await openImport(shop.id, shop.generation);
    // The one that was given up is tried again.
    await forgetGivenUp(shop.id, importShop.name);
    await enqueue(importShop, payload);
    return { result: 'importing', after: latest?.startedAt ?? null };
  }
  if (parsed.data.answer === 'not-now') {
    await decide(shop.id, 'not-now');
    return { result: 'postponed' };
  }
  // Other segments are on their way than those that were asked about: Home asks again once they are there.
  const [run, settings] = await Promise.all([latestRun(shop.id), readSettings(shop.id)]);
  if (run !== null && run.scoringVersion !== settings.scoringVersion) return { result: 'postponed' };
  const before = await latestWriteRun(shop.id, 'asked');
  // A Write from an old window does not end a removal or an undo.
  if (!(await decide(shop.id, 'on'))) return { result: 'postponed' };
  await enqueue(planWriteBack, payload);
  return { result: 'writing', after: before?.id ?? null };
}

/** Stores the answer beside whatever else is saved at the same time. True when it holds. */
async function decide(shopId: number, writeBack: 'on' | 'not-now'): Promise<boolean> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const settings = await readSettings(shopId);
    if (settings.writeBack === writeBack) return true;
    if (settings.writeBack === 'removing' || settings.writeBack === 'undoing') return false;
    // A late "not now" from another window does not undo what was confirmed meanwhile.
    if (writeBack === 'not-now' && settings.writeBack !== 'not-asked') return false;
    if ((await saveSettings(shopId, settings.version, { writeBack })).ok) return true;
  }
  throw new Error('settings of the shop change too fast');
}
