import { addMonths, type Day } from './calendar.ts';
import type { Cycle, SuggestedCycle } from './purchase-cycle.ts';
import type { OwnGap } from './usual-gap.ts';

/** As how many own gaps the shop's usual gap counts. */
export const SHOP_WEIGHT = 2;
/** Between which multiples of the expected gap about half of the next orders come. */
const MIDDLE_HALF = [0.415, 2] as const;

/** When a customer is due to order again. */
export type DueDate = {
  /** Days expected between the last order and the next, at least one. */
  gap: number;
  /** Own gaps it rests on beside the shop's usual gap. */
  ownGaps: number;
  /** The day by which about half of such customers who order again have done so. */
  on: Day;
  /** About half of the next orders come between these days, a quarter before and a quarter after. */
  from: Day;
  to: Day;
};

/**
 * When a customer is due: the last order's day and the own mean gap shrunk to the shop's usual one,
 * (2 × shop + sum of own gaps) ÷ (2 + number of own gaps): credibility (Bühlmann 1967), which is also the mean of
 * exponential gaps with a conjugate prior. The weight of 2 was measured on three shops (CDNOW, Online Retail, the
 * orders of the R package rfm): against the own mean alone the next gap is missed by 7 to 15 % less on a log scale, a
 * weight of 3 or 5 changes that by at most 4 %. There 46 to 54 % of the next orders came after the due day, and 40 to
 * 52 % between the two days around it, which are the quartiles of exponential gaps with that median.
 *
 * It explains a customer; as a ranking it is no better than recency alone. Orders that all lie on one day say nothing
 * of coming back, so they count like a single one.
 * @param own null for a customer with one order
 * @param shopGap the shop's usual gap in days
 */
export function dueDate(lastDay: Day, own: OwnGap | null, shopGap: number): DueDate {
  const ownGaps = own === null || own.days === 0 ? 0 : own.gaps;
  const sum = SHOP_WEIGHT * shopGap + ownGaps * (own?.days ?? 0);
  const exact = sum / (SHOP_WEIGHT + ownGaps);
  const gap = Math.max(1, Math.round(exact));
  return {
    gap,
    ownGaps,
    on: lastDay + gap,
    from: lastDay + Math.round(MIDDLE_HALF[0] * exact),
    to: lastDay + Math.max(gap, Math.round(MIDDLE_HALF[1] * exact)),
  };
}

/** The shop's usual gap: as measured, otherwise the cycle that the merchant set. Null without either. */
export function usualGapOf(suggested: SuggestedCycle, cycle: Cycle | null): Cycle | null {
  return suggested.kind === 'days' ? { unit: 'days', length: suggested.median } : cycle;
}

/** The days of a gap that begins on this day. */
export function gapAfter(lastDay: Day, { unit, length }: Cycle): number {
  return unit === 'days' ? length : addMonths(lastDay, length) - lastDay;
}

/** The days of the shop's usual gap for a customer who ordered last on this day, null without one. */
export function shopGapAfter(lastDay: Day, suggested: SuggestedCycle, cycle: Cycle | null): number | null {
  const gap = usualGapOf(suggested, cycle);
  return gap && gapAfter(lastDay, gap);
}
