import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import type { Unit } from '#app/rfm/day-figures.ts';

/** Words for figures of a unit: money in minor units, shares as parts of one. */
export function useFigure() {
  const { t } = useTranslation();
  const format = useFormat();
  /** A figure by itself; sums in whole units, as `exact` to the last one. */
  const figure = (value: number | null, unit: Unit, exact = false): string => {
    if (value === null) return t('homePage.none');
    if (unit === 'share') return format.share(value);
    if (unit === 'count') return format.count(value);
    return exact ? format.money(value) : format.wholeMoney(value);
  };
  /** How much more or less than before, in words. */
  const change = (now: number | null, before: number | null, unit: Unit, exact = false): string | null => {
    if (now === null || before === null) return null;
    const by =
      unit === 'share'
        ? t('homePage.points', { n: format.points(now - before) })
        : figure(Math.abs(now - before), unit, exact);
    // What is printed decides, so that no change of nothing is told.
    if (figure(now, unit, exact) === figure(before, unit, exact)) return t('homePage.same');
    return t(now > before ? 'homePage.more' : 'homePage.less', { by });
  };
  return { figure, change };
}
