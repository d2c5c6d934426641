import type { TFunction } from 'i18next';
import type { Dimension, Range } from '#app/rfm/ranges.ts';

/** Prints of the formatters that a range needs. */
type Print = { count: (n: number) => string; money: (minor: number) => string };

/** A real range in words: "143 days or more", "2–3 orders", "£40 or less"; null = no value reaches it. */
export function rangeText(t: TFunction, format: Print, dimension: Dimension, range: Range | null): string {
  if (range === null) return t('range.nobody');
  const { from, to } = range;
  const print = dimension === 'm' ? format.money : format.count;
  const unit = (text: string, count: number): string =>
    dimension === 'm' ? text : t(`range.${dimension}`, { text, count });
  if (from !== null && to !== null) {
    return from === to
      ? unit(print(from), from)
      : unit(t('range.between', { from: print(from), to: print(to) }), to);
  }
  if (from !== null) return t('range.orMore', { text: unit(print(from), from) });
  if (to !== null) return t('range.orLess', { text: unit(print(to), to) });
  return t('range.any');
}
