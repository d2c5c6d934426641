import { z } from 'zod';
import type { SettingsProblems } from '#app/components/settings-form.tsx';
import { parseMinorUnits } from '#app/rfm/money.ts';
import { areOwnBounds, type OwnCutPoints } from '#app/rfm/own-cut-points.ts';
import { LONGEST_CYCLE } from '#app/rfm/purchase-cycle.ts';
import type { Dimension } from '#app/rfm/ranges.ts';
import { prefixFault } from '#app/rfm/write-plan.ts';

const flag = z.literal(['true', 'false']).transform((text) => text === 'true');

/** The four numbers of a dimension, '' when it has none of its own. */
const OWN = z.string().max(100);

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
  companiesApart: flag,
  tillApart: flag,
  ownR: OWN,
  ownF: OWN,
  ownM: OWN,
  tagPrefix: z.string().trim(),
  cycleUnit: z.enum(['suggested', 'days', 'months']),
  cycleLength: z.string(),
  marginPercent: z.string().trim(),
  writeBack: flag,
});

export type SettingsInput = Omit<
  z.infer<typeof form>,
  | 'window'
  | 'windowDays'
  | 'frequencyMethod'
  | 'ownR'
  | 'ownF'
  | 'ownM'
  | 'cycleUnit'
  | 'cycleLength'
  | 'marginPercent'
> & {
  ownCutPoints: OwnCutPoints;
  windowDays: number | null;
  cycleUnit: 'days' | 'months' | null;
  cycleLength: number | null;
  marginPercent: number | null;
  frequencyMethod: 'all-customers' | 'repeat-customers' | null;
};

/** The shortest window still holds a month; the longest is ten years. */
const WINDOW = z
  .string()
  .regex(/^\d{1,4}$/)
  .transform(Number)
  .pipe(z.number().min(30).max(3650));

/** Percent that is left of a price. */
const MARGIN = z
  .string()
  .regex(/^\d{1,3}$/)
  .transform(Number)
  .pipe(z.number().min(1).max(100));

const CYCLE = z
  .string()
  .regex(/^[1-9]\d{0,3}$/)
  .transform(Number);

/**
 * The settings form as sent; what a person can mistype comes back as `problems`, null for another form.
 * @param currency what money is in
 */
export function parseSettings(
  sent: FormData,
  currency: string,
): { ok: true; input: SettingsInput } | { ok: false; problems: SettingsProblems } | null {
  const parsed = form.safeParse(Object.fromEntries(sent));
  if (!parsed.success) return null;
  const { window, windowDays, ownR, ownF, ownM, cycleUnit, cycleLength, marginPercent, ...rest } =
    parsed.data;
  const days = WINDOW.safeParse(windowDays);
  const unit = cycleUnit === 'suggested' ? null : cycleUnit;
  const length = unit && CYCLE.pipe(z.number().max(LONGEST_CYCLE[unit])).safeParse(cycleLength);
  const margin = marginPercent === '' ? null : MARGIN.safeParse(marginPercent);
  const problems: SettingsProblems = {};
  if (margin?.success === false) problems.marginPercent = 'margin';
  if (length?.success === false) problems.cycleLength = unit === 'days' ? 'cycleDays' : 'cycleMonths';
  if (window === 'days' && !days.success) problems.windowDays = 'windowDays';
  if (prefixFault(rest.tagPrefix) !== null) problems.tagPrefix = 'tagPrefix';
  const { ownCutPoints, wrong } = parseOwn({ r: ownR, f: ownF, m: ownM }, currency);
  // Of a window of days nobody has a recency that reaches beyond it: R1 would be nobody's.
  if (window === 'days' && days.success && (ownCutPoints.r?.[0] ?? 0) >= days.data - 1) wrong.push('r');
  if (wrong.length > 0) problems.own = wrong;
  if (Object.keys(problems).length > 0) return { ok: false, problems };
  return {
    ok: true,
    input: {
      ...rest,
      ownCutPoints,
      windowDays: window === 'days' && days.success ? days.data : null,
      cycleUnit: unit,
      cycleLength: length?.data ?? null,
      marginPercent: margin?.data ?? null,
      frequencyMethod: rest.frequencyMethod === '' ? null : rest.frequencyMethod,
    },
  };
}

/** Cut points as sent, four numbers between semicolons, and the dimensions whose numbers cannot be scored by. */
function parseOwn(
  sent: Record<Dimension, string>,
  currency: string,
): { ownCutPoints: OwnCutPoints; wrong: Dimension[] } {
  const ownCutPoints: OwnCutPoints = {};
  const wrong: Dimension[] = [];
  for (const dimension of ['r', 'f', 'm'] as const) {
    if (sent[dimension] === '') continue;
    const bounds = sent[dimension].split(';').map((text) => {
      if (!/^\d{1,12}(\.\d{1,4})?$/.test(text)) return NaN;
      return dimension === 'm' ? parseMinorUnits(text, currency) : Number(text);
    });
    if (areOwnBounds(dimension, bounds)) ownCutPoints[dimension] = bounds;
    else wrong.push(dimension);
  }
  return { ownCutPoints, wrong };
}
