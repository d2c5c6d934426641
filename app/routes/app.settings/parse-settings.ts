import { z } from 'zod';
import type { SettingsProblems } from '#app/components/settings-form.tsx';
import { prefixFault } from '#app/rfm/write-plan.ts';

const flag = z.literal(['true', 'false']).transform((text) => text === 'true');

const form = z.strictObject({
  intent: z.enum(['save', 'simulate']),
  version: z.coerce.number().int().positive(),
  countTest: flag,
  countCancelled: flag,
  countUnpaid: flag,
  countZero: flag,
  window: z.enum(['all', 'days']),
  windowDays: z.string(),
  frequencyMethod: z.enum(['all-customers', 'repeat-customers', '']),
  tagPrefix: z.string().trim(),
  writeBack: flag,
});

export type SettingsInput = Omit<z.infer<typeof form>, 'window' | 'windowDays' | 'frequencyMethod'> & {
  windowDays: number | null;
  frequencyMethod: 'all-customers' | 'repeat-customers' | null;
};

/** The shortest window still holds a month; the longest is ten years. */
const WINDOW = z
  .string()
  .regex(/^\d{1,4}$/)
  .transform(Number)
  .pipe(z.number().min(30).max(3650));
/** The settings form as sent; what a person can mistype comes back as `problems`, null for another form. */
export function parseSettings(
  sent: FormData,
): { ok: true; input: SettingsInput } | { ok: false; problems: SettingsProblems } | null {
  const parsed = form.safeParse(Object.fromEntries(sent));
  if (!parsed.success) return null;
  const { window, windowDays, ...rest } = parsed.data;
  const days = WINDOW.safeParse(windowDays);
  const problems: SettingsProblems = {};
  if (window === 'days' && !days.success) problems.windowDays = 'windowDays';
  if (prefixFault(rest.tagPrefix) !== null) problems.tagPrefix = 'tagPrefix';
  if (Object.keys(problems).length > 0) return { ok: false, problems };
  return {
    ok: true,
    input: {
      ...rest,
      windowDays: window === 'days' && days.success ? days.data : null,
      frequencyMethod: rest.frequencyMethod === '' ? null : rest.frequencyMethod,
    },
  };
}
