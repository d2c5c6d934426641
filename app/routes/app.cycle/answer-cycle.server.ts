import { z } from 'zod';
import type { ShopRow } from '#app/db.server.ts';
import { readSettings, saveSettings } from '#app/models/settings.server.ts';
import { LONGEST_CYCLE } from '#app/rfm/purchase-cycle.ts';

const form = z.strictObject({
  intent: z.literal('confirm'),
  version: z.coerce.number().int().positive(),
  days: z
    .string()
    .regex(/^[1-9]\d{0,3}$/)
    .transform(Number)
    .pipe(z.number().max(LONGEST_CYCLE.days)),
});

export type CycleAnswer = { result: 'saved' | 'changed-elsewhere'; days: number };

/**
 * Makes the suggested number of days, as the page showed it, the shop's purchase cycle.
 * @throws Response 400 when the form is not the page's
 */
export async function answerCycle(shop: ShopRow, sent: FormData): Promise<CycleAnswer> {
  const parsed = form.safeParse(Object.fromEntries(sent));
  if (!parsed.success) throw new Response(null, { status: 400 });
  const { version, days } = parsed.data;
  const saved = await saveSettings(shop.id, version, { cycleLength: days, cycleUnit: 'days' });
  if (saved.ok) return { result: 'saved', days };
  // The second of a double click finds it done.
  const { cycleLength, cycleUnit } = await readSettings(shop.id);
  const done = cycleLength === days && cycleUnit === 'days';
  return { result: done ? 'saved' : 'changed-elsewhere', days };
}
