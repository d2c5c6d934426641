import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import type { Day } from '#app/rfm/calendar.ts';

/** When a customer is due to order again, and how far that is from the day the scores are as of. */
export function DueText({ dueOn, asOf }: { dueOn: Day | null; asOf: Day }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (dueOn === null) return t('cycle.due.unknown');
  const days = Math.abs(dueOn - asOf);
  const words = { count: days, n: format.count(days), day: format.day(dueOn) };
  if (dueOn === asOf) return t('cycle.due.today', words);
  return t(dueOn < asOf ? 'cycle.due.past' : 'cycle.due.ahead', words);
}
