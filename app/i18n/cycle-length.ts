import type { TFunction } from 'i18next';
import type { Cycle } from '#app/rfm/purchase-cycle.ts';

/** The length of a purchase cycle in words: "74 days", "3 months". */
export function cycleLength(
  t: TFunction,
  format: { count: (n: number) => string },
  { length, unit }: Cycle,
): string {
  return t(`cycle.${unit}`, { count: length, n: format.count(length) });
}
