import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import { rangeText } from '#app/i18n/ranges.ts';
import type { SegmentNeeds } from '#app/rfm/explain.ts';
import type { Dimension } from '#app/rfm/ranges.ts';

const DIMENSIONS = ['r', 'f', 'm'] as const satisfies readonly Dimension[];
/** Which scores tell a segment apart, as the texts are named. */
type Told = 'r' | 'f' | 'm' | 'rf' | 'rm' | 'fm' | 'rfm';

/** Prints the real ranges of a segment or a cell; null where any value will do, or nobody can reach it. */
export function useNeedsText(): (needs: SegmentNeeds) => string | null {
  const { t } = useTranslation();
  const format = useFormat();
  return ({ ranges, every }) => {
    const told = DIMENSIONS.filter((dimension) => ranges[dimension] !== undefined);
    if (told.length === 0 || told.some((dimension) => ranges[dimension] === null)) return null;
    const words = told.map((one) => [one, rangeText(t, format, one, ranges[one] ?? null)]);
    const text = t(
      `members.ranges.${told.join('') as Told}`,
      Object.fromEntries(words) as Record<Told, string>,
    );
    return every ? text : `${text} ${t('members.notEvery')}`;
  };
}
