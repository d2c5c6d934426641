import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import type { Day } from '#app/rfm/calendar.ts';
import { usePersonName } from './use-person-name.ts';

/** How the at-risk list words what it shows in its columns, and under a name on a phone. */
export function useAtRiskWords(you: number) {
  const { t } = useTranslation();
  const format = useFormat();
  const name = usePersonName(you);
  const within = usePersonName(you, true);
  return {
    /** The usual gap in days; a dash for a customer who has none. */
    gap: (days: number | null): string => {
      if (days === null) return t('atRisk.noGap');
      const whole = Math.round(days);
      if (whole === 0) return t('atRisk.aboutNone');
      return t('atRisk.about', { count: whole, n: format.count(whole) });
    },
    contacted: (day: Day | null): string => (day === null ? t('atRisk.never') : format.day(day)),
    assigned: (userId: number | null): string => (userId === null ? t('atRisk.nobody') : name(userId)),
    assignedLine: (userId: number): string => t('atRisk.line.assigned', { who: within(userId) }),
  };
}
