import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import type { Day } from '#app/rfm/calendar.ts';
import type { Cause } from '#app/rfm/transitions.ts';

/** When a customer moved last between two days, and why: in the words of the customer's own history. */
export function LastMove({ moved }: { moved: { day: Day; cause: Cause } | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <span className="rk-last-move">
      {moved === null
        ? t('moves.people.none')
        : t('history.entry', { day: format.day(moved.day), cause: t(`history.cause.${moved.cause}`) })}
    </span>
  );
}
